//! The month as the money book has it, and that it agrees with what the caps count.
#![allow(clippy::unwrap_used)]

use jiff::Timestamp;
use rushes_providers::types::{Licence, Modality};
use serde_json::Map;
use tempfile::TempDir;

use super::super::{
    Begin, JobRow, JobUpdate, LedgerKind, NewJob, NewOutput, Step, Store, StoreError,
};
use super::*;
use crate::job::calendar::Days;
use crate::job::{AttemptState, JobState, spend};
use crate::view::{Caps, Charge, Settings, SpendAmounts, SpendSum};

fn at(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}

fn price(micros: i64, currency: &str) -> Price {
    Price { micros, currency: currency.into(), exact: true }
}

/// What a test writes down: a job, and what became of its only try.
#[derive(Clone)]
struct Sent {
    id: &'static str,
    at: i64,
    price: Option<Price>,
    sandbox: bool,
    route: Option<&'static str>,
    /// The line after the reservation, and where the try then stands.
    end: Option<(LedgerKind, AttemptState)>,
    prints: u32,
}

impl Sent {
    fn at(id: &'static str, text: &str) -> Self {
        let price = Some(price(40_000, "USD"));
        Self { id, at: at(text), price, sandbox: false, route: None, end: None, prints: 0 }
    }

    fn costs(self, micros: i64, currency: &str) -> Self {
        Self { price: Some(price(micros, currency)), ..self }
    }

    fn ends(self, kind: LedgerKind, state: AttemptState) -> Self {
        Self { end: Some((kind, state)), ..self }
    }

    fn made(self, prints: u32) -> Self {
        Self { prints, ..self }.ends(LedgerKind::Confirmed, AttemptState::Succeeded)
    }
}

fn step(endpoint: &str, micros: i64) -> Step {
    Step {
        endpoint: endpoint.into(),
        remote_model: endpoint.into(),
        model_name: endpoint.to_uppercase(),
        provider: "later".into(),
        provider_name: "Later".into(),
        sandbox: false,
        inputs: Map::new(),
        seed: None,
        seed_field: None,
        price: Some(price(micros, "USD")),
        licence: Licence::default(),
        output_terms: Licence::default(),
        references: Vec::new(),
    }
}

struct Book {
    store: Store,
    _folder: TempDir,
}

impl Book {
    fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("studio.db"), folder.path()).unwrap();
        Self { store, _folder: folder }
    }

    async fn with(all: &[Sent]) -> Self {
        let book = Self::empty();
        for sent in all {
            book.queue(sent, Vec::new()).await;
            book.send(sent).await;
        }
        book
    }

    /// Writes its job down.
    async fn queue(&self, sent: &Sent, steps: Vec<Step>) {
        let sent = sent.clone();
        self.store
            .write(move |tx| {
                let (shot, take) =
                    tx.shot_for(None, sent.id, &format!("shot_{}", sent.id), sent.at)?;
                tx.insert_job(&NewJob {
                    row: JobRow {
                        id: format!("job_{}", sent.id),
                        shot,
                        state: JobState::Queued,
                        endpoint: "acme:stills".into(),
                        remote_model: "stills".into(),
                        model_name: "Stills".into(),
                        provider: "acme".into(),
                        provider_name: "Acme".into(),
                        modality: Modality::Image,
                        sandbox: sent.sandbox,
                        prompt: sent.id.into(),
                        inputs: Map::new(),
                        seed: None,
                        seed_field: None,
                        price: sent.price.clone(),
                        licence: Licence::default(),
                        output_terms: Licence::default(),
                        waits: 0,
                        cancel_wished: false,
                        created_at: sent.at,
                    },
                    take,
                    place: 1,
                    references: Vec::new(),
                    route: sent.route.map(str::to_owned),
                    steps,
                    left_out: Vec::new(),
                })
            })
            .await
            .unwrap();
    }

    /// Sends it and lets it end.
    async fn send(&self, sent: &Sent) {
        let sent = sent.clone();
        self.store.write(move |tx| try_once(tx, &sent, 1)).await.unwrap();
    }

    async fn lines(&self, month: &str, zone: &TimeZone, over: bool) -> (Vec<SpendLine>, Days) {
        let days = Month::read(month).unwrap().days(zone).unwrap();
        let (from, to) = (days.start(), over.then_some(days.end));
        (self.store.read(move |sql| lines(sql, from, to)).await.unwrap(), days)
    }

    /// The sum of a month that is not over, which agrees with what the caps count.
    async fn sum(&self, now: &str, zone: &TimeZone) -> SpendSum {
        let now = at(now);
        let (lines, days) = self.lines(&Month::of(now, zone).name(), zone, false).await;
        let begins = Begins::of(now, zone);
        let (today, month) = self
            .store
            .read(move |sql| Ok((since(sql, begins.day)?, since(sql, begins.month)?)))
            .await
            .unwrap();
        let (mut sums, _) = spend::sums(&lines, &days, now);
        for sum in &sums {
            let counted =
                |span: &BTreeMap<String, i64>| span.get(&sum.currency).copied().unwrap_or_default();
            assert_eq!(sum.days[days.place(now)].amounts.total(), counted(&today), "today");
            assert_eq!(sum.amounts.total(), counted(&month), "this month");
        }
        assert!(month.keys().all(|currency| sums.iter().any(|sum| sum.currency == *currency)));
        sums.retain(|sum| sum.currency == "USD");
        sums.pop().unwrap_or_default()
    }
}

