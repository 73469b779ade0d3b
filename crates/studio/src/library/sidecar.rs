//! The story of a print, in a JSON file beside it: whoever has the folder has the prompts too,
//! with or without Rushes.

use rushes_providers::types::{Licence, Price};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::{LibraryError, Result};
use super::recipe::Recipe;
use super::{Library, place};

/// What stands beside a print. Words that a later version adds are ignored when read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sidecar {
    /// Version of this shape; says also who wrote the file.
    pub rushes: u32,
    /// The asset's id.
    pub id: String,
    /// Edge print, e.g. `152-1·2`.
    pub code: String,
    /// The words it was made from.
    pub prompt: String,
    /// The model's family slug.
    pub model: String,
    /// Provider id.
    pub provider: String,
    /// Endpoint id.
    pub endpoint: String,
    /// All inputs by field name, without references.
    pub inputs: Map<String, Value>,
    /// The seed it was sent with.
    pub seed: Option<i64>,
    /// Paths of the references below the library folder, in order.
    pub references: Vec<String>,
    /// What it was quoted at.
    pub price: Option<Price>,
    /// The model's licence that it was made under.
    pub licence: Licence,
    /// What the provider's own terms said about outputs then. Nothing in sidecars from before this was kept.
    #[serde(default)]
    pub output_terms: Licence,
    /// The provider's handle.
    pub remote_id: Option<String>,
    /// When it was saved, ms UTC.
    pub created_at: i64,
    /// BLAKE3 of the print, hex.
    pub blake3: String,
    /// Size of the print.
    pub bytes: i64,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Length of a clip in ms.
    pub duration_ms: Option<i64>,
    /// Stars, 1 to 5; 0 for none. This and what follows came later; older sidecars have none of it.
    #[serde(default)]
    pub rating: u8,
    /// A pick.
    #[serde(default)]
    pub circled: bool,
    /// Names of tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The user's own words about it.
    #[serde(default)]
    pub note: String,
    /// `import` for a file that was taken in; empty for what a job made.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub origin: String,
    /// Of an import: what its file said when it was taken in, without the graphs, which the file keeps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipe: Option<Recipe>,
    /// Of an import: the file's name where it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// Of an import: when the file was last changed there, ms UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_at: Option<i64>,
}

impl Sidecar {
    /// Version of the shape that this program writes.
    pub const VERSION: u32 = 1;
}

impl Library {
    /// Writes the sidecar of the print at this path, in place of any before.
    pub fn write_sidecar(&self, relative: &str, sidecar: &Sidecar) -> Result<()> {
        let path = self.path(&format!("{relative}.json"))?;
        let mut json = serde_json::to_vec_pretty(sidecar).map_err(|error| LibraryError::Io {
            what: "write the sidecar",
            source: error.into(),
        })?;
        json.push(b'\n');
        place::write_whole(&self.incoming(), &path, &json)
    }

    /// Gives a sidecar that cannot be read a name of its own, so that another can be written.
    pub fn set_aside_sidecar(&self, relative: &str) -> Result<()> {
        let from = self.path(&format!("{relative}.json"))?;
        // The first one that was damaged is the one a person may want to look into.
        let to = self.path(&format!("{relative}.json.damaged"))?;
        match place::rename_new(&from, &to) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(LibraryError::io("rename the sidecar", &from, error))
            }
            _ => Ok(()),
        }
    }

    /// Reads the sidecar of the print at this path.
    pub fn read_sidecar(&self, relative: &str) -> Result<Sidecar> {
        let path = self.path(&format!("{relative}.json"))?;
        let json = std::fs::read(&path).map_err(|error| LibraryError::read(&path, error))?;
        serde_json::from_slice(&json)
            .map_err(|error| LibraryError::Damaged { what: "sidecar", detail: error.to_string() })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use super::*;
    use crate::library::testkit::Bench;
    use rushes_providers::types::Commercial;
    use serde_json::json;

    fn sample() -> Sidecar {
        Sidecar {
            rushes: Sidecar::VERSION,
            id: "ast_1".into(),
            code: "152-1·2".into(),
            prompt: "a \"lighthouse\" </script> at dusk\u{202e}".into(),
            model: "flux-2-pro".into(),
            provider: "wavespeed".into(),
            endpoint: "wavespeed:flux/2-pro".into(),
            inputs: json!({"size": "1024*1024", "strength": 0.5, "nested": {"z": 1, "a": [1, 2]}})
                .as_object()
                .unwrap()
                .clone(),
            seed: Some(4_294_967_295),
            references: vec!["references/2026-11/0011223344556677.png".into()],
            price: Some(Price { micros: 40_000, currency: "USD".into(), exact: true }),
            licence: Licence { commercial: Commercial::Yes, ..Licence::default() },
            output_terms: Licence { name: Some("Terms of service".into()), ..Licence::default() },
            remote_id: Some("9f".into()),
            created_at: 1_795_347_750_000,
            blake3: "ab".repeat(32),
            bytes: 10,
            width: 1024,
            height: 1024,
            duration_ms: None,
            rating: 4,
            circled: true,
            tags: vec!["Golden hour".into()],
            note: "for the \u{1f30a} poster".into(),
            origin: "import".into(),
            recipe: Some(Recipe { prompt: "a lighthouse".into(), ..Recipe::default() }),
            file_name: Some("00012-7.png".into()),
            file_at: Some(1_700_000_000_000),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let bench = Bench::new();
        bench.write("2026/2026-11-22/a.png", b"x");
        let path = "2026/2026-11-22/a.png";
        bench.library.write_sidecar(path, &sample()).unwrap();
        let newer = Sidecar { code: "152-1·3".into(), ..sample() };
        bench.library.write_sidecar(path, &newer).unwrap();
        assert_eq!(bench.library.read_sidecar(path).unwrap(), newer);
        assert_eq!(bench.files(), vec![path.to_owned(), format!("{path}.json")]);
        assert_eq!(bench.leftovers(), Vec::<String>::new());
    }

    #[test]
    fn one_from_before_the_providers_terms_and_the_marks_were_kept_is_read() {
        let bench = Bench::new();
        let mut old = serde_json::to_value(sample()).unwrap();
        for later in [
            "output_terms",
            "rating",
            "circled",
            "tags",
            "note",
            "origin",
            "recipe",
            "file_name",
            "file_at",
        ] {
            old.as_object_mut().unwrap().remove(later).unwrap();
        }
        bench.write("2026/a.png.json", old.to_string().as_bytes());
        let read = bench.library.read_sidecar("2026/a.png").unwrap();
        let without = Sidecar {
            output_terms: Licence::default(),
            rating: 0,
            circled: false,
            tags: Vec::new(),
            note: String::new(),
            origin: String::new(),
            recipe: None,
            file_name: None,
            file_at: None,
            ..sample()
        };
        assert_eq!(read, without);
    }

    #[test]
    fn a_broken_or_missing_one_is_said() {
        let bench = Bench::new();
        let missing = bench.library.read_sidecar("2026/a.png").unwrap_err();
        assert_eq!(missing.message(), "a.png.json is not where it was.");
        bench.write("2026/a.png.json", b"{");
        let broken = bench.library.read_sidecar("2026/a.png").unwrap_err();
        assert_eq!(broken.message(), "This sidecar is damaged or not complete.");
    }
}
