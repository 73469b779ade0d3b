//! From what went wrong on the wire to an [`Error`] that a person can read.

use serde_json::Value;

use crate::call::Patience;
use crate::error::{Error, Kind, Wire};
use crate::net::{Broken, Reached};
use crate::words::not_charged;

/// The most of the provider's own words that goes into a sentence, in characters.
const QUOTE: usize = 300;

/// An error before there was an answer.
pub(crate) fn of_line(provider: &str, broken: &Broken) -> Error {
    let (wire, message) = match broken.reached {
        Reached::Unwritten => {
            return plain(
                Kind::Protocol,
                Wire::NotSent,
                t!("The request to {provider} could not be written.", provider),
            );
        }
        Reached::Nowhere => {
            (Wire::NotSent, t!("{provider} could not be reached. Nothing was sent.", provider))
        }
        Reached::TimedOut => (
            Wire::Unanswered,
            t!("{provider} took the request and did not answer in time.", provider),
        ),
        Reached::Cut => {
            (Wire::Unanswered, t!("The line to {provider} broke before its answer came.", provider))
        }
    };
    Error {
        hint: Some(t!("Check the network. Rushes tries again where that is safe.").into()),
        raw: Some(broken.causes.clone()),
        ..plain(Kind::Network, wire, message)
    }
}

/// An answer that stopped in the middle.
pub(crate) fn broken_off(provider: &str, error: &reqwest::Error) -> Error {
    let message = if error.is_timeout() {
        t!("{provider} began to answer and did not finish in time.", provider)
    } else {
        t!("The answer of {provider} broke off in the middle.", provider)
    };
    plain(Kind::Protocol, Wire::Unanswered, message)
}

/// Media in an answer that could not be put away.
pub(crate) fn not_kept(provider: &str, error: &std::io::Error) -> Error {
    Error {
        hint: Some(t!("Make room on the disk of the library. It may have been charged.").into()),
        raw: Some(error.to_string()),
        ..plain(
            Kind::Protocol,
            Wire::Unanswered,
            t!("What {provider} sent could not be saved while it came.", provider),
        )
    }
}

/// An answer beyond all measure.
pub(crate) fn too_long(provider: &str) -> Error {
    plain(
        Kind::Protocol,
        Wire::Unanswered,
        t!("The answer of {provider} is longer than 16 MB and was not read.", provider),
    )
}

/// A whole answer that is not JSON.
pub(crate) fn not_json(provider: &str, status: u16, page: bool, raw: String) -> Error {
    let message = if page {
        t!("{provider} answered with a web page instead of data (HTTP {status}).", provider, status)
    } else {
        t!("The answer of {provider} could not be read (HTTP {status}).", provider, status)
    };
    Error {
        hint: Some(
            t!("Check the address in Settings, and whether a network sign-in page is in the way.")
                .into(),
        ),
        raw: Some(raw),
        ..plain(Kind::Protocol, Wire::Answered(status), message)
    }
}

/// A whole answer, JSON, without something that must be there.
pub(crate) fn unreadable(provider: &str, status: u16, missing: &str, raw: Option<String>) -> Error {
    Error {
        raw,
        ..plain(
            Kind::Protocol,
            Wire::Answered(status),
            t!("The answer of {provider} came without {missing}.", provider, missing),
        )
    }
}

/// A key that no header can carry.
pub(crate) fn bad_key(provider: &str) -> Error {
    Error {
        hint: Some(t!("Copy it again from the provider's page, without line breaks.").into()),
        ..plain(
            Kind::Auth,
            Wire::NotSent,
            t!(
                "The key for {provider} holds characters that no key has. Nothing was sent.",
                provider
            ),
        )
    }
}

/// A presigned URL, or a path, that leads where it must not.
pub(crate) fn unsafe_address(provider: &str) -> Error {
    plain(
        Kind::Protocol,
        Wire::NotSent,
        t!(
            "{provider} named an address that is not safe to send to. Nothing was sent there.",
            provider
        ),
    )
}

/// A name that cannot stand in a path.
pub(crate) fn bad_name(provider: &str, name: &str) -> Error {
    plain(
        Kind::NotFound,
        Wire::NotSent,
        t!("“{name}” is not a name that {provider} could know. Nothing was sent.", name, provider),
    )
}

/// An upload where there is nowhere to upload to.
pub(crate) fn no_uploads(provider: &str) -> Error {
    plain(
        Kind::Protocol,
        Wire::NotSent,
        t!("{provider} takes no files ahead of a request. Nothing was sent.", provider),
    )
}