/// One try of its job, from the queue to its end.
fn try_once(tx: &mut Tx<'_>, sent: &Sent, n: u32) -> Result<(), StoreError> {
    let (job, attempt) = (format!("job_{}", sent.id), format!("att_{}_{n}", sent.id));
    tx.begin_attempt(&Begin {
        id: attempt.clone(),
        job: job.clone(),
        endpoint: format!("acme:stills{n}"),
        provider: "acme".into(),
        account: "me".into(),
        remote_model: "stills".into(),
        model_name: "Stills".into(),
        provider_name: "Acme".into(),
        client_ref: attempt.clone(),
        seed: None,
        inputs_sent: Map::new(),
        request_hash: attempt.clone(),
        at: sent.at,
    })?;
    let moved = |from, to, charge| JobUpdate {
        id: &job,
        from,
        to,
        attempt: Some(&attempt),
        charge: Some(charge),
        run_at: None,
        cause: "",
        message: "",
        hint: "",
        log: "",
        at: sent.at,
    };
    tx.move_job(&moved(&[JobState::Queued], JobState::Running, Charge::Reserved))?;
    tx.enter(&attempt, LedgerKind::Reserved, sent.price.as_ref(), "quote", sent.at)?;
    for place in 1..=sent.prints {
        let output = format!("out_{attempt}_{place}");
        let link = Some("https://cdn.test/a.png".into());
        let new = NewOutput { id: output.clone(), place, source_url: link, url_expires_at: None };
        tx.expect_outputs(&attempt, &[new], sent.at)?;
        tx.end_output(&output, "saved", None, "")?;
    }
    let Some((kind, state)) = sent.end else { return Ok(()) };
    tx.enter(&attempt, kind, sent.price.as_ref(), "done", sent.at)?;
    tx.move_attempt(&attempt, AttemptState::Submitting, state, None, "", sent.at)?;
    if !state.live() {
        tx.move_job(&moved(&[JobState::Running], JobState::Failed, Charge::Unknown))?;
    }
    Ok(())
}

fn amounts(reserved: i64, settled: i64, unknown: i64) -> SpendAmounts {
    SpendAmounts { reserved, settled, unknown }
}

