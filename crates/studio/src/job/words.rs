//! What is said to a person about a job, in DESIGN's order: what happened, whether it cost, what
//! next. Pure.

use jiff::Zoned;
use rushes_providers::types::Price;
use rushes_providers::{Error, Kind};

/// Two sentences: what happened, and what to do next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// A word for hosts that branch: `network`, `auth`, …
    pub cause: &'static str,
    /// What happened and whether it cost.
    pub message: String,
    /// What to do next; may be empty.
    pub hint: String,
}

impl Said {
    /// The same, with what to do about it where the provider says that it lives elsewhere now:
    /// nothing is sent on, because the key would go along.
    #[must_use]
    pub fn or_moved(self, provider: &str, status: Option<u16>) -> Self {
        match status {
            Some(300..=399) => Self {
                hint: t!(
                    "{provider} says that its address has moved: check the address in Settings. {hint}",
                    provider,
                    hint = self.hint
                ),
                ..self
            },
            _ => self,
        }
    }
}

/// A sum with its currency: `$0.04`, `€1.20`, `0.5 CHF`.
pub fn money(price: &Price) -> String {
    let units = price.micros as f64 / 1_000_000.0;
    // Prices per picture go down to tenths of a cent; whole cents stay short.
    let amount = if price.micros % 10_000 == 0 {
        format!("{units:.2}")
    } else {
        let long = format!("{units:.6}");
        long.trim_end_matches('0').to_owned()
    };
    match price.currency.as_str() {
        "USD" => format!("${amount}"),
        "EUR" => format!("€{amount}"),
        "GBP" => format!("£{amount}"),
        other => format!("{amount} {other}"),
    }
}

/// The word for an error's kind.
pub fn cause(kind: &Kind) -> &'static str {
    match kind {
        Kind::Auth => "auth",
        Kind::Credit => "credit",
        Kind::RateLimited => "rate_limited",
        Kind::Refused => "refused",
        Kind::Invalid { .. } => "invalid",
        Kind::NotFound => "not_found",
        Kind::Unavailable => "unavailable",
        Kind::Network => "network",
        Kind::Protocol => "protocol",
    }
}

/// Adds what became of the money, unless the provider's dialect has said it already.
fn with_money(message: &str, money: &str) -> String {
    if rushes_providers::tells_of_money(message) {
        return message.to_owned();
    }
    let end = if message.ends_with(['.', '?', '!', '。']) { "" } else { t!(".") };
    t!("{message}{end} {money}", message, end, money)
}

/// A submit that provably cost nothing and will be sent again.
pub fn waiting(error: &Error) -> Said {
    Said {
        cause: cause(&error.kind),
        message: with_money(&error.message, t!("Nothing charged yet.")),
        hint: t!("It goes by itself. You can cancel it while it waits.").into(),
    }
}

/// Everything of a provider waits because its key or its credit must be mended.
pub fn held(provider: &str, error: &Error) -> Said {
    let hint = match error.kind {
        Kind::Credit => {
            t!("Add credit at {provider}. What waits goes on by itself then.", provider)
        }
        _ => t!(
            "Replace the {provider} key in Settings. What waits goes on by itself then.",
            provider
        ),
    };
    let (message, _) =
        error.message.split_once(rushes_providers::not_charged()).unwrap_or((&error.message, ""));
    Said { cause: cause(&error.kind), message: message.to_owned(), hint }
}

/// The cause of a job that is set aside: only the user's word takes it up again.
pub const SET_ASIDE: &str = "quarantined";

/// Saving this crashed Rushes too often.
pub fn set_aside(provider: &str, crashes: u32) -> Said {
    Said {
        cause: SET_ASIDE,
        message: t!(
            "Rushes stopped {crashes} times while it worked on this, so it is set aside. \
             The render itself is done or under way at {provider}.",
            crashes,
            provider
        ),
        hint: t!(
            "Try again when you like; it is not paid again. The task id helps to fetch it by hand."
        )
        .into(),
    }
}

/// A submit that the provider declined.
pub fn refused(error: &Error) -> Said {
    Said {
        cause: cause(&error.kind),
        message: with_money(&error.message, t!("Not charged.")),
        hint: error.hint.clone().unwrap_or_else(|| match error.kind {
            Kind::NotFound => t!("Refresh the models, or pick another one.").into(),
            _ => t!("Edit the inputs and run it again.").into(),
        }),
    }
}

/// A submit whose answer was lost.
pub fn in_doubt(provider: &str, price: Option<&Price>, interrupted: bool) -> Said {
    let sum = price.map_or_else(|| t!("something").to_owned(), money);
    let happened = if interrupted {
        t!("Rushes closed after sending this to {provider} and before hearing back.", provider)
    } else {
        t!("Rushes sent this to {provider} and no clear answer came back.", provider)
    };
    Said {
        cause: "in_doubt",
        message: t!(
            "{happened} It may have run and cost {sum}. We won't send it again without you.",
            happened,
            sum
        ),
        hint: t!("Keep looking, close it, or send it again and maybe pay twice.").into(),
    }
}