/// A search that was given up.
pub(crate) fn history_too_long(provider: &str) -> Error {
    Error {
        hint: Some(t!("Look for it on the provider's own history page.").into()),
        ..plain(
            Kind::Protocol,
            Wire::Answered(200),
            t!("{provider}'s list of recent work is too long to search through.", provider),
        )
    }
}

/// A status that says no. `words` are the provider's own, where it gave some. Only a declined
/// submit says what it cost: a poll that is declined tells nothing about the work's price.
pub(crate) fn of_status(
    provider: &str,
    status: u16,
    words: Option<&str>,
    patience: Patience,
    raw: Option<String>,
) -> Error {
    let said = words.map(|words| t!(" It says: {words}", words = quote(words))).unwrap_or_default();
    let free = if patience == Patience::Submit { not_charged() } else { "" };
    let about_money =
        status == 402 || matches!(status, 400 | 403) && words.is_some_and(speaks_of_credit);
    let (kind, message, hint) = match status {
        _ if about_money => (
            Kind::Credit,
            t!("Your {provider} balance is empty.{free}", provider, free),
            t!("Add credit at the provider, then try again."),
        ),
        401 => (
            Kind::Auth,
            t!("{provider} refused the key.{free}", provider, free),
            t!("Replace the key in Settings, then try again."),
        ),
        403 => (
            Kind::Auth,
            t!("{provider} does not let this key do that.{free}{said}", provider, free, said),
            t!("Check what the key may do at the provider, or use another one."),
        ),
        404 | 410 => (
            Kind::NotFound,
            t!(
                "{provider} does not know this, or no longer has it.{free}{said}",
                provider,
                free,
                said
            ),
            t!("Refresh the models, or pick another one."),
        ),
        429 => (
            Kind::RateLimited,
            t!("{provider} is busy.{free}", provider, free),
            t!("Rushes waits and tries again."),
        ),
        451 => (
            Kind::Refused,
            t!("{provider}'s filter declined this.{free}{said}", provider, free, said),
            t!("Edit the prompt, or try another model."),
        ),
        400 | 413 | 422 => (
            Kind::Invalid { field: words.and_then(named_field) },
            t!("{provider} did not accept the settings.{free}{said}", provider, free, said),
            t!("Change what it names, then try again."),
        ),
        300..=399 => (
            Kind::Protocol,
            t!(
                "{provider} says that its address has moved (HTTP {status}). The key stays here.",
                provider,
                status
            ),
            t!("Check the address in Settings."),
        ),
        408 | 409 | 425 | 500..=599 => (
            Kind::Unavailable,
            t!("{provider}'s server has trouble (HTTP {status}).{said}", provider, status, said),
            t!("Rushes tries again where that is safe."),
        ),
        _ => (
            Kind::Protocol,
            t!(
                "{provider} answered in a way that Rushes does not know (HTTP {status}).{said}",
                provider,
                status,
                said
            ),
            t!("Check the address in Settings."),
        ),
    };
    Error { hint: Some(hint.into()), raw, ..plain(kind, Wire::Answered(status), message) }
}

/// A store for uploads that says no. It never saw the key, so its no is not about the key, and a
/// ticket that it does not take (any more) is asked for anew.
pub(crate) fn of_store(
    provider: &str,
    status: u16,
    words: Option<&str>,
    raw: Option<String>,
) -> Error {
    if matches!(status, 408 | 409 | 413 | 425 | 429 | 500..=599) {
        return of_status(provider, status, words, Patience::Ask, raw);
    }
    let said = words.map(|words| t!(" It says: {words}", words = quote(words))).unwrap_or_default();
    Error {
        hint: Some(t!("Rushes asks for another place and tries again.").into()),
        raw,
        ..plain(
            Kind::Unavailable,
            Wire::Answered(status),
            t!(
                "The place that {provider} named did not take the reference (HTTP {status}).{said}",
                provider,
                status,
                said
            ),
        )
    }
}

/// The status that says what an answer's own code means, where its status says something else: a 400 of
/// the filter, a 429 of an empty account (OpenAI, and those who speak like it).
pub(crate) fn meant(status: u16, body: &Value) -> u16 {
    match code(&body["error"]) {
        word if is_filter(word) => 451,
        "insufficient_quota" | "billing_hard_limit_reached" | "billing_not_active" => 402,
        _ => status,
    }
}

