//! Routes as a file that people pass on: one TOML table each. Pure.
//!
//! ```toml
//! [[route]]
//! name = "Hero video"
//! makes = "video"
//! steps = ["wavespeed:kwaivgi/kling-v3.0-pro/text-to-video", "sandbox:sandbox/clips"]
//! most = "0.50 USD"
//! ```

use rushes_providers::types::{Modality, Price};
use serde::{Deserialize, Serialize};

use crate::view::Route;

/// Millionths in a unit of money.
const MICROS: i64 = 1_000_000;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "route", skip_serializing_if = "Vec::is_empty")]
    routes: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    makes: Modality,
    steps: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    most: Option<String>,
}

/// The text of a file with these routes.
pub fn write(routes: &[Route]) -> Result<String, toml::ser::Error> {
    let routes = routes.iter().map(|route| Row {
        name: route.name.clone(),
        makes: route.modality,
        steps: route.steps.clone(),
        most: route.most.as_ref().map(|most| format!("{} {}", amount(most.micros), most.currency)),
    });
    toml::to_string_pretty(&File { routes: routes.collect() })
}

/// Reads such a file. What is wrong is told in a sentence.
pub fn read(text: &str) -> Result<Vec<Route>, String> {
    let file: File = toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| text[..span.start].lines().count().max(1));
        let at = line.map(|line| t!("Line {line}: ", line)).unwrap_or_default();
        format!("{at}{}.", error.message().trim_end_matches('.'))
    })?;
    let route = |row: Row| {
        let most = row.most.as_deref().map(price).transpose();
        let most = most
            .map_err(|what| t!("“{what}” of {name} is no sum of money.", what, name = row.name))?;
        Ok(Route { name: row.name, modality: row.makes, steps: row.steps, most })
    };
    file.routes.into_iter().map(route).collect()
}

/// `0.5` for half a unit, with as many decimals as it takes and at least two.
fn amount(micros: i64) -> String {
    let text = format!("{}.{:06}", micros / MICROS, (micros % MICROS).abs());
    let cut = text.trim_end_matches('0');
    let decimals = cut.len() - cut.find('.').map_or(cut.len(), |dot| dot + 1);
    format!("{cut}{}", "0".repeat(2_usize.saturating_sub(decimals)))
}

/// `0.50 USD`, read without the rounding of a float.
fn price(text: &str) -> Result<Price, String> {
    let wrong = || text.to_owned();
    let (sum, currency) = text.trim().split_once(' ').ok_or_else(wrong)?;
    let (whole, part) = sum.split_once('.').unwrap_or((sum, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || part.len() > 6 || !digits(whole) || !digits(part) {
        return Err(wrong());
    }
    let whole: i64 = whole.parse().map_err(|_| wrong())?;
    let part: i64 = format!("{part:0<6}").parse().map_err(|_| wrong())?;
    let micros = whole.checked_mul(MICROS).and_then(|micros| micros.checked_add(part));
    Ok(Price {
        micros: micros.ok_or_else(wrong)?,
        currency: currency.trim().to_owned(),
        exact: true,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn route(name: &str, most: Option<i64>) -> Route {
        Route {
            name: name.into(),
            modality: Modality::Video,
            steps: vec!["a:b/c".into(), "d:e".into()],
            most: most.map(|micros| Price { micros, currency: "USD".into(), exact: true }),
        }
    }

    #[test]
    fn a_file_reads_as_a_person_would_write_it() {
        let text = write(&[route("Hero “one”", Some(500_000)), route("Any", None)]).unwrap();
        assert!(text.contains("most = \"0.50 USD\""), "{text}");
        assert!(text.contains("makes = \"video\""), "{text}");
        assert_eq!(read("").unwrap(), []);
        assert_eq!(read(&write(&[]).unwrap()).unwrap(), []);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let broken = "[[route]]\nname = \"A\"\nmakes = \"song\"\nsteps = []\n";
        assert!(read(broken).unwrap_err().starts_with("Line 3:"), "{:?}", read(broken));
        for wrong in ["0,50 USD", "USD", "-1 USD", "1.2345678 USD", "99999999999999 USD", "0.5USD"]
        {
            let text = format!("[[route]]\nname='A'\nmakes='image'\nsteps=[]\nmost='{wrong}'");
            assert_eq!(read(&text).unwrap_err(), format!("“{wrong}” of A is no sum of money."));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(name in "\\PC{1,20}", micros in 0_i64..10_000_000_000) {
            let routes = vec![route(&name, Some(micros))];
            prop_assert_eq!(read(&write(&routes).unwrap()).unwrap(), routes);
        }
    }
}