#[tokio::test]
async fn a_month_holds_what_the_book_says_of_each_try() {
    use AttemptState as A;
    use LedgerKind as L;
    let book = Book::with(&[
        Sent::at("before", "2026-10-31T23:59:59Z").made(1),
        Sent { route: Some("Hero"), ..Sent::at("charged", "2026-11-03T10:00:00Z").made(2) },
        Sent::at("refused", "2026-11-03T11:00:00Z").ends(L::Released, A::Refused),
        Sent::at("gone", "2026-11-04T11:00:00Z").ends(L::Confirmed, A::Expired),
        Sent::at("doubt", "2026-11-05T11:00:00Z").ends(L::Unknown, A::InDoubt),
        Sent::at("closed", "2026-11-06T11:00:00Z").ends(L::Unknown, A::Cancelled),
        Sent::at("away", "2026-11-22T09:00:00Z"),
        Sent::at("euros", "2026-11-22T09:00:00Z").costs(90_000, "EUR").made(1),
        Sent { sandbox: true, ..Sent::at("free", "2026-11-22T09:00:00Z").made(1) },
        Sent { price: None, ..Sent::at("unlisted", "2026-11-22T09:00:00Z").made(4) },
    ])
    .await;
    book.queue(&Sent::at("waits", "2026-11-21T09:00:00Z").costs(70_000, "USD"), Vec::new()).await;
    let sum = book.sum("2026-11-22T12:00:00Z", &TimeZone::UTC).await;
    assert_eq!(sum.amounts, amounts(110_000, 80_000, 80_000));
    assert_eq!((sum.prints, sum.average, sum.recovered), (2, Some(40_000), 0));
    // What waits is of today, whenever it was written down.
    assert_eq!(sum.days[21].amounts, amounts(110_000, 0, 0));
    assert_eq!(sum.days[20].amounts, SpendAmounts::default());
    let row = &sum.providers[0];
    assert_eq!((row.failed, row.failed_charged, row.doubts), (1, 1, 2));
    assert_eq!(sum.routes.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["", "Hero"]);

    let (lines, days) = book.lines("2026-11", &TimeZone::UTC, false).await;
    let unlisted = spend::sums(&lines, &days, days.end - 1).1;
    assert_eq!((unlisted.renders, unlisted.prints), (1, 4));
    let (october, days) = book.lines("2026-10", &TimeZone::UTC, true).await;
    let last = book.store.read(move |sql| between(sql, days.start(), days.end)).await.unwrap();
    assert_eq!((october.len(), last), (1, BTreeMap::from([("USD".to_owned(), 40_000)])));
    let months = book.store.read(|sql| months(sql, &TimeZone::UTC)).await.unwrap();
    assert_eq!(months.iter().copied().map(Month::name).collect::<Vec<_>>(), ["2026-10", "2026-11"]);
}

#[tokio::test]
async fn a_day_ends_at_the_midnight_of_the_user_also_when_the_clocks_change() {
    let berlin = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
    let book = Book::with(&[
        Sent::at("a", "2026-10-24T21:59:59.999Z").costs(1, "USD").made(1),
        Sent::at("b", "2026-10-24T22:00:00Z").costs(10, "USD").made(1),
        // 25 hours later by the clock on the wall, still the same Sunday.
        Sent::at("c", "2026-10-25T22:59:59.999Z").costs(100, "USD").made(1),
        Sent::at("d", "2026-10-25T23:00:00Z").costs(1_000, "USD").made(1),
        Sent::at("e", "2026-10-31T22:59:59Z").costs(10_000, "USD").made(1),
        Sent::at("f", "2026-10-31T23:00:00Z").costs(100_000, "USD").made(1),
    ])
    .await;
    let sum = book.sum("2026-10-25T22:59:59.999Z", &berlin).await;
    let of = |day: usize| sum.days[day - 1].amounts.settled;
    // What the clock says is yet to come counts as of today.
    assert_eq!((of(24), of(25), of(26)), (1, 111_110, 0));
    let (lines, days) = book.lines("2026-10", &berlin, true).await;
    let sum = &spend::sums(&lines, &days, days.end).0[0];
    let of = |day: usize| sum.days[day - 1].amounts.settled;
    assert_eq!((of(24), of(25), of(26), of(31)), (1, 110, 1_000, 10_000));
    assert_eq!(book.sum("2026-11-01T00:00:00Z", &berlin).await.amounts.settled, 100_000);
}

