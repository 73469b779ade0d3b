//! How long an answer asks us to wait, wherever it says so.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};
use regex_lite::Regex;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde_json::Value;

use crate::failure;

/// The longest wait that is believed, whatever an answer asks for.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// Two clocks that differ by less than this are taken to agree.
const AGREE: Duration = Duration::from_secs(2);

/// The most of an error's words that is looked through, in characters.
const READ: usize = 2_000;

/// A span of time in words, after words that make it a wait and not a rate.
static SAID: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix) \b(?: try\s+again | retry | resets? | available | wait )
          (?: \s+ (?: again | in | after | for | at\s+least | about | approximately | another ) )* :? \s* ~? \s*
          ( (?: \d+(?:\.\d+)? \s* [a-z]+ [\s,]* (?:and\s+)? )+ )",
    )
    .expect("a fixed pattern is sound")
});

/// One part of such a span.
static SPAN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)").expect("a fixed pattern is sound")
});

/// How long to wait by an answer's headers, or where they are silent by its body.
pub(crate) fn asked(
    status: u16,
    headers: &HeaderMap,
    body: &Value,
    now: Timestamp,
) -> Option<Duration> {
    in_headers(headers, now).or_else(|| in_body(status, body))
}

/// `retry-after-ms`, or `Retry-After` as seconds or as a date.
fn in_headers(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let wait = if let Some(ms) = text("retry-after-ms").and_then(|ms| ms.parse::<f64>().ok()) {
        Duration::try_from_secs_f64(ms / 1000.0).ok()?
    } else {
        let asked = text(RETRY_AFTER.as_str())?;
        if let Ok(seconds) = asked.parse::<f64>() {
            Duration::try_from_secs_f64(seconds).ok()?
        } else {
            let until = httpdate::parse_http_date(asked).ok()?;
            let theirs = text(DATE.as_str()).and_then(|date| httpdate::parse_http_date(date).ok());
            until.duration_since(their_now(theirs, now)).unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST_WAIT))
}

/// What time the provider's clock shows. Its `Date` names a whole second; where our own clock
/// agrees with it, ours tells the moment within that second. In whole milliseconds, rounded down,
/// so that nothing is sent a moment too early.
fn their_now(date: Option<SystemTime>, now: Timestamp) -> SystemTime {
    let ours = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now).into();
    let Some(date) = date else { return ours };
    let apart = ours.duration_since(date).unwrap_or_else(|behind| behind.duration());
    if apart <= AGREE { ours.clamp(date, date + Duration::from_secs(1)) } else { date }
}

/// A wait that is told in the body: Google's `RetryInfo`, a `retry_after` in seconds, or the
/// words of the error. Only where the status asks for patience: elsewhere such words are about
/// something else.
pub(crate) fn in_body(status: u16, body: &Value) -> Option<Duration> {
    if !matches!(status, 408 | 409 | 425 | 429 | 500..=599) {
        return None;
    }
    let error = &body["error"];
    let details = error["details"].as_array().into_iter().flatten();
    let told = details
        .filter_map(|detail| detail["retryDelay"].as_str())
        .find_map(|delay| Duration::try_from(delay.parse::<SignedDuration>().ok()?).ok());
    let seconds = || {
        [&body["retry_after"], &error["retry_after"]]
            .into_iter()
            .find_map(|wait| Duration::try_from_secs_f64(wait.as_f64()?).ok())
    };
    let wait = told.or_else(seconds).or_else(|| in_words(&failure::words(body)?))?;
    Some(wait.min(LONGEST_WAIT))
}

