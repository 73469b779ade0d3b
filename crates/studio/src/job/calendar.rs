//! Days and months where the user is. Pure: the zone is given, so that tests may choose one.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// When the day and the month of a moment began, ms UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begins {
    /// Midnight before it.
    pub day: i64,
    /// Midnight before the first of its month.
    pub month: i64,
}

impl Begins {
    /// Of this moment, ms UTC.
    pub fn of(at_ms: i64, zone: &TimeZone) -> Self {
        let start = |date: Option<Date>| date.and_then(|date| start_of(date, zone));
        let date = date_of(at_ms, zone);
        Self {
            day: start(date).unwrap_or(at_ms),
            month: start(date.map(Date::first_of_month)).unwrap_or(at_ms),
        }
    }
}

/// A month of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(Date);

/// The days of a month and where each begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    /// `2026-11-01`, …
    pub names: Vec<String>,
    /// When each begins, ms UTC.
    starts: Vec<i64>,
    /// When the month is over, ms UTC.
    pub end: i64,
}

impl Month {
    /// The month of a moment, ms UTC.
    pub fn of(at_ms: i64, zone: &TimeZone) -> Self {
        Self(date_of(at_ms, zone).unwrap_or(Date::ZERO).first_of_month())
    }

    /// Reads `2026-11`. No month lies before 1970 or after 8999.
    pub fn read(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let digits = |part: &str, n| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        let year = year.parse().ok().filter(|year| (1970..9000).contains(year))?;
        Date::new(year, month.parse().ok()?, 1).ok().map(Self)
    }

    /// `2026-11`.
    pub fn name(self) -> String {
        self.0.strftime("%Y-%m").to_string()
    }

    /// The one before it.
    #[must_use]
    pub fn before(self) -> Self {
        self.0.yesterday().map_or(self, |date| Self(date.first_of_month()))
    }

    /// Its days in this zone; None where the calendar ends.
    pub fn days(self, zone: &TimeZone) -> Option<Days> {
        let mut days = Days { names: Vec::new(), starts: Vec::new(), end: 0 };
        let mut date = self.0;
        while date.first_of_month() == self.0 {
            days.names.push(date.to_string());
            days.starts.push(start_of(date, zone)?);
            date = date.tomorrow().ok()?;
        }
        days.end = start_of(date, zone)?;
        Some(days)
    }
}

impl Days {
    /// When the month begins, ms UTC.
    pub fn start(&self) -> i64 {
        self.starts.first().copied().unwrap_or(self.end)
    }

    /// The place of a moment's day; the first or the last for a moment outside.
    pub fn place(&self, at_ms: i64) -> usize {
        self.starts.partition_point(|start| *start <= at_ms).saturating_sub(1)
    }

    /// Whether a moment lies in the month.
    pub fn hold(&self, at_ms: i64) -> bool {
        (self.start()..self.end).contains(&at_ms)
    }
}

/// When a day such as `2026-11-22` begins and ends, ms UTC.
pub fn day(text: &str, zone: &TimeZone) -> Option<(i64, i64)> {
    let date: Date = text.parse().ok().filter(|date: &Date| date.year() >= 1970)?;
    Some((start_of(date, zone)?, start_of(date.tomorrow().ok()?, zone)?))
}

/// The calendar day of a moment, `2026-11-22`.
pub fn day_name(at_ms: i64, zone: &TimeZone) -> String {
    date_of(at_ms, zone).unwrap_or(Date::ZERO).to_string()
}

fn date_of(at_ms: i64, zone: &TimeZone) -> Option<Date> {
    Some(Timestamp::from_millisecond(at_ms).ok()?.to_zoned(zone.clone()).date())
}

/// The first moment of a day, which is not always called midnight.
fn start_of(date: Date, zone: &TimeZone) -> Option<i64> {
    let start = date.to_zoned(zone.clone()).ok()?.start_of_day().ok()?;
    Some(start.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn zone(posix: &str) -> TimeZone {
        TimeZone::posix(posix).unwrap()
    }

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    #[test]
    fn a_day_begins_at_the_midnight_of_the_user() {
        let tokyo = zone("JST-9");
        let begins = Begins::of(at("2026-11-30T15:00:00Z"), &tokyo);
        assert_eq!(begins.day, at("2026-11-30T15:00:00Z"), "the first of December there");
        assert_eq!(begins.month, begins.day);
        let before = Begins::of(at("2026-11-30T14:59:59.999Z"), &tokyo);
        assert_eq!(before.day, at("2026-11-29T15:00:00Z"));
        assert_eq!(before.month, at("2026-10-31T15:00:00Z"));
        assert_eq!(day_name(at("2026-11-30T15:00:00Z"), &tokyo), "2026-12-01");
    }

    #[test]
    fn days_are_as_long_as_the_clocks_make_them() {
        let berlin = zone("CET-1CEST,M3.5.0,M10.5.0/3");
        let length = |day_of: &str| day(day_of, &berlin).map(|(start, end)| (end - start) / HOUR);
        assert_eq!(length("2026-03-29"), Some(23));
        assert_eq!(length("2026-10-25"), Some(25));
        assert_eq!(length("2026-11-22"), Some(24));
        let october = Month::read("2026-10").unwrap().days(&berlin).unwrap();
        assert_eq!(
            (october.names.len(), (october.end - october.start()) / HOUR),
            (31, 31 * 24 + 1)
        );
        // Both of the hours that are called two o'clock are the 25th.
        for moment in ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T22:59:59Z"] {
            assert_eq!(october.names[october.place(at(moment))], "2026-10-25", "{moment}");
        }
        assert_eq!(october.names[october.place(at("2026-10-25T23:00:00Z"))], "2026-10-26");
    }

    #[test]
    fn a_day_without_a_midnight_begins_at_one() {
        // The clocks of São Paulo went from midnight to one o'clock.
        let brazil = zone("<-03>3<-02>,M11.1.0/0,M2.3.0/0");
        let (start, end) = day("2018-11-04", &brazil).unwrap();
        assert_eq!((start, (end - start) / HOUR), (at("2018-11-04T03:00:00Z"), 23));
        assert_eq!(Begins::of(start, &brazil).day, start);
        assert_eq!(Begins::of(start - 1, &brazil).day, day("2018-11-03", &brazil).unwrap().0);
    }

    #[test]
    fn months_follow_each_other_and_only_months_are_read() {
        let month = Month::read("2026-01").unwrap();
        assert_eq!((month.before().name(), month.name()), ("2025-12".into(), "2026-01".into()));
        let february = Month::read("2028-02").unwrap().days(&TimeZone::UTC).unwrap();
        assert_eq!(february.names.len(), 29);
        assert_eq!(february.place(february.start() - 1), 0);
        assert_eq!(february.place(february.end), 28);
        assert!(february.hold(february.end - 1) && !february.hold(february.end));
        for text in [
            "",
            "2026",
            "2026-13",
            "2026-00",
            "2026-1",
            "26-01",
            "2026-11-22",
            "1969-12",
            "+026-01",
        ] {
            assert_eq!(Month::read(text), None, "{text}");
        }
        assert_eq!(day("2026-02-30", &TimeZone::UTC), None);
    }
}
