//! InvokeAI, in its three generations: `invokeai_metadata` (3 and later), `sd-metadata` (2), `Dream`.
//! <https://github.com/invoke-ai/InvokeAI>, `invokeai/app/invocations/metadata.py` and, before 3,
//! `ldm/invoke/pngwriter.py`.

use serde_json::{Map, Value};

use super::texts::Texts;
use super::{Program, Recipe, number, short, value_of, whole, words};

/// Reads the newest generation that is there.
pub(super) fn read(texts: &Texts) -> Option<Recipe> {
    let object = |key: &str| serde_json::from_str::<Map<String, Value>>(texts.get(key)?).ok();
    object("invokeai_metadata")
        .map(core)
        .or_else(|| second(object("sd-metadata")?))
        .or_else(|| dream(texts.get("Dream")?))
}

fn core(mut named: Map<String, Value>) -> Recipe {
    let mut take = |name: &str| named.shift_remove(name);
    let size = short(take("width")).zip(short(take("height")));
    Recipe {
        program: Program::Invokeai,
        prompt: words(take("positive_prompt")).unwrap_or_default(),
        negative: words(take("negative_prompt")),
        model: model(take("model")),
        seed: whole(take("seed")),
        steps: short(take("steps")),
        sampler: words(take("scheduler")),
        guidance: number(take("cfg_scale")),
        size,
        inputs: named,
        ..Recipe::default()
    }
}

/// A model's name has moved between the versions.
fn model(value: Option<Value>) -> Option<String> {
    match value? {
        Value::Object(mut model) => {
            ["name", "model_name", "key"].iter().find_map(|key| words(model.remove(*key)))
        }
        other => words(Some(other)),
    }
}

fn second(mut named: Map<String, Value>) -> Option<Recipe> {
    let Value::Object(mut image) = named.shift_remove("image")? else { return None };
    let model = words(named.shift_remove("model_weights"));
    let mut take = |name: &str| image.shift_remove(name);
    let said = match take("prompt")? {
        Value::String(text) => text,
        Value::Array(parts) => {
            let parts = parts
                .into_iter()
                .filter_map(|mut part| words(part.get_mut("prompt").map(Value::take)));
            parts.collect::<Vec<_>>().join("\n")
        }
        _ => return None,
    };
    let (prompt, negative) = parted(&said);
    let size = short(take("width")).zip(short(take("height")));
    let mut recipe = Recipe {
        program: Program::Invokeai,
        prompt,
        negative,
        model,
        seed: whole(take("seed")),
        steps: short(take("steps")),
        sampler: words(take("sampler")),
        guidance: number(take("cfg_scale")),
        size,
        ..Recipe::default()
    };
    recipe.inputs = image;
    recipe.inputs.extend(named);
    Some(recipe)
}

/// Before version 3 what was not wanted stood between square brackets among the words.
fn parted(said: &str) -> (String, Option<String>) {
    let (mut wanted, mut unwanted) = (String::new(), Vec::new());
    let mut rest = said;
    while let Some((before, inside)) = rest.split_once('[') {
        let Some((inside, after)) = inside.split_once(']') else { break };
        wanted.push_str(before);
        unwanted.push(inside.trim());
        rest = after;
    }
    wanted.push_str(rest);
    let wanted = wanted.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    (wanted.trim().to_owned(), words(Some(unwanted.join(", ").into())))
}

/// The command line of old: `"words" -s 50 -S 123 -W512 -H512 -C7.5 -A k_lms`.
fn dream(line: &str) -> Option<Recipe> {
    let (said, options) = quoted(line.trim())?;
    let (prompt, negative) = parted(&said);
    let mut recipe = Recipe { program: Program::Invokeai, prompt, negative, ..Recipe::default() };
    let (mut width, mut height) = (None, None);
    let mut options = options.split_whitespace().peekable();
    while let Some(option) = options.next() {
        let Some(name) = option.strip_prefix('-').and_then(|rest| rest.chars().next()) else {
            continue;
        };
        let mut value = option[1 + name.len_utf8()..].to_owned();
        // A value may stand apart from its name, and be several words.
        while let Some(next) = options.next_if(|next| !is_name(next)) {
            if !value.is_empty() {
                value.push(' ');
            }
            value.push_str(next);
        }
        let given = Some(Value::from(value.as_str()));
        match name {
            's' => recipe.steps = short(given),
            'S' => recipe.seed = whole(given),
            'W' => width = short(given),
            'H' => height = short(given),
            'C' => recipe.guidance = number(given),
            'A' => recipe.sampler = words(given),
            _ => {
                recipe.inputs.insert(name.to_string(), value_of(&value));
            }
        }
    }
    recipe.size = width.zip(height);
    Some(recipe)
}

/// A name begins with a hyphen and a letter; a negative number does not.
fn is_name(word: &str) -> bool {
    word.strip_prefix('-').and_then(|rest| rest.chars().next()).is_some_and(char::is_alphabetic)
}

/// The words between the first quotes, and what comes behind them.
fn quoted(line: &str) -> Option<(String, &str)> {
    let inside = line.strip_prefix('"')?;
    let mut words = String::new();
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return Some((words, &inside[at + 1..])),
            _ => {
                words.push(c);
                escaped = false;
            }
        }
    }
    None
}
