//! Sums agree with each other whichever way they are cut.
#![allow(clippy::unwrap_used)]

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::job::calendar::Month;

pub(super) fn line(at: i64, kind: SpendKind, micros: i64) -> SpendLine {
    SpendLine {
        at: Some(at),
        code: "152-1·1".into(),
        provider: "acme".into(),
        provider_name: "Acme".into(),
        model: "Stills".into(),
        route: None,
        state: Some(AttemptState::Succeeded),
        kind,
        price: Some(Price { micros, currency: "USD".into(), exact: true }),
        prints: 1,
        recovered: false,
        remote_id: None,
    }
}

fn november() -> Days {
    Month::read("2026-11").unwrap().days(&TimeZone::UTC).unwrap()
}

#[test]
fn the_book_and_the_try_say_together_what_is_known() {
    use AttemptState as A;
    for (ledger, state, kind) in [
        ("released", A::Refused, SpendKind::Released),
        ("confirmed", A::Downloading, SpendKind::Settled),
        ("reserved", A::Submitting, SpendKind::Reserved),
        ("reserved", A::Accepted, SpendKind::Reserved),
        // Rushes closed before it heard back: nothing was entered yet.
        ("reserved", A::InDoubt, SpendKind::Unknown),
        ("unknown", A::InDoubt, SpendKind::Unknown),
        // Found again: it is under way.
        ("unknown", A::Accepted, SpendKind::Reserved),
        ("unknown", A::Cancelled, SpendKind::Unknown),
        ("reserved", A::Lost, SpendKind::Unknown),
    ] {
        assert_eq!(SpendKind::of(ledger, state), kind, "{ledger} {state:?}");
    }
}

#[test]
fn a_month_is_told_by_day_and_by_who_was_paid() {
    let days = november();
    let day = |n: i64| days.start() + (n - 1) * 86_400_000 + 5;
    let now = day(22);
    let mut lines = vec![
        line(day(3), SpendKind::Settled, 40_000),
        SpendLine { prints: 3, ..line(day(3), SpendKind::Settled, 120_000) },
        SpendLine {
            state: Some(AttemptState::Blocked),
            prints: 0,
            ..line(day(4), SpendKind::Released, 40_000)
        },
        SpendLine {
            state: Some(AttemptState::Expired),
            prints: 0,
            ..line(day(4), SpendKind::Settled, 350_000)
        },
        SpendLine {
            state: Some(AttemptState::InDoubt),
            prints: 0,
            ..line(now, SpendKind::Unknown, 280_000)
        },
        SpendLine { recovered: true, ..line(now, SpendKind::Settled, 50_000) },
        SpendLine {
            at: None,
            state: None,
            prints: 0,
            route: Some("Hero".into()),
            ..line(0, SpendKind::Reserved, 10_000)
        },
    ];
    // The provider took another name, and another model came.
    lines[5].provider_name = "Acme AI".into();
    lines[5].model = "Stills 2".into();
    let mut unlisted = line(day(5), SpendKind::Settled, 0);
    unlisted.price = None;
    let mut euros = line(day(5), SpendKind::Settled, 70_000);
    euros.price = Some(Price { micros: 70_000, currency: "EUR".into(), exact: true });
    lines.extend([unlisted, euros]);

    let (sums, beside) = sums(&lines, &days, now);
    assert_eq!(beside, SpendUnlisted { renders: 1, prints: 1 });
    assert_eq!(sums.iter().map(|sum| sum.currency.as_str()).collect::<Vec<_>>(), ["EUR", "USD"]);
    assert_eq!(sums[0].amounts, SpendAmounts { settled: 70_000, ..SpendAmounts::default() });
    let usd = &sums[1];
    assert_eq!(usd.amounts, SpendAmounts { reserved: 10_000, settled: 560_000, unknown: 280_000 });
    // Five prints came of what was charged, and what expired was charged too.
    assert_eq!((usd.prints, usd.average), (5, Some(112_000)));
    assert_eq!((usd.recovered, usd.recovered_micros), (1, 50_000));
    let told: Vec<(&str, i64, u32)> = usd
        .days
        .iter()
        .map(|day| (day.day.as_str(), day.amounts.total(), day.prints))
        .filter(|day| (day.1, day.2) != (0, 0))
        .collect();
    assert_eq!(
        told,
        [("2026-11-03", 160_000, 4), ("2026-11-04", 350_000, 0), ("2026-11-22", 340_000, 1)]
    );
    let provider = &usd.providers[0];
    assert_eq!((provider.key.as_str(), provider.name.as_str()), ("acme", "Acme"));
    assert_eq!((provider.failed, provider.failed_charged, provider.doubts), (1, 1, 1));
    assert_eq!(
        usd.models.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(),
        ["Stills", "Stills 2"]
    );
    assert_eq!(usd.routes.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["", "Hero"]);
}

#[test]
fn what_was_sent_by_a_clock_that_is_ahead_is_of_today() {
    let days = november();
    let now = days.start() + 1;
    let sums = sums(&[line(now + 9 * 86_400_000, SpendKind::Settled, 7)], &days, now).0;
    assert_eq!(sums[0].days[0].amounts.settled, 7);
}

proptest! {
    #[test]
    fn every_way_to_cut_a_month_comes_to_the_same(
        drawn in prop::collection::vec((0..2_592_000_000_i64, 0..4_u8, 0..9_999_999_i64, 0..3_u8, 0..3_u8, any::<bool>()), 0..60),
    ) {
        let days = november();
        let lines: Vec<SpendLine> = drawn
            .iter()
            .map(|(after, kind, micros, provider, route, euro)| {
                let kind = [SpendKind::Reserved, SpendKind::Settled, SpendKind::Unknown, SpendKind::Released]
                    [usize::from(*kind)];
                let mut line = line(days.start() + after, kind, *micros);
                line.provider = format!("p{provider}");
                line.model = format!("m{}", provider + route);
                line.route = (*route > 0).then(|| format!("r{route}"));
                if *euro {
                    line.price = Some(Price { micros: *micros, currency: "EUR".into(), exact: true });
                }
                line
            })
            .collect();
        let (sums, _) = sums(&lines, &days, days.end - 1);
        for sum in &sums {
            let told: i64 = lines
                .iter()
                .filter(|line| line.price.as_ref().is_some_and(|price| price.currency == sum.currency))
                .map(SpendLine::micros)
                .sum();
            prop_assert_eq!(sum.amounts.total(), told);
            prop_assert_eq!(sum.days.iter().map(|day| day.amounts.total()).sum::<i64>(), told);
            for rows in [&sum.providers, &sum.models, &sum.routes] {
                prop_assert_eq!(rows.iter().map(|row| row.amounts.total()).sum::<i64>(), told);
                prop_assert_eq!(rows.iter().flat_map(|row| &row.days).sum::<i64>(), told);
                prop_assert_eq!(rows.iter().map(|row| row.prints).sum::<u32>(), sum.prints);
                prop_assert!(rows.is_sorted_by_key(|row| -row.amounts.total()));
            }
        }
    }
}
