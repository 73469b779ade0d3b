//! A file on the disk: what stands in the sidecar beside it comes before what stands in it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::{Program, Recipe, read, short, whole, words};
use crate::library::error::{LibraryError, Result};
use crate::library::part::hash_file;
use crate::library::{IMAGE_LIMIT, Sidecar};

/// Longest sidecar that is read, in bytes.
const LONGEST: u64 = 8 << 20;

/// The recipe of a file: from its sidecar where Rushes wrote one for these very bytes, from the picture
/// itself otherwise. None where neither tells anything.
pub fn read_file(path: &Path) -> Result<Option<Recipe>> {
    let failed = |error| LibraryError::read(path, error);
    if let Some(sidecar) = sidecar(path)
        && hash_file(path)?.0 == sidecar.blake3
    {
        return Ok(Some(told(sidecar)));
    }
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.len() > IMAGE_LIMIT {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(IMAGE_LIMIT).read_to_end(&mut bytes).map_err(failed)?;
    Ok(read(&bytes))
}

/// The recipe of a file that was copied and hashed: from the sidecar beside the original where it is about
/// these bytes, else from the copy. Clips and sounds have no words of their own that are read.
pub(in crate::library) fn read_copy(
    original: &Path,
    copy: &Path,
    blake3: &str,
    is_picture: bool,
) -> Result<Option<Recipe>> {
    match sidecar(original) {
        Some(sidecar) if sidecar.blake3 == blake3 => Ok(Some(told(sidecar))),
        _ if is_picture => {
            let bytes = std::fs::read(copy).map_err(|error| LibraryError::read(copy, error))?;
            Ok(read(&bytes))
        }
        _ => Ok(None),
    }
}

/// The sidecar, where there is one that can be read.
fn sidecar(path: &Path) -> Option<Sidecar> {
    let mut name = path.file_name()?.to_owned();
    name.push(".json");
    let mut json = Vec::new();
    File::open(path.with_file_name(name)).ok()?.take(LONGEST).read_to_end(&mut json).ok()?;
    serde_json::from_slice(&json).ok()
}

fn told(sidecar: Sidecar) -> Recipe {
    // An import that left the library again: what its own program wrote comes first.
    if let Some(recipe) = sidecar.recipe {
        return recipe;
    }
    let Sidecar { prompt, model, inputs, seed, .. } = sidecar;
    let of = |names: &[&str]| names.iter().find_map(|name| inputs.get(*name).cloned());
    let size = words(of(&["size"])).and_then(|size| {
        let (width, height) = size.split_once(['x', '*', '×'])?;
        Some((width.trim().parse().ok()?, height.trim().parse().ok()?))
    });
    Recipe {
        program: Program::Rushes,
        prompt,
        negative: words(of(&["negative_prompt"])),
        model: Some(model),
        seed: seed.and_then(|seed| seed.try_into().ok()).or_else(|| whole(of(&["seed"]))),
        steps: short(of(&["steps", "num_inference_steps"])),
        sampler: words(of(&["sampler", "scheduler"])),
        guidance: super::number(of(&["guidance_scale", "guidance", "cfg_scale"])),
        size: size.or_else(|| short(of(&["width"])).zip(short(of(&["height"])))),
        inputs,
        ..Recipe::default()
    }
}
