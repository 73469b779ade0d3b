//! The family that a person knows a model by, read from its name: what stands before the version, the
//! size and the kind of work. Pure.

use std::collections::{BTreeMap, HashMap};

use super::Entry;

/// Words that tell a variant of a model, not another model.
const VARIANTS: &str = "pro max mini nano lite plus ultra turbo fast flash quality standard hd dev \
    schnell flex klein edit master preview latest lora text image video t2i i2i t2v i2v to from v \
    generate generation generator inpaint upscale";
/// Words that are a part of the name where they come second, although they tell a variant elsewhere.
const KEPT_SECOND: [&str; 2] = ["image", "video"];

/// The families of a whole catalogue, each spelled one way.
#[derive(Debug, Default)]
pub struct Families {
    /// The spelling by the name in lower case.
    spelled: HashMap<String, String>,
}

impl Families {
    /// Reads the families of these endpoints. Lists write `wan`, `Wan` and `WAN`: the name that somebody
    /// chose to write stands for all, the most frequent one first.
    pub fn of_all(entries: &[Entry]) -> Self {
        let mut seen: HashMap<String, BTreeMap<String, usize>> = HashMap::new();
        for entry in entries {
            let name = family(&entry.name);
            *seen.entry(name.to_lowercase()).or_default().entry(name).or_default() += 1;
        }
        let best = |spellings: BTreeMap<String, usize>, plain: &String| {
            let rank = |(name, count): &(String, usize)| (name != plain, *count);
            // Of equals the first in the alphabet, so that an order of lists decides nothing.
            spellings.into_iter().rev().max_by_key(rank).map(|(name, _)| name)
        };
        let spelled = seen
            .into_iter()
            .filter_map(|(plain, spellings)| best(spellings, &plain).map(|name| (plain, name)))
            .collect();
        Self { spelled }
    }

    /// The family of an endpoint; never empty.
    pub fn of(&self, entry: &Entry) -> String {
        let name = family(&entry.name);
        self.spelled.get(&name.to_lowercase()).cloned().unwrap_or(name)
    }
}

/// `Seedream 4.5` and `Seedream 4.5, edit` are `Seedream`; `FLUX.1 [dev]` is `FLUX`. Never empty.
fn family(name: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let words = own_words(name);
    for word in words.split_whitespace() {
        let at = word.find(|c: char| c.is_ascii_digit()).unwrap_or(word.len());
        let bare = word[..at].trim_matches(|c: char| !c.is_alphanumeric());
        let lower = bare.to_lowercase();
        let second = kept.len() == 1 && KEPT_SECOND.contains(&lower.as_str());
        let variant = VARIANTS.split(' ').any(|known| known == lower) && !second;
        // The version ends the name, and so does what tells a variant; a `v` before digits is none of it.
        let ends = at < word.len();
        if variant && (ends || !kept.is_empty()) {
            break;
        }
        if !bare.is_empty() {
            kept.push(bare);
        }
        if ends {
            break;
        }
    }
    match (kept.is_empty(), name.trim()) {
        (false, _) => kept.join(" "),
        (true, "") => "Other".to_owned(),
        (true, name) => name.to_owned(),
    }
}

/// The part of a name that may hold the family: before a comma or a bracket, and of an address
/// (`maker/model-name/task`) the second part, as words.
fn own_words(name: &str) -> String {
    let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty()).collect();
    let own = match parts.as_slice() {
        [_, own, ..] if !name.contains(' ') => own.replace(['-', '_'], " "),
        _ => name.to_owned(),
    };
    let cut = own.find([',', '(', '[', ':']).filter(|at| *at > 0).unwrap_or(own.len());
    own[..cut].to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::catalog::merge;

    fn bundled() -> Vec<Entry> {
        let providers = rushes_providers::all().iter();
        providers.flat_map(|provider| merge(provider.manifest(), None)).collect()
    }

    #[test]
    fn a_family_is_what_stands_before_the_version_and_the_tier() {
        for (name, known) in [
            ("Seedream 4.5", "Seedream"),
            ("Seedream 4.5, edit", "Seedream"),
            ("FLUX.1 [dev]", "FLUX"),
            ("FLUX Kontext Pro", "FLUX Kontext"),
            ("FLUX [klein] 4B", "FLUX"),
            ("Z-Image Turbo", "Z-Image"),
            ("Seedance V1 Pro", "Seedance"),
            ("Wan, Text To Video", "Wan"),
            ("maker/wan-2.2/t2v-480p", "wan"),
            ("maker/nano-banana-pro/edit", "nano banana"),
            ("Text / picture", "Text picture"),
            ("[Beta] Brush", "Beta Brush"),
            ("Модель 2", "Модель"),
            ("2048", "2048"),
            (" ", "Other"),
        ] {
            assert_eq!(family(name), known, "{name}");
        }
    }

    #[test]
    fn every_bundled_model_has_the_family_that_people_call_it_by() {
        let entries = bundled();
        let names = Families::of_all(&entries);
        let mut found: BTreeMap<String, usize> = BTreeMap::new();
        for entry in &entries {
            *found.entry(names.of(entry)).or_default() += 1;
        }
        let found: Vec<&str> = found.keys().map(String::as_str).collect();
        assert_eq!(
            found,
            [
                "ChatGPT Image",
                "Checkpoint",
                "Clips",
                "DALL·E",
                "FLUX",
                "GPT Image",
                "Gemini Omni",
                "Imagen",
                "Kling",
                "Nano Banana",
                "Pictures",
                "Qwen Image",
                "Runway Aleph",
                "Runway Gen",
                "Sandbox Clips",
                "Sandbox Stills",
                "Seedance",
                "Seedream",
                "Sora",
                "Veo",
                "Wan",
                "Z-Image",
            ]
        );
    }

    #[test]
    fn of_several_spellings_the_chosen_and_most_frequent_one_stands_whatever_their_order() {
        let named = |names: &[&str]| -> Vec<Entry> {
            let model = bundled().into_iter().next().unwrap();
            names.iter().map(|name| Entry { name: (*name).to_owned(), ..model.clone() }).collect()
        };
        let spelled = |names: &[&str]| {
            let entries = named(names);
            let families = Families::of_all(&entries);
            let mut all: Vec<String> = entries.iter().map(|entry| families.of(entry)).collect();
            all.dedup();
            all
        };
        assert_eq!(spelled(&["maker/wan-2.2", "maker/wan-2.5", "WAN 2.7"]), ["WAN"]);
        assert_eq!(spelled(&["WAN 2.7", "Wan 2.2", "Wan 2.5"]), ["Wan"]);
        assert_eq!(spelled(&["WAN 2.7", "Wan 2.2"]), ["WAN"]);
        assert_eq!(spelled(&["Wan 2.2", "WAN 2.7"]), ["WAN"]);
    }
}
