//! Workflows of the user's own beside what their provider offers. Pure.

use rushes_providers::Manifest;
use rushes_providers::schema::Field;
use rushes_providers::types::{LiveModel, WORKFLOW};

use super::Entry;

/// Longest slug of letters that were given; what is longer is cut and told apart by its hash.
const LONGEST: usize = 60;

/// What stands for a name in ids: small letters, digits, `.`, `_` and `-`. Names that differ in more than
/// case, spaces and signs have slugs of their own, and none has that of a bundled endpoint.
pub fn slug(manifest: &Manifest, name: &str) -> String {
    let mut slug = String::new();
    let mut whole = true;
    for letter in name.chars() {
        if letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_') {
            slug.push(letter.to_ascii_lowercase());
        } else {
            whole &= !letter.is_alphanumeric();
            if !slug.ends_with('-') {
                slug.push('-');
            }
        }
    }
    whole &= slug.len() <= LONGEST;
    slug.truncate(LONGEST);
    let slug = slug.trim_matches(['-', '.']);
    let bundled = manifest.bundled().iter().any(|known| known.remote_model == slug);
    if whole && !bundled && !slug.is_empty() {
        return slug.to_owned();
    }
    let hash = blake3::hash(name.to_lowercase().as_bytes()).to_hex();
    format!("{slug}-{}", &hash[..8]).trim_start_matches('-').to_owned()
}

/// The endpoint of a workflow that was read. `day` is the day of this knowledge, `live` whether the server
/// told what there is to choose from.
pub fn own_entry(
    manifest: &Manifest,
    slug: &str,
    name: &str,
    model: LiveModel,
    day: String,
    live: bool,
) -> Option<Entry> {
    let id = format!("{}:{slug}", manifest.id);
    Some(Entry {
        provider: manifest.id.clone(),
        remote_model: slug.to_owned(),
        // Nobody else's model is the same, whatever it is called.
        model: id.clone(),
        id,
        name: name.to_owned(),
        description: model.description,
        task: model.task,
        modality: model.modality?,
        fields: model.fields,
        price: model.price,
        licence: model.licence.unwrap_or_default(),
        docs: model.docs,
        as_of: day,
        live,
        output_terms: manifest.output_terms.clone(),
        ends_on: None,
        retired: None,
        own: true,
    })
}

impl Entry {
    /// The field that brings its workflow along, where it is a workflow of the user's own.
    pub fn workflow(&self) -> Option<&Field> {
        self.fields.iter().find(|field| self.own && field.name == WORKFLOW)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn comfyui() -> &'static Manifest {
        rushes_providers::find("comfyui").unwrap().manifest()
    }

    #[test]
    fn a_name_becomes_what_an_id_may_hold() {
        let made = [
            "Portrait (final) v2.1",
            "flux_dev",
            "  FLUX  dev  ",
            "a/../b",
            "..",
            "\u{8096}\u{50cf}",
            "Bild\u{e4}hnlich",
            "Text-to-image",
        ]
        .map(|name| slug(comfyui(), name));
        assert_eq!(
            made,
            [
                "portrait-final-v2.1",
                "flux_dev",
                "flux-dev",
                "a-..-b",
                "ee7fc388",
                "12beb85b",
                "bild-hnlich-7a4f383b",
                "text-to-image-b7abd323"
            ]
        );
    }

    #[test]
    fn names_that_are_not_the_same_do_not_meet() {
        let long = "x".repeat(LONGEST);
        let names = [
            "\u{8096}\u{50cf}",
            "\u{98ce}\u{666f}",
            "a\u{e4}",
            "a\u{f6}",
            "a",
            &long,
            &format!("{long}y"),
        ];
        let mut slugs: Vec<String> = names.iter().map(|name| slug(comfyui(), name)).collect();
        assert!(slugs.iter().all(|slug| slug.len() <= LONGEST + 9), "{slugs:?}");
        assert!(slugs.iter().all(|slug| {
            slug.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        }));
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), names.len());
        assert_eq!(slug(comfyui(), "My Portrait"), slug(comfyui(), "my-portrait"));
    }
}
