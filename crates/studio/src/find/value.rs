//! The values of filters.

use jiff::civil::{Date, date};
use rushes_providers::schema::MediaKind;
use rushes_providers::types::Commercial;

use super::fold;
use super::name::Name;
use super::tree::{Bound, Cmp, Days, Filter, Has, Is, Size};

/// Words that stand for a value, in the order in which they are offered, and what each says.
pub(super) fn words(name: Name) -> &'static [(&'static str, &'static str)] {
    match name {
        Name::Type => {
            &[("image", key!("pictures")), ("video", key!("clips")), ("audio", key!("sounds"))]
        }
        Name::Licence => &[
            ("commercial", key!("commercial use allowed")),
            ("conditions", key!("allowed under conditions")),
            ("personal", key!("commercial use not allowed")),
            ("unknown", key!("nobody has read it yet")),
        ],
        Name::Has => {
            &[("refs", key!("references")), ("note", key!("a note")), ("tags", key!("tags"))]
        }
        Name::Is => &[
            ("circled", key!("picks")),
            ("video", key!("clips")),
            ("image", key!("pictures")),
            ("sandbox", key!("made by the sandbox")),
            ("trashed", key!("in the trash")),
            ("missing", key!("not where the file was")),
            ("import", key!("taken in from files")),
        ],
        Name::Rating => {
            &[(">=3", key!("3 stars or more")), ("5", key!("5 stars")), ("0", key!("no stars"))]
        }
        _ => &[],
    }
}

/// Reads the values of a filter. An error is the value that cannot be read.
pub(super) fn filter(name: Name, values: &[String]) -> Result<Filter, String> {
    Ok(match name {
        Name::Model => Filter::Model(each(values, key)?),
        Name::Provider => Filter::Provider(each(values, key)?),
        Name::Tag => Filter::Tag(each(values, key)?),
        Name::In => Filter::In(each(values, key)?),
        Name::Type => Filter::Type(each(values, media)?),
        Name::Rating => Filter::Rating(each(values, stars)?),
        Name::Licence => Filter::Licence(each(values, licence)?),
        Name::Cost => Filter::Cost(each(values, |text| bound(text, micros))?),
        Name::Date => Filter::Date(each(values, days)?),
        Name::Has => Filter::Has(each(values, has)?),
        Name::Seed => Filter::Seed(each(values, |text| text.parse().ok())?),
        Name::Size => Filter::Size(each(values, size)?),
        Name::Is => Filter::Is(each(values, is)?),
        Name::Shot => Filter::Shot(each(values, |text| text.parse().ok())?),
    })
}

