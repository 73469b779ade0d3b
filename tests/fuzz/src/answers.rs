//! Answers that nobody wrote, read by the adapter that `RUSHES_PROBE` names. An input is the status in a
//! line of its own, then the body.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::{Corpus, fuzz_target};
use rushes_providers::probe::{self, Probe};
use serde_json::Value;

static PROBE: LazyLock<Probe> = LazyLock::new(|| {
    let wanted = std::env::var("RUSHES_PROBE").unwrap_or_default();
    probe::of(&wanted).unwrap_or_else(|| panic!("RUSHES_PROBE names no adapter: {wanted:?}"))
});

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Some((status, answer)) = read(bytes) else { return Corpus::Reject };
    PROBE(&answer, status);
    Corpus::Keep
});

fn read(bytes: &[u8]) -> Option<(u16, Value)> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let status = std::str::from_utf8(&bytes[..end]).ok()?.parse().ok()?;
    let answer = serde_json::from_slice(&bytes[end + 1..]).ok()?;
    (200..600).contains(&status).then_some((status, answer))
}
