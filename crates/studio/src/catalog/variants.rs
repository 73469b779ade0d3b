//! A family's endpoints at one provider are one model to a person: what is added to the prompt picks
//! the endpoint. Pure.

use std::collections::HashMap;

use rushes_providers::schema::FieldKind;
use rushes_providers::types::Modality;

use super::Entry;

/// Last parts of a provider's model id that tell the kind of work and not the model.
const KINDS: [&str; 18] = [
    "text-to-image",
    "image-to-image",
    "edit",
    "image-edit",
    "edit-image",
    "text-to-video",
    "image-to-video",
    "reference-to-video",
    "first-last-frame-to-video",
    "video-edit",
    "video-extend",
    "video-to-video",
    "t2i",
    "i2i",
    "t2v",
    "i2v",
    "generate",
    "inpaint",
];

/// Which endpoints belong together.
#[derive(Debug, Default)]
pub struct Variants {
    /// By endpoint id; absent where it stands alone.
    kin: HashMap<String, Vec<String>>,
}

impl Variants {
    /// Sorts a whole catalogue.
    pub fn of_all(entries: &[Entry]) -> Self {
        let mut groups: HashMap<(&str, Modality, String), Vec<&Entry>> = HashMap::new();
        for entry in entries.iter().filter(|entry| entry.retired.is_none()) {
            let family = stem(&entry.remote_model);
            groups.entry((&entry.provider, entry.modality, family)).or_default().push(entry);
        }
        let mut kin = HashMap::new();
        for mut group in groups.into_values().filter(|group| group.len() > 1) {
            group.sort_by_key(|entry| (needs(entry), entry.remote_model.len(), entry.id.as_str()));
            let ids: Vec<String> = group.iter().map(|entry| entry.id.clone()).collect();
            for id in &ids {
                kin.insert(id.clone(), ids.clone());
            }
        }
        Self { kin }
    }

    /// The endpoints of one's family, itself included; itself alone where it has no kin.
    pub fn of(&self, id: &str) -> Vec<String> {
        self.kin.get(id).cloned().unwrap_or_else(|| vec![id.to_owned()])
    }
}

/// How many files an endpoint must have.
fn needs(entry: &Entry) -> usize {
    let is_file = |kind: &FieldKind| matches!(kind, FieldKind::Media { .. });
    entry.fields.iter().filter(|field| field.required && is_file(&field.kind)).count()
}

/// A model id without the parts that tell the kind of work: `kling-v3/image-to-video` is `kling-v3`.
fn stem(remote_model: &str) -> String {
    let parts: Vec<&str> = remote_model
        .split('/')
        .enumerate()
        .filter(|(n, part)| *n == 0 || !KINDS.contains(part))
        .map(|(_, part)| part)
        .collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::catalog::merge;

    fn sandbox() -> Vec<Entry> {
        merge(rushes_providers::find("sandbox").unwrap().manifest(), None)
    }

    #[test]
    fn the_kind_of_work_is_not_the_model() {
        for (id, family) in [
            ("google/nano-banana-2.1/edit", "google/nano-banana-2.1"),
            ("google/nano-banana-2.1/text-to-image", "google/nano-banana-2.1"),
            ("fal-ai/flux-2/klein/4b", "fal-ai/flux-2/klein/4b"),
            ("fal-ai/flux-2/klein/4b/edit", "fal-ai/flux-2/klein/4b"),
            ("fal-ai/kling-video/v3/pro/image-to-video", "fal-ai/kling-video/v3/pro"),
            ("fal-ai/bytedance/seedream/v5/lite/edit", "fal-ai/bytedance/seedream/v5/lite"),
            ("edit", "edit"),
        ] {
            assert_eq!(stem(id), family);
        }
    }

    #[test]
    fn a_family_is_of_one_provider_and_makes_one_thing() {
        let variants = Variants::of_all(&sandbox());
        let stills = ["sandbox:sandbox/stills", "sandbox:sandbox/stills/edit"];
        let clips = ["sandbox:sandbox/clips", "sandbox:sandbox/clips/image-to-video"];
        for id in stills {
            assert_eq!(variants.of(id), stills);
        }
        for id in clips {
            assert_eq!(variants.of(id), clips);
        }
        assert_eq!(variants.of("sandbox:alone"), ["sandbox:alone"]);
    }
}