fn each<T>(values: &[String], read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, String> {
    values.iter().map(|text| read(text).ok_or_else(|| text.clone())).collect()
}

fn key(text: &str) -> Option<String> {
    Some(fold::key(text)).filter(|key| !key.is_empty())
}

fn media(text: &str) -> Option<MediaKind> {
    match fold::fold(text).as_str() {
        "image" | "picture" => Some(MediaKind::Image),
        "video" | "clip" => Some(MediaKind::Video),
        "audio" | "sound" => Some(MediaKind::Audio),
        _ => None,
    }
}

fn licence(text: &str) -> Option<Commercial> {
    match fold::fold(text).as_str() {
        "commercial" => Some(Commercial::Yes),
        "conditions" => Some(Commercial::Conditions),
        "personal" => Some(Commercial::No),
        "unknown" => Some(Commercial::Unknown),
        _ => None,
    }
}

fn has(text: &str) -> Option<Has> {
    match fold::fold(text).as_str() {
        "refs" | "references" => Some(Has::Refs),
        "note" => Some(Has::Note),
        "tags" | "tag" => Some(Has::Tags),
        _ => None,
    }
}

fn is(text: &str) -> Option<Is> {
    match fold::fold(text).as_str() {
        "circled" => Some(Is::Circled),
        "video" => Some(Is::Video),
        "image" => Some(Is::Image),
        "sandbox" => Some(Is::Sandbox),
        "trashed" => Some(Is::Trashed),
        "missing" => Some(Is::Missing),
        "import" | "imported" => Some(Is::Import),
        _ => None,
    }
}

fn stars(text: &str) -> Option<Bound> {
    bound(text, |text| text.parse().ok().filter(|stars| (0..=5).contains(stars)))
}

/// How it is compared, and the rest.
fn comparison(text: &str) -> (Option<Cmp>, &str) {
    for (sign, cmp) in [
        (">=", Cmp::Least),
        ("<=", Cmp::Most),
        ("=", Cmp::Same),
        (">", Cmp::More),
        ("<", Cmp::Less),
    ] {
        if let Some(rest) = text.strip_prefix(sign) {
            return (Some(cmp), rest.trim());
        }
    }
    (None, text)
}

fn bound(text: &str, read: impl Fn(&str) -> Option<i64>) -> Option<Bound> {
    let (cmp, rest) = comparison(text);
    Some(Bound { cmp: cmp.unwrap_or(Cmp::Same), value: read(rest)? })
}

/// Money in micros, exactly.
fn micros(text: &str) -> Option<i64> {
    let text = text.strip_prefix('$').unwrap_or(text);
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !digits(whole) || !digits(part) || part.len() > 6 {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part: i64 = format!("{part:0<6}").parse().ok()?;
    whole.checked_mul(1_000_000)?.checked_add(part)
}

fn size(text: &str) -> Option<Size> {
    let text = fold::fold(text);
    // Both signs fold to themselves: a letter, and a sign of multiplication.
    if let Some((width, height)) = text.split_once(['x', '×']) {
        let side = |text: &str| text.trim().parse::<u32>().ok();
        return Some(Size::Exact { width: side(width)?, height: side(height)? });
    }
    let pixels = |text: &str| text.parse::<u32>().ok().map(i64::from);
    bound(&text, pixels).map(Size::Longer)
}

fn days(text: &str) -> Option<Days> {
    if let Some((from, to)) = text.split_once("..") {
        let (from, to) = (span(from.trim())?, span(to.trim())?);
        return Some(Days { from: from.from, to: to.to });
    }
    let (cmp, rest) = comparison(text);
    let Days { from, to } = span(rest)?;
    Some(match cmp {
        None | Some(Cmp::Same) => Days { from, to },
        Some(Cmp::Less) => Days { from: i32::MIN, to: from - 1 },
        Some(Cmp::Most) => Days { from: i32::MIN, to },
        Some(Cmp::Least) => Days { from, to: i32::MAX },
        Some(Cmp::More) => Days { from: to + 1, to: i32::MAX },
    })
}

/// The days of a year, a month or a day.
fn span(text: &str) -> Option<Days> {
    let numbers: Vec<&str> = text.split('-').collect();
    if !numbers.iter().all(|n| n.bytes().all(|b| b.is_ascii_digit())) || numbers[0].len() != 4 {
        return None;
    }
    let of = |n: usize| numbers.get(n).and_then(|text| text.parse::<i8>().ok());
    let year: i16 = numbers[0].parse().ok()?;
    let (first, last) = match numbers.len() {
        1 => (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?),
        2 => {
            let first = Date::new(year, of(1)?, 1).ok()?;
            (first, first.last_of_month())
        }
        3 => {
            let day = Date::new(year, of(1)?, of(2)?).ok()?;
            (day, day)
        }
        _ => return None,
    };
    let number = |day: Date| (day.duration_since(date(1970, 1, 1)).as_hours() / 24) as i32;
    Some(Days { from: number(first), to: number(last) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_to_the_micro() {
        for (text, micros_of) in [
            ("0.1", Some(100_000)),
            ("$2", Some(2_000_000)),
            (".05", Some(50_000)),
            ("0.000001", Some(1)),
            ("0.0000001", None),
            (".", None),
            ("-1", None),
            ("1e3", None),
            ("99999999999999", None),
        ] {
            assert_eq!(micros(text), micros_of, "{text}");
        }
    }

    #[test]
    fn dates_are_years_months_days_and_spans() {
        let day = |n: i32| Days { from: n, to: n };
        assert_eq!(days("1970-01-02"), Some(day(1)));
        assert_eq!(days("2024-02"), Some(Days { from: 19_754, to: 19_782 }));
        assert_eq!(days("1971"), Some(Days { from: 365, to: 729 }));
        assert_eq!(days("1970-01-01..1970-01"), Some(Days { from: 0, to: 30 }));
        assert_eq!(days("<1970-01-02"), Some(Days { from: i32::MIN, to: 0 }));
        assert_eq!(days("<=1970-01-02"), Some(Days { from: i32::MIN, to: 1 }));
        assert_eq!(days(">1970-01"), Some(Days { from: 31, to: i32::MAX }));
        assert_eq!(days(">=1970-01"), Some(Days { from: 0, to: i32::MAX }));
        for none in ["", "70", "2026-13", "2026-02-30", "2026-1-1-1", "2026-", "2026-+1", "..", "x"]
        {
            assert_eq!(days(none), None, "{none}");
        }
    }

    #[test]
    fn sizes_are_a_side_or_both() {
        let longer = |cmp, value| Some(Size::Longer(Bound { cmp, value }));
        assert_eq!(size(">=2000"), longer(Cmp::Least, 2000));
        assert_eq!(size("512"), longer(Cmp::Same, 512));
        let both = Some(Size::Exact { width: 1024, height: 1536 });
        assert_eq!((size("1024x1536"), size("1024×1536")), (both, both));
        assert_eq!((size("x"), size("-5"), size(">1024x2")), (None, None, None));
    }
}