/// "Your rate limit resets in ~30s", "try again in 1m30s", "retry after 3 seconds".
fn in_words(words: &str) -> Option<Duration> {
    let short: String = words.chars().take(READ).collect();
    let span = SAID.captures(&short)?.get(1)?.as_str();
    let mut wait = None;
    for part in SPAN.captures_iter(span) {
        let (_, [number, unit]) = part.extract();
        let seconds = match unit.to_ascii_lowercase().as_str() {
            "ms" | "millisecond" | "milliseconds" => 0.001,
            "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
            "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
            "h" | "hr" | "hrs" | "hour" | "hours" => 3600.0,
            _ => break,
        };
        let part = Duration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()?;
        wait = Some(wait.unwrap_or(Duration::ZERO).checked_add(part)?);
    }
    wait
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn waits_are_found_in_words() {
        for (words, ms) in [
            ("Request was throttled. Your rate limit resets in ~30s.", Some(30_000)),
            ("Rate limit reached. Please try again in 20s. Contact us", Some(20_000)),
            ("Please try again in 6m0s.", Some(360_000)),
            ("please retry after 3 seconds", Some(3_000)),
            ("Too many requests, try again in 1m30s", Some(90_000)),
            ("Try again in 1 minute and 30 seconds", Some(90_000)),
            ("Expected available in 1.5 seconds.", Some(1_500)),
            ("Retry in 250ms", Some(250)),
            ("Retry after: 12 sec", Some(12_000)),
            ("Wait for at least 2 hours", Some(7_200_000)),
            ("try again in 40 milliseconds", Some(40)),
            // A rate, a moment without a span, a count.
            ("Limit of 10 requests in 60 seconds reached", None),
            ("try again later", None),
            ("retry after 3 attempts", None),
            ("resets at 12:30", None),
            ("try again in 5 months", None),
            ("try again in 5 minutes 3 times", Some(300_000)),
            ("", None),
        ] {
            assert_eq!(in_words(words), ms.map(Duration::from_millis), "{words}");
        }
    }

    #[test]
    fn bodies_tell_waits_in_their_own_ways() {
        let google = json!({"error": {"message": "try again in 9s", "details": [
            {"@type": "type.googleapis.com/google.rpc.QuotaFailure"},
            {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "27s"}
        ]}});
        for (status, body, wait) in [
            (429, google.clone(), Some(Duration::from_secs(27))),
            (503, google.clone(), Some(Duration::from_secs(27))),
            (400, google, None),
            (
                429,
                json!({"error": {"details": [{"retryDelay": "0.847655010s"}]}}),
                Some(Duration::from_nanos(847_655_010)),
            ),
            (429, json!({"error": {"details": [{"retryDelay": "-3s"}]}}), None),
            (429, json!({"detail": "slow", "retry_after": 4}), Some(Duration::from_secs(4))),
            (429, json!({"detail": "limit resets in ~30s"}), Some(Duration::from_secs(30))),
            (429, json!({"message": "try again in 99999h"}), Some(LONGEST_WAIT)),
            (429, json!({"message": "slow down"}), None),
            (429, json!(null), None),
        ] {
            assert_eq!(in_body(status, &body), wait, "{status} {body}");
        }
    }

    #[test]
    fn headers_win_over_the_body() {
        let body = json!({"message": "try again in 20s"});
        let mut headers = HeaderMap::new();
        let now = Timestamp::now();
        assert_eq!(asked(429, &headers, &body, now), Some(Duration::from_secs(20)));
        headers.insert(RETRY_AFTER, "7".parse().unwrap());
        assert_eq!(asked(429, &headers, &body, now), Some(Duration::from_secs(7)));
    }

    #[test]
    fn a_date_is_never_early_and_at_most_a_second_late() {
        let second: Timestamp = "2026-11-22T06:00:00Z".parse().unwrap();
        let wait = |ours_ms: i64| {
            let mut headers = HeaderMap::new();
            headers.insert(DATE, "Sun, 22 Nov 2026 06:00:00 GMT".parse().unwrap());
            headers.insert(RETRY_AFTER, "Sun, 22 Nov 2026 06:00:05 GMT".parse().unwrap());
            let ours = second + SignedDuration::from_millis(ours_ms);
            in_headers(&headers, ours).unwrap().as_millis()
        };
        // Our clock agrees: the wait ends on the moment.
        assert_eq!([0, 1, 400, 999].map(&wait), [5_000, 4_999, 4_600, 4_001]);
        // A little behind or ahead: no further than the second that was named.
        assert_eq!([-1_500, 1_900].map(&wait), [5_000, 4_000]);
        // It does not agree: the whole wait from the named second on.
        assert_eq!([-2_001, 2_001, 86_400_000].map(&wait), [5_000; 3]);
        // Below a millisecond nothing is rounded towards "early".
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, "Sun, 22 Nov 2026 06:00:05 GMT".parse().unwrap());
        let wait = in_headers(&headers, second + SignedDuration::from_micros(1_999)).unwrap();
        assert_eq!(wait, Duration::from_millis(4_999));
    }
}