#[tokio::test]
async fn each_try_is_told_with_its_own_day_and_once() {
    let first = Sent::at("again", "2026-11-03T10:00:00Z")
        .ends(LedgerKind::Unknown, AttemptState::Cancelled);
    let book = Book::with(std::slice::from_ref(&first)).await;
    let second = Sent { at: at("2026-11-05T10:00:00Z"), ..first.made(1) };
    book.store
        .write(move |tx| {
            tx.requeue_job("job_again", second.at, "Tried again.")?;
            try_once(tx, &second, 2)
        })
        .await
        .unwrap();
    let sum = book.sum("2026-11-22T12:00:00Z", &TimeZone::UTC).await;
    assert_eq!(sum.amounts, amounts(0, 40_000, 40_000));
    assert_eq!((sum.days[2].amounts.unknown, sum.days[4].amounts.settled), (40_000, 40_000));
    assert_eq!(sum.prints, 1);
}

#[tokio::test]
async fn what_a_route_may_come_to_is_set_aside_where_it_would_be_paid() {
    let book = Book::empty();
    let sent = Sent { route: Some("Hero"), ..Sent::at("route", "2026-11-22T10:00:00Z") };
    book.queue(&sent, vec![step("dear", 90_000), step("cheap", 20_000)]).await;
    let sum = book.sum("2026-11-22T12:00:00Z", &TimeZone::UTC).await;
    assert_eq!(sum.amounts, amounts(90_000, 0, 0));
    assert_eq!((sum.providers[0].key.as_str(), sum.models[0].key.as_str()), ("later", "DEAR"));
    book.send(&sent).await;
    let sum = book.sum("2026-11-22T12:00:00Z", &TimeZone::UTC).await;
    assert_eq!(
        sum.amounts,
        amounts(90_000, 0, 0),
        "four cents on their way, five more if they come back"
    );
    let told =
        |key: &str| sum.providers.iter().find(|row| row.key == key).map(|row| row.amounts.reserved);
    assert_eq!((told("acme"), told("later")), (Some(40_000), Some(50_000)));
    assert_eq!(sum.routes.len(), 1);
}

#[tokio::test]
async fn not_paid_twice_is_only_what_the_book_shows() {
    let day = "2026-11-03T10:00:00Z";
    let book = Book::with(&[
        Sent::at("plain", day).made(1),
        Sent::at("found", day).costs(50_000, "USD").made(1),
        Sent::at("found_bad", day).ends(LedgerKind::Confirmed, AttemptState::Failed),
        Sent::at("fresh", day).costs(60_000, "USD").made(2),
        Sent::at("fresh_part", day).made(2),
        Sent::at("crashed", day).costs(70_000, "USD").made(1),
        Sent::at("stumbled", day).made(1),
        Sent::at("closed", day).costs(80_000, "USD").made(1),
        Sent::at("closed_bad", day).ends(LedgerKind::Confirmed, AttemptState::Failed),
        Sent::at("other", day).made(1),
    ])
    .await;
    book.store
        .write(|tx| {
            let found = |attempt| {
                format!("UPDATE attempt SET resolved_by = 'history' WHERE id = 'att_{attempt}_1'")
            };
            for statement in [found("found"), found("found_bad")] {
                tx.sql.execute(&statement, [])?;
            }
            for attempt in ["att_fresh_1", "att_fresh_part_1"] {
                tx.note_reasked(attempt)?;
            }
            tx.sql.execute(
                "UPDATE output SET state = 'gone' WHERE attempt = 'att_fresh_part_1' AND place = 2",
                [],
            )?;
            for job in ["job_crashed", "job_stumbled"] {
                tx.count_crash(job)?;
            }
            // Rushes was closed while the provider had these.
            for (job, attempt) in [
                ("job_closed", "att_closed_1"),
                ("job_closed_bad", "att_closed_bad_1"),
                // A line about another try says nothing of this one.
                ("job_other", "att_other_2"),
            ] {
                tx.tell(super::super::Told {
                    job,
                    attempt: Some(attempt),
                    at: 1,
                    left: "running",
                    entered: "running",
                    cause: "Rushes was closed meanwhile.",
                })?;
            }
            // This one stumbled before it was sent, as its log says.
            tx.tell(super::super::Told {
                job: "job_stumbled",
                attempt: None,
                at: 1,
                left: "queued",
                entered: "queued",
                cause: "Rushes stumbled over it before it was sent.",
            })
        })
        .await
        .unwrap();
    let sum = book.sum("2026-11-22T12:00:00Z", &TimeZone::UTC).await;
    assert_eq!((sum.recovered, sum.recovered_micros), (4, 260_000));
    // The trash takes prints away, and not that they were made.
    book.store
        .write(|tx| {
            tx.sql.execute(
                "UPDATE output SET state = 'gone', message = ?1 WHERE attempt = 'att_fresh_1'",
                [trash::REMOVED],
            )?;
            Ok(())
        })
        .await
        .unwrap();
    let after = book.sum("2026-11-22T12:00:00Z", &TimeZone::UTC).await;
    assert_eq!((after.recovered, after.prints), (4, sum.prints));
}