/// The word of an error; gateways leave `code` out and say it as `type`.
pub(crate) fn code(error: &Value) -> &str {
    error["code"].as_str().or_else(|| error["type"].as_str()).unwrap_or_default()
}

/// Whether an error's word is that of a filter.
pub(crate) fn is_filter(word: &str) -> bool {
    matches!(word, "moderation_blocked" | "content_policy_violation")
}

/// Whether a refusal is about money; some say so only in words (WaveSpeed, fal).
fn speaks_of_credit(words: &str) -> bool {
    let lower = words.to_lowercase();
    ["credit", "balance", "top up", "top-up", "topup"].iter().any(|word| lower.contains(word))
}

/// The provider's own words, wherever the usual envelopes keep them.
pub(crate) fn words(body: &Value) -> Option<String> {
    let error = &body["error"];
    let detail = &body["detail"];
    [&body["message"], &error["message"], error, detail, &detail[0]["msg"], &body["title"]]
        .into_iter()
        .filter_map(Value::as_str)
        .map(str::trim)
        .find(|words| !words.is_empty())
        .map(ToOwned::to_owned)
}

/// The input that a refusal names: `images` in "invalid parameter: images is required".
pub(crate) fn named_field(words: &str) -> Option<String> {
    let mut quoted = words.split(['`', '\'', '"']);
    if let (Some(_), Some(name), Some(_)) = (quoted.next(), quoted.next(), quoted.next())
        && is_field_name(name)
    {
        return Some(name.to_owned());
    }
    let before_verb =
        [" is required", " is missing", " is invalid", " must ", " should ", " not supported"]
            .iter()
            .filter_map(|verb| words.find(verb))
            .min()?;
    let name = words[..before_verb].rsplit([' ', ':', '.', ',', '(']).next()?;
    is_field_name(name).then(|| name.to_owned())
}

/// The same error with the input that the answer names in a place of its own (OpenAI's `param`), where it
/// is about an input at all.
pub(crate) fn with_param(error: Error, body: &Value) -> Error {
    match (&error.kind, body["error"]["param"].as_str()) {
        (Kind::Invalid { .. }, Some(name)) if is_field_name(name) => {
            Error { kind: Kind::Invalid { field: Some(name.to_owned()) }, ..error }
        }
        _ => error,
    }
}

fn is_field_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.len() <= 64
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// The provider's words inside a sentence of ours: one line, one full stop, not too many.
pub(crate) fn quote(words: &str) -> String {
    let line: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(QUOTE).collect();
    let short = short.trim_end_matches(['.', '!']);
    if line.chars().count() > QUOTE { format!("{short}…") } else { format!("{short}.") }
}

fn plain(kind: Kind, wire: Wire, message: String) -> Error {
    Error { kind, wire, message, hint: None, retry_after: None, raw: None }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{named_field, quote, words};

    #[test]
    fn the_field_that_a_refusal_names_is_found() {
        for (text, field) in [
            ("invalid parameter: images is required", Some("images")),
            ("seed must be an integer", Some("seed")),
            ("invalid parameter: size must look like 1024*1024", Some("size")),
            ("Field `aspect_ratio` is wrong", Some("aspect_ratio")),
            ("'num_images' should be at most 4", Some("num_images")),
            ("Invalid size '10x10'.", None),
            ("Prompt is required", None),
            ("something is off", None),
            ("", None),
        ] {
            assert_eq!(named_field(text).as_deref(), field, "{text}");
        }
    }

    #[test]
    fn words_are_found_in_every_usual_envelope() {
        for (body, found) in [
            (json!({"code": 400, "message": "a"}), Some("a")),
            (json!({"error": {"message": "b", "code": "x"}}), Some("b")),
            (json!({"error": "c"}), Some("c")),
            (json!({"detail": "d"}), Some("d")),
            (json!({"detail": [{"msg": "e", "loc": []}]}), Some("e")),
            (json!({"message": "  ", "title": "f"}), Some("f")),
            (json!({"message": 7}), None),
            (json!([]), None),
        ] {
            assert_eq!(words(&body).as_deref(), found, "{body}");
        }
    }

    #[test]
    fn quoted_words_are_one_line_with_one_stop() {
        assert_eq!(quote("No\n  way!!"), "No way.");
        assert_eq!(quote("Done."), "Done.");
        assert_eq!(quote(&"x".repeat(400)), format!("{}…", "x".repeat(300)));
    }
}
