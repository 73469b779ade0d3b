//! Prices, sizes and times as a person reads them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rushes_studio::types::Price;

/// `$0.04`; more digits where the price has them; `price not listed` when unknown.
pub(crate) fn price(price: Option<&Price>) -> String {
    let Some(price) = price else { return "price not listed".into() };
    let sign = if price.micros < 0 { "-" } else { "" };
    let micros = price.micros.unsigned_abs();
    let mut digits = format!("{:06}", micros % 1_000_000);
    while digits.len() > 2 && digits.ends_with('0') {
        digits.pop();
    }
    let amount = format!("{}.{digits}", micros / 1_000_000);
    match price.currency.as_str() {
        "USD" => format!("{sign}${amount}"),
        other => format!("{sign}{amount} {other}"),
    }
}

/// What a run costs, and that the sandbox is no AI.
pub(crate) fn cost(sandbox: bool, listed: Option<&Price>) -> String {
    if sandbox { "sandbox, no AI, $0.00".into() } else { price(listed) }
}

/// A length of time: `0:07`, `2:05`.
pub(crate) fn clock(ms: i64) -> String {
    let seconds = ms.max(0) / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// A moment in the user's zone: `2026-11-22 11:42:07`.
pub(crate) fn time(at_ms: i64) -> String {
    Timestamp::from_millisecond(at_ms).map_or_else(
        |_| "at an unknown time".into(),
        |at| at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string(),
    )
}

/// Pixels; `size unknown` when they could not be read.
pub(crate) fn pixels(width: u32, height: u32) -> String {
    if width == 0 || height == 0 { "size unknown".into() } else { format!("{width} × {height}") }
}

/// A prompt on one line, at most so many characters.
pub(crate) fn short(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let cut: String = line.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

/// The names most like what was typed, the likeliest first.
pub(crate) fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let typed = typed.to_lowercase();
    let mut scored: Vec<(f64, &str)> = names
        .map(|name| {
            let lower = name.to_lowercase();
            let parts = lower.split(['/', ':', ' ']).chain([lower.as_str()]);
            let like = parts.map(|p| strsim::jaro_winkler(p, &typed)).fold(0.0, f64::max);
            (if lower.contains(&typed) { like.max(0.95) } else { like }, name)
        })
        .filter(|(like, _)| *like > 0.75)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut names: Vec<&str> = Vec::new();
    for (_, name) in scored {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.truncate(3);
    names
}

/// `Did you mean a, b or c?`, or the other words when nothing is like it.
pub(crate) fn did_you_mean(nearest: &[&str], otherwise: &str) -> String {
    match nearest {
        [] => otherwise.to_owned(),
        [one] => format!("Did you mean {one}?"),
        [most @ .., last] => format!("Did you mean {} or {last}?", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_keep_the_digits_they_have() {
        let dollars = |micros| Price { micros, currency: "USD".into(), exact: true };
        for (micros, words) in [
            (0, "$0.00"),
            (40_000, "$0.04"),
            (3_500, "$0.0035"),
            (1_200_000, "$1.20"),
            (1_234_567_891, "$1234.567891"),
            (-50_000, "-$0.05"),
        ] {
            assert_eq!(price(Some(&dollars(micros))), words);
        }
        let euros = Price { currency: "EUR".into(), ..dollars(40_000) };
        assert_eq!(price(Some(&euros)), "0.04 EUR");
        assert_eq!(price(None), "price not listed");
    }

    #[test]
    fn a_slip_of_the_finger_finds_the_name_that_was_meant() {
        let names = ["sandbox/stills", "sandbox/clips", "google/nano-banana"];
        assert_eq!(nearest("still", names.into_iter()), ["sandbox/stills"]);
        assert_eq!(nearest("nano-bananna", names.into_iter()), ["google/nano-banana"]);
        assert_eq!(nearest("zzzz", names.into_iter()), Vec::<&str>::new());
        assert_eq!(did_you_mean(&["a", "b", "c"], ""), "Did you mean a, b or c?");
        assert_eq!(did_you_mean(&[], "See them."), "See them.");
    }

    #[test]
    fn long_prompts_are_cut_at_the_width() {
        assert_eq!(short("a  b\nc", 9), "a b c");
        assert_eq!(short("abcdefghij", 5), "abcd…");
    }
}