/// A doubt that was looked up and not found (yet).
pub fn not_listed(provider: &str, price: Option<&Price>, last: bool) -> Said {
    let sum = price.map_or_else(|| t!("something").to_owned(), money);
    let (state, hint) = if last {
        (
            t!(
                "{provider} has no record of it. It may still have run and cost {sum}.",
                provider,
                sum
            ),
            t!("Check again, close it, or send it again and maybe pay twice."),
        )
    } else {
        (
            t!("{provider} has no record of it yet. That can lag by some minutes.", provider),
            t!("We look again by ourselves. You can also close it or send it again."),
        )
    };
    Said { cause: "in_doubt", message: state, hint: hint.into() }
}

/// Where a finished file can be had while it cannot be saved, and until when. Never the link
/// itself, which opens the file to whoever has it.
pub fn kept_at(host: &str, until: Option<&Zoned>) -> String {
    match until {
        Some(until) => {
            t!(
                "The finished file is at {host} until {until}.",
                host,
                until = until.strftime(t!("%H:%M on %-d %B"))
            )
        }
        None => t!("The finished file is at {host}.", host),
    }
}

/// A poll that was not answered: the work goes on at the provider.
pub fn out_of_touch(provider: &str, error: &Error) -> Said {
    let hint = match error.kind {
        Kind::Auth => {
            t!("Replace the {provider} key in Settings. We'll collect it then.", provider)
        }
        _ => t!("We'll collect it when the line is back.").into(),
    };
    Said {
        cause: cause(&error.kind),
        message: with_money(
            &error.message,
            &t!("As far as we know it is still rendering at {provider}.", provider),
        ),
        hint,
    }
}

/// The provider tried and gave up, or declined the content after accepting it.
pub fn failed(provider: &str, kind: &Kind, message: &str, refunded: bool) -> Said {
    let money = if refunded {
        t!("{provider} returns what it took.", provider)
    } else {
        t!("{provider} may have charged it.", provider)
    };
    let hint = match kind {
        Kind::Refused => t!("Edit the prompt, or try another model."),
        Kind::Invalid { .. } => t!("Edit the inputs and run it again."),
        _ => t!("Try again, or try another model."),
    };
    Said { cause: cause(kind), message: with_money(message, &money), hint: hint.into() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn sums_are_short_and_exact() {
        let price = |micros, currency: &str| {
            money(&Price { micros, currency: currency.into(), exact: true })
        };
        assert_eq!(price(40_000, "USD"), "$0.04");
        assert_eq!(price(0, "USD"), "$0.00");
        assert_eq!(price(3_500, "USD"), "$0.0035");
        assert_eq!(price(1_200_000, "EUR"), "€1.20");
        assert_eq!(price(500_000, "CHF"), "0.50 CHF");
    }

    #[test]
    fn the_money_is_told_once() {
        assert_eq!(
            with_money("The key was refused", "Not charged."),
            "The key was refused. Not charged."
        );
        assert_eq!(
            with_money("No credit. Not charged.", "Not charged."),
            "No credit. Not charged."
        );
    }

    #[test]
    fn a_place_is_told_with_its_clock() {
        let until: Zoned = "2026-11-22T14:05:59+01:00[Europe/Berlin]".parse().unwrap();
        assert_eq!(
            kept_at("cdn.example.com", Some(&until)),
            "The finished file is at cdn.example.com until 14:05 on 22 November."
        );
        assert_eq!(kept_at("cdn.example.com", None), "The finished file is at cdn.example.com.");
    }

    #[test]
    fn a_provider_that_moved_is_to_be_checked() {
        let doubt = in_doubt("WaveSpeed", None, false);
        for status in [300, 301, 308, 399] {
            let said = doubt.clone().or_moved("WaveSpeed", Some(status));
            assert_eq!(said.message, doubt.message);
            assert!(said.hint.starts_with(
                "WaveSpeed says that its address has moved: check the address in Settings. Keep"
            ));
        }
        for status in [None, Some(200), Some(400), Some(503)] {
            assert_eq!(doubt.clone().or_moved("WaveSpeed", status), doubt);
        }
    }

    #[test]
    fn a_doubt_names_the_provider_and_the_sum() {
        let price = Price { micros: 280_000, currency: "USD".into(), exact: true };
        assert_eq!(
            in_doubt("WaveSpeed", Some(&price), true).message,
            "Rushes closed after sending this to WaveSpeed and before hearing back. \
             It may have run and cost $0.28. We won't send it again without you."
        );
    }
}
