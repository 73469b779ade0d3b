//! AUTOMATIC1111 and Forge: the words, then `Negative prompt:`, then one line of `name: value` pairs.
//! <https://github.com/AUTOMATIC1111/stable-diffusion-webui>, `modules/infotext_utils.py`.

use serde_json::{Deserializer, Map, Value};

use super::{Program, Recipe, number, short, value_of, whole, words};

const NEGATIVE: &str = "Negative prompt:";
const STEPS: &str = "Steps:";
/// So many pairs make a line one of settings, in the program's own reader too.
const PAIRS: usize = 3;

/// Reads the text; None where it is another program's JSON, or no settings are in it.
pub(super) fn read(text: &str) -> Option<Recipe> {
    let text = text.trim();
    if text.starts_with('{') {
        return None;
    }
    let lines: Vec<&str> = text.lines().collect();
    // Extensions add lines of their own behind the settings, so those are looked for from the end.
    let settings =
        lines.iter().rposition(|line| line.trim_start().starts_with(STEPS)).or_else(|| {
            let last = lines.len().checked_sub(1)?;
            (pairs(lines[last]).len() >= PAIRS).then_some(last)
        })?;
    let mut named = pairs(&lines[settings..].join("\n"));
    let (prompt, negative) = prompts(&lines[..settings]);
    let program = program(named.get("Version").and_then(Value::as_str).unwrap_or_default());
    let mut take = |name: &str| named.shift_remove(name);
    Some(Recipe {
        program,
        prompt,
        negative,
        model: words(take("Model")),
        seed: whole(take("Seed")),
        steps: short(take("Steps")),
        sampler: words(take("Sampler")),
        guidance: number(take("CFG scale")),
        size: words(take("Size")).as_deref().and_then(size),
        inputs: named,
        ..Recipe::default()
    })
}

/// Forge counts its own versions before those that it came from: `f2.0.1v1.10.1`.
fn program(version: &str) -> Program {
    if version.starts_with("ComfyUI") {
        Program::Comfyui
    } else if version.starts_with('f') || version.starts_with("neo") {
        Program::Forge
    } else {
        Program::A1111
    }
}

/// The lines before the settings, parted at the one that begins the negative words.
fn prompts(lines: &[&str]) -> (String, Option<String>) {
    let at = lines.iter().position(|line| line.trim_start().starts_with(NEGATIVE));
    let (wanted, unwanted) = lines.split_at(at.unwrap_or(lines.len()));
    let unwanted = unwanted.join("\n");
    let unwanted = unwanted.trim_start().strip_prefix(NEGATIVE).unwrap_or_default();
    (wanted.join("\n").trim().to_owned(), words(Some(unwanted.into())))
}

/// `512x768`.
fn size(text: &str) -> Option<(u32, u32)> {
    let (width, height) = text.split_once('x')?;
    Some((width.trim().parse().ok()?, height.trim().parse().ok()?))
}

/// The pairs of a line. A value is JSON text or a JSON object where it begins like one, otherwise what
/// comes before the next comma.
fn pairs(line: &str) -> Map<String, Value> {
    let mut found = Map::new();
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches([',', ' ', '\n', '\r', '\t']);
        let Some((name, after)) = rest.split_once(':') else { return found };
        if name.is_empty() || name.contains([',', '\n', '"', '{']) {
            // No name: go on behind it.
            let Some(next) = rest.find([',', '\n']) else { return found };
            rest = &rest[next + 1..];
            continue;
        }
        let after = after.trim_start_matches([' ', '\t']);
        let (value, next) = value(after);
        found.insert(name.trim().to_owned(), value);
        rest = next;
    }
}

fn value(text: &str) -> (Value, &str) {
    if text.starts_with(['"', '{', '[']) {
        let mut json = Deserializer::from_str(text).into_iter::<Value>();
        if let Some(Ok(value)) = json.next() {
            return (value, &text[json.byte_offset()..]);
        }
    }
    let end = text.find([',', '\n']).unwrap_or(text.len());
    (value_of(text[..end].trim()), &text[end..])
}
