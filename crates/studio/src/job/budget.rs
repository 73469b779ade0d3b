//! Whether a batch may be sent under the user's caps. Pure; all or nothing.

use std::collections::BTreeMap;

use rushes_providers::types::Price;

use super::words::money;
use crate::view::{ApiError, Caps};

/// What was spent so far, in micros by currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spent {
    /// Today.
    pub day: BTreeMap<String, i64>,
    /// In this month, today included.
    pub month: BTreeMap<String, i64>,
}

/// What a cap is for.
enum Span {
    Day,
    Month,
}

/// Decides about a batch: `spent` is what stands before it, `batch` the quote of each job.
/// `accept_unpriced` is the user's yes to prices that no cap can watch.
pub fn allows(
    caps: &Caps,
    spent: &Spent,
    batch: &[Option<Price>],
    accept_unpriced: bool,
) -> Result<(), ApiError> {
    if caps.is_empty() {
        return Ok(());
    }
    let mut total: BTreeMap<&str, i64> = BTreeMap::new();
    for price in batch {
        let watched = price.as_ref().filter(|price| {
            price.micros == 0
                || [&caps.day, &caps.month, &caps.batch]
                    .iter()
                    .any(|caps| caps.contains_key(&price.currency))
        });
        match (watched, price) {
            (Some(price), _) => {
                let sum = total.entry(&price.currency).or_default();
                *sum = sum.saturating_add(price.micros);
            }
            (None, _) if accept_unpriced => {}
            (None, Some(price)) => {
                return Err(ApiError::new(
                    "unpriced",
                    t!(
                        "This costs {sum}, and your caps are in another currency.",
                        sum = money(price)
                    ),
                    t!("Say yes to it, or set a cap in that currency in Settings."),
                ));
            }
            (None, None) => {
                return Err(ApiError::new(
                    "unpriced",
                    t!("The price of this model is not listed, so your cap can't watch it."),
                    t!("Say yes to an unknown price, or choose a model with a price."),
                ));
            }
        }
    }
    for (currency, sum) in total {
        let price = |micros| money(&Price { micros, currency: currency.to_owned(), exact: true });
        if let Some(cap) = caps.batch.get(currency).filter(|cap| sum > **cap) {
            return Err(ApiError::new(
                "budget",
                t!(
                    "This costs {sum}, and your cap for one batch is {cap}.",
                    sum = price(sum),
                    cap = price(*cap)
                ),
                t!("Ask for fewer, or raise the cap in Settings. Nothing was sent."),
            ));
        }
        for (caps, spent, span, hint) in [
            (
                &caps.day,
                &spent.day,
                Span::Day,
                t!("Raise the cap in Settings, or wait until tomorrow. Nothing was sent."),
            ),
            (
                &caps.month,
                &spent.month,
                Span::Month,
                t!("Raise the cap in Settings, or wait until next month. Nothing was sent."),
            ),
        ] {
            let all = spent.get(currency).copied().unwrap_or(0).saturating_add(sum);
            if let Some(cap) = caps.get(currency).filter(|cap| sum > 0 && all > **cap) {
                let over = price(all - cap);
                return Err(ApiError::new(
                    "budget",
                    match span {
                        Span::Day => t!(
                            "This would pass today's {cap} cap by {over}.",
                            cap = price(*cap),
                            over
                        ),
                        Span::Month => t!(
                            "This would pass this month's {cap} cap by {over}.",
                            cap = price(*cap),
                            over
                        ),
                    },
                    hint,
                ));
            }
        }
    }
    Ok(())
}

/// What a cap must count for a job that may run at any of these prices: the dearest that is known.
pub fn dearest(prices: &[Option<Price>]) -> Option<Price> {
    prices.iter().flatten().max_by_key(|price| price.micros).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(micros: i64, currency: &str) -> Price {
        Price { micros, currency: currency.into(), exact: true }
    }

    fn dollars(micros: i64) -> BTreeMap<String, i64> {
        BTreeMap::from([("USD".to_owned(), micros)])
    }

    fn caps(day: i64, batch: i64) -> Caps {
        Caps { day: dollars(day), batch: dollars(batch), ..Caps::default() }
    }

    fn today(micros: i64) -> Spent {
        Spent { day: dollars(micros), month: dollars(micros) }
    }

    fn code(result: Result<(), ApiError>) -> String {
        result.err().map_or_else(|| "fine".into(), |error| error.code)
    }

    #[test]
    fn a_batch_goes_whole_or_not_at_all() {
        let spent = today(9_580_000);
        let four = vec![Some(price(210_000, "USD")); 4];
        let refused = allows(&caps(10_000_000, 2_000_000), &spent, &four, false);
        assert_eq!(
            refused.map_err(|error| error.message),
            Err("This would pass today's $10.00 cap by $0.42.".into())
        );
        assert_eq!(code(allows(&caps(10_000_000, 2_000_000), &spent, &four[..2], false)), "fine");
        assert_eq!(code(allows(&caps(90_000_000, 800_000), &spent, &four, false)), "budget");
    }

    #[test]
    fn a_month_is_capped_beside_its_days() {
        let spent = Spent { day: dollars(1_000_000), month: dollars(49_900_000) };
        let monthly = Caps { month: dollars(50_000_000), ..Caps::default() };
        let two = vec![Some(price(60_000, "USD")); 2];
        let refused =
            allows(&monthly, &spent, &two, false).map_err(|error| (error.message, error.hint));
        assert_eq!(
            refused,
            Err((
                "This would pass this month's $50.00 cap by $0.02.".into(),
                "Raise the cap in Settings, or wait until next month. Nothing was sent.".into()
            ))
        );
        assert_eq!(code(allows(&monthly, &spent, &two[..1], false)), "fine");
        assert_eq!(code(allows(&monthly, &spent, &[Some(price(1, "EUR"))], false)), "unpriced");
        // The day's cap is told first: it lifts sooner.
        let both = Caps { day: dollars(1_000_000), ..monthly };
        let refused = allows(&both, &spent, &two, false).map_err(|error| error.message);
        assert_eq!(refused, Err("This would pass today's $1.00 cap by $0.12.".into()));
        // A month that was passed already still lets go what is free.
        let passed = Spent { month: dollars(60_000_000), ..Spent::default() };
        assert_eq!(code(allows(&both, &passed, &[Some(price(0, "USD"))], false)), "fine");
    }

    #[test]
    fn a_price_that_no_cap_watches_needs_a_yes() {
        let nothing = Spent::default();
        for batch in [vec![None], vec![Some(price(1, "EUR"))], vec![Some(price(1, "USD")), None]] {
            assert_eq!(code(allows(&caps(5, 5), &nothing, &batch, false)), "unpriced");
            assert_eq!(code(allows(&caps(5, 5), &nothing, &batch, true)), "fine");
        }
        assert_eq!(code(allows(&Caps::default(), &nothing, &[None], false)), "fine");
    }

    #[test]
    fn what_is_free_always_goes() {
        let spent = today(99);
        assert_eq!(code(allows(&caps(5, 5), &spent, &[Some(price(0, "USD"))], false)), "fine");
        assert_eq!(code(allows(&caps(5, 5), &spent, &[Some(price(0, "EUR"))], false)), "fine");
    }
}
