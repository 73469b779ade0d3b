//! Which steps of a route a job may take. Pure.

use rushes_providers::types::{Modality, Price};

use crate::job::words::money;

/// Why a step is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftOut {
    /// Nobody offers it any more.
    Gone,
    /// It makes something else than the route.
    Makes(Modality),
    /// Its provider has no key.
    NoKey,
    /// Nobody has told its inputs yet.
    Unready,
    /// What was written does not fit it: a whole sentence.
    Misfit(String),
    /// Nobody knows what it costs, and the user has not said yes to that.
    Unpriced,
    /// It costs more than may be spent.
    Dear {
        /// Its price.
        price: Price,
        /// What may be spent.
        most: Price,
    },
    /// Its price and what may be spent cannot be held against each other.
    Incomparable(Price),
}

impl LeftOut {
    /// The word that hosts branch on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoKey => "no_key",
            Self::Unpriced => "unpriced",
            Self::Dear { .. } | Self::Incomparable(_) => "budget",
            Self::Gone | Self::Makes(_) | Self::Unready | Self::Misfit(_) => "invalid",
        }
    }

    /// The sentence for a person; `step` is the step's name.
    pub fn said(&self, step: &str) -> String {
        let why = match self {
            Self::Gone => t!("nobody offers it any more.").to_owned(),
            Self::Makes(Modality::Image) => t!("it makes pictures.").to_owned(),
            Self::Makes(Modality::Video) => t!("it makes clips.").to_owned(),
            Self::NoKey => t!("there is no key for it.").to_owned(),
            Self::Unready => t!("its inputs are not known yet. Refresh the models.").to_owned(),
            Self::Misfit(why) => why.clone(),
            Self::Unpriced => t!("its price is not listed.").to_owned(),
            Self::Dear { price, most } => {
                t!(
                    "it costs {price}, and {most} is the most.",
                    price = money(price),
                    most = money(most)
                )
            }
            Self::Incomparable(price) => t!(
                "it costs {price}, and that can't be held against what the first one costs.",
                price = money(price)
            ),
        };
        t!("{step} is left out: {why}", step, why)
    }
}

/// What may be spent, as far as the steps before have settled it.
enum Limit {
    /// The first step that can run says.
    Open,
    /// The first step's price is unknown.
    Unknown,
    /// This much.
    Known(Price),
}

/// Which of these prices a job may run at, in order. `most` is the user's own limit; without one
/// no step may cost more than the first that can run. `accept_unpriced` is the user's yes to a price
/// that nobody knows.
pub fn affordable(
    prices: &[Option<Price>],
    most: Option<&Price>,
    accept_unpriced: bool,
) -> Vec<Result<(), LeftOut>> {
    let mut limit = most.cloned().map_or(Limit::Open, Limit::Known);
    let admit = |price: &Option<Price>| {
        let Some(price) = price else {
            if !accept_unpriced {
                return Err(LeftOut::Unpriced);
            }
            if matches!(limit, Limit::Open) {
                limit = Limit::Unknown;
            }
            return Ok(());
        };
        match &limit {
            Limit::Open => {
                limit = Limit::Known(price.clone());
                Ok(())
            }
            _ if price.micros == 0 => Ok(()),
            Limit::Known(most) if most.currency != price.currency => {
                Err(LeftOut::Incomparable(price.clone()))
            }
            Limit::Known(most) if price.micros > most.micros => {
                Err(LeftOut::Dear { price: price.clone(), most: most.clone() })
            }
            Limit::Known(_) => Ok(()),
            Limit::Unknown => Err(LeftOut::Incomparable(price.clone())),
        }
    };
    prices.iter().map(admit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(micros: i64) -> Price {
        Price { micros, currency: "USD".into(), exact: true }
    }

    fn euros(micros: i64) -> Price {
        Price { currency: "EUR".into(), ..usd(micros) }
    }

    #[test]
    fn no_step_costs_more_than_the_first_that_can_run() {
        let prices =
            [None, Some(usd(40)), Some(usd(41)), Some(usd(40)), Some(euros(1)), Some(euros(0))];
        assert_eq!(
            affordable(&prices, None, false),
            [
                Err(LeftOut::Unpriced),
                Ok(()),
                Err(LeftOut::Dear { price: usd(41), most: usd(40) }),
                Ok(()),
                Err(LeftOut::Incomparable(euros(1))),
                Ok(()),
            ]
        );
    }

    #[test]
    fn a_limit_of_the_users_own_holds_for_the_first_step_too() {
        let most = usd(50);
        assert_eq!(
            affordable(&[Some(usd(60)), Some(usd(50)), None], Some(&most), true),
            [Err(LeftOut::Dear { price: usd(60), most: usd(50) }), Ok(()), Ok(())]
        );
    }

    #[test]
    fn after_an_unknown_price_only_another_unknown_one_or_a_free_one_was_allowed() {
        assert_eq!(
            affordable(&[None, Some(usd(1)), None, Some(usd(0))], None, true),
            [Ok(()), Err(LeftOut::Incomparable(usd(1))), Ok(()), Ok(())]
        );
    }

    #[test]
    fn a_person_reads_which_step_and_why() {
        let dear = LeftOut::Dear { price: usd(80_000), most: usd(40_000) };
        assert_eq!(
            dear.said("Ink at WaveSpeed"),
            "Ink at WaveSpeed is left out: it costs $0.08, and $0.04 is the most."
        );
        let misfit = LeftOut::Misfit("It takes no prompt.".into());
        assert_eq!(misfit.said("Ink"), "Ink is left out: It takes no prompt.");
    }
}