#[tokio::test]
async fn the_cap_of_a_month_is_asked_in_the_transaction_that_writes_a_batch() {
    let book = Book::with(&[
        Sent::at("last", "2026-10-31T10:00:00Z").costs(9_000_000, "USD").made(1),
        Sent::at("first", "2026-11-01T10:00:00Z").costs(900_000, "USD").made(1),
    ])
    .await;
    let month = BTreeMap::from([("USD".to_owned(), 1_000_000)]);
    let settings = Settings { caps: Caps { month, ..Caps::default() }, ..Settings::default() };
    book.store.write(move |tx| tx.keep_settings(&settings)).await.unwrap();
    let asked = |now: &str, micros: i64| {
        let begins = Begins::of(at(now), &TimeZone::UTC);
        let batch = vec![Some(price(micros, "USD"))];
        book.store.write(move |tx| tx.within_caps(&batch, false, begins))
    };
    assert_eq!(asked("2026-11-30T23:59:59Z", 100_000).await.unwrap(), Ok(()));
    let refused = asked("2026-11-30T23:59:59Z", 100_001).await.unwrap().unwrap_err();
    assert_eq!(refused.message, "This would pass this month's $1.00 cap by $0.000001.");
    assert_eq!(asked("2026-12-01T00:00:00Z", 1_000_000).await.unwrap(), Ok(()));
}

#[tokio::test]
async fn the_jobs_of_a_day_are_those_written_down_or_sent_on_it() {
    let book = Book::with(&[Sent::at("sent", "2026-11-03T23:00:00Z").made(1)]).await;
    book.queue(&Sent::at("waits", "2026-11-03T10:00:00Z"), Vec::new()).await;
    book.queue(&Sent::at("other", "2026-11-04T10:00:00Z"), Vec::new()).await;
    let of = |day: &str| {
        let span = crate::job::calendar::day(day, &TimeZone::UTC).unwrap();
        book.store.read(move |sql| {
            Ok(jobs_of(sql, span, 10)?.into_iter().map(|job| job.prompt).collect::<Vec<_>>())
        })
    };
    assert_eq!(of("2026-11-03").await.unwrap(), ["sent", "waits"]);
    assert_eq!(of("2026-11-04").await.unwrap(), ["other"]);
    // Sent on the day after it was written down: it is of both.
    let late = Sent { at: at("2026-11-04T01:00:00Z"), ..Sent::at("waits", "2026-11-03T10:00:00Z") };
    book.send(&late).await;
    assert_eq!(of("2026-11-04").await.unwrap(), ["other", "waits"]);
}
