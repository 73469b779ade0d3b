//! What no answer may make an adapter's readers do. The random tests of the adapters hold them to it,
//! and `make soak` looks for answers that break it by the paths they take through the code.

use serde_json::Value;

/// Reads an answer in every way that the adapter knows; the status is the one it came with. Panics when
/// a rule is broken.
pub type Probe = fn(answer: &Value, status: u16);

/// The probe of the provider with this id. The sandbox speaks as WaveSpeed does and has none of its own.
pub fn of(id: &str) -> Option<Probe> {
    crate::find(id)?.probe()
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_adapter_has_one() {
        for provider in crate::all() {
            let manifest = provider.manifest();
            assert_eq!(super::of(&manifest.id).is_none(), manifest.sandbox, "{}", manifest.id);
        }
    }
}
