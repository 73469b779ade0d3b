//! What no answer may make an adapter's readers do. The random tests of the adapters hold them to it,
//! and `make soak` looks for answers that break it by the paths they take through the code.

use serde_json::Value;

use crate::{bfl, comfyui, fal, gemini, openai, openai_compatible, replicate, wavespeed};

/// Reads an answer in every way that the adapter knows; the status is the one it came with. Panics when
/// a rule is broken.
pub type Probe = fn(answer: &Value, status: u16);

/// Each adapter's by the provider's id. The sandbox speaks as WaveSpeed does.
pub const PROBES: [(&str, Probe); 8] = [
    ("wavespeed", wavespeed::probe::probe),
    ("openai", openai::probe::probe),
    ("gemini", gemini::probe::probe),
    ("fal", fal::probe::probe),
    ("replicate", replicate::probe::probe),
    ("bfl", bfl::probe::probe),
    ("comfyui", comfyui::probe::probe),
    ("openai_compatible", openai_compatible::probe::probe),
];

#[cfg(test)]
mod tests {
    use super::PROBES;

    #[test]
    fn every_adapter_has_one() {
        let mut own: Vec<&str> = crate::all().iter().map(|p| p.manifest().id.as_str()).collect();
        own.retain(|id| *id != "sandbox");
        assert_eq!(own, PROBES.map(|(id, _)| id));
    }
}
