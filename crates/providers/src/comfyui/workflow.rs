//! A workflow in the API format as a form, and the filled form as a workflow. Pure.
//!
//! Every literal input is a field: those of known meaning first and by plain names, the rest under
//! Advanced. What nodes save and how is left alone, and so is every link between nodes.

mod kind;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::trace::{link, prompts};
use crate::schema::{Field, FieldKind, MediaKind, Role};
use crate::types::{Modality, WORKFLOW};

/// Classes whose names begin so end a workflow or only speak to its author.
const LEFT_ALONE: [&str; 5] = ["Save", "Preview", "Note", "MarkdownNote", "ShowText"];

/// Words in the names of classes that save a clip.
const CLIPS: [&str; 5] = ["Video", "WEBM", "AnimatedWEBP", "AnimatedPNG", "GIF"];

/// Words in the names of classes that save, show or hand on what was made.
const ENDS: [&str; 8] =
    ["save", "preview", "output", "combine", "send", "export", "display", "viewer"];

/// Classes of the server's own (nodes.py, comfy_extras) that only ever work for another node.
const NEVER_LAST: [&str; 22] = [
    "CheckpointLoaderSimple",
    "CLIPLoader",
    "CLIPTextEncode",
    "CreateVideo",
    "DualCLIPLoader",
    "EmptyHunyuanLatentVideo",
    "EmptyLatentImage",
    "EmptySD3LatentImage",
    "ImageScale",
    "ImageUpscaleWithModel",
    "KSampler",
    "KSamplerAdvanced",
    "LoadImage",
    "LoadImageMask",
    "LoraLoader",
    "SamplerCustom",
    "SamplerCustomAdvanced",
    "UNETLoader",
    "VAEDecode",
    "VAEDecodeTiled",
    "VAEEncode",
    "VAELoader",
];

/// The most that a number may be for every part of Rushes to hold it exactly.
const MOST_EXACT: i64 = (1 << 53) - 1;

/// One literal input and the field that it becomes.
struct Slot {
    node: String,
    input: String,
    field: Field,
    /// Where it stands in the form.
    rank: u8,
}

/// Why a file is no workflow that can be sent.
///
/// # Errors
/// With one sentence for a person.
pub(super) fn check(file: &Value) -> Result<(), &'static str> {
    if file["nodes"].is_array() || file["links"].is_array() {
        return Err(t!("This workflow is saved as the editor draws it, not in the API format."));
    }
    let nodes = file.as_object().filter(|nodes| !nodes.is_empty());
    let fits = |node: &Value| node["class_type"].is_string() && node["inputs"].is_object();
    if nodes.is_some_and(|nodes| nodes.values().all(fits)) {
        Ok(())
    } else {
        Err(t!("This file is no workflow in ComfyUI's API format."))
    }
}

/// Whether a node gives back what was made, as far as names tell; None where they do not.
pub(super) fn ends(file: &Value) -> Option<bool> {
    let last = last(file);
    let ends = |class: &String| {
        let class = class.to_lowercase();
        !class.contains("load") && ENDS.iter().any(|word| class.contains(word))
    };
    if last.iter().any(ends) {
        return Some(true);
    }
    last.iter().all(|class| NEVER_LAST.contains(&class.as_str())).then_some(false)
}

/// The classes of nodes that no other node is fed by.
pub(super) fn last(file: &Value) -> BTreeSet<String> {
    let Some(nodes) = file.as_object() else { return BTreeSet::new() };
    let inputs = nodes.values().filter_map(|node| node["inputs"].as_object());
    let feeds: BTreeSet<&str> =
        inputs.flat_map(Map::values).filter_map(|value| Some(link(value, nodes)?.0)).collect();
    let free = nodes.iter().filter(|(id, _)| !feeds.contains(id.as_str()));
    free.filter_map(|(_, node)| Some(node["class_type"].as_str()?.to_owned())).collect()
}

/// The classes of nodes that have a say in the form, each once.
pub(super) fn classes(file: &Value) -> BTreeSet<String> {
    slots(file, &Map::new())
        .into_iter()
        .filter_map(|slot| Some(file[&slot.node]["class_type"].as_str()?.to_owned()))
        .collect()
}

/// The form. `nodes` is what the server says of its classes (`/object_info`), as far as it was asked.
pub(super) fn fields(file: &Value, nodes: &Map<String, Value>) -> Vec<Field> {
    slots(file, nodes).into_iter().map(|slot| slot.field).collect()
}

/// The hidden field that brings the workflow itself along, so that a job stays what it was when its
/// file changes.
pub(super) fn itself(file: &Value) -> Field {
    Field {
        name: WORKFLOW.to_owned(),
        label: "Workflow".to_owned(),
        help: String::new(),
        role: Role::Other,
        kind: FieldKind::Json,
        required: true,
        default: Some(file.clone()),
        hidden: true,
        advanced: true,
        mention: None,
        mask: None,
    }
}

/// The workflow with these inputs in their places; what is not given stays as it was.
///
/// # Errors
/// With the name of an input that has no place.
pub(super) fn filled(file: &Value, inputs: &Map<String, Value>) -> Result<Value, String> {
    let slots = slots(file, &Map::new());
    let mut filled = file.clone();
    for (name, value) in inputs.iter().filter(|(_, value)| !value.is_null()) {
        let slot =
            slots.iter().find(|slot| slot.field.name == *name).ok_or_else(|| name.clone())?;
        filled[&slot.node]["inputs"][&slot.input] = value.clone();
    }
    Ok(filled)
}

/// The field's name for a node's input.
pub(super) fn name_of(file: &Value, node: &str, input: &str) -> Option<String> {
    let slots = slots(file, &Map::new());
    let slot = slots.into_iter().find(|slot| slot.node == node && slot.input == input)?;
    Some(slot.field.name)
}

/// What it makes: clips where a node saves one.
pub(super) fn modality(file: &Value) -> Modality {
    let saves_clip = |class: &str| {
        let saves = class.starts_with("Save") || class.contains("Combine");
        saves && CLIPS.iter().any(|word| class.contains(word))
    };
    let mut all = file.as_object().into_iter().flat_map(|nodes| nodes.values());
    if all.any(|node| node["class_type"].as_str().is_some_and(saves_clip)) {
        Modality::Video
    } else {
        Modality::Image
    }
}

/// Its kind of work, in the words of the other providers.
pub(super) fn task(file: &Value) -> &'static str {
    let from_picture = slots(file, &Map::new())
        .iter()
        .any(|slot| matches!(slot.field.kind, FieldKind::Media { .. }));
    match (modality(file), from_picture) {
        (Modality::Image, false) => "text-to-image",
        (Modality::Image, true) => "image-to-image",
        (Modality::Video, false) => "text-to-video",
        (Modality::Video, true) => "image-to-video",
    }
}

fn slots(file: &Value, known: &Map<String, Value>) -> Vec<Slot> {
    let Some(nodes) = file.as_object() else { return Vec::new() };
    let (wanted, unwanted) = prompts(nodes);
    // The place of the workflow itself is taken.
    let mut names = BTreeSet::from([WORKFLOW.to_owned()]);
    let mut slots = Vec::new();
    for (id, node) in nodes {
        let class = node["class_type"].as_str().unwrap_or_default();
        if LEFT_ALONE.iter().any(|start| class.starts_with(start)) {
            continue;
        }
        for (input, value) in node["inputs"].as_object().into_iter().flatten() {
            if link(value, nodes).is_some() {
                continue;
            }
            let place = (id.clone(), input.clone());
            let meaning = if wanted.contains(&place) {
                PROMPT
            } else if unwanted.contains(&place) {
                NEGATIVE
            } else {
                meaning(class, input, value)
            };
            let spec = kind::spec(known, class, input);
            let mut slot = slot(node, input, value, &meaning, spec);
            (slot.node, slot.input) = place;
            while !names.insert(slot.field.name.clone()) {
                // A role is given once; what else there is of its kind keeps its own label.
                slot.field.name = format!("{}_{id}", slot.field.name);
                if slot.field.role != Role::Other && !is_media(&slot.field) {
                    slot.field.role = Role::Other;
                    slot.field.label = label(node, input);
                }
            }
            slots.push(slot);
        }
    }
    slots.sort_by_key(|slot| slot.rank);
    slots
}

/// What an input means: its field's name, role, and place in the form.
struct Meaning {
    name: &'static str,
    role: Role,
    media: Option<MediaKind>,
    rank: u8,
}

const PROMPT: Meaning = Meaning { name: "prompt", role: Role::Prompt, media: None, rank: 0 };
const NEGATIVE: Meaning =
    Meaning { name: "negative_prompt", role: Role::NegativePrompt, media: None, rank: 1 };
const OTHER: Meaning = Meaning { name: "", role: Role::Other, media: None, rank: 9 };

fn meaning(class: &str, input: &str, value: &Value) -> Meaning {
    let media = |name, role, kind| Meaning { name, role, media: Some(kind), rank: 2 };
    let plain = |name, role, rank| Meaning { name, role, media: None, rank };
    let loads = class.contains("Load");
    match input {
        "image" if loads && class.contains("Mask") => media("mask", Role::Mask, MediaKind::Image),
        "image" if loads && value.is_string() => media("image", Role::Reference, MediaKind::Image),
        "video" | "file" if loads && class.contains("Video") => {
            media("video", Role::Reference, MediaKind::Video)
        }
        "width" if value.is_u64() => plain("width", Role::Shape, 3),
        "height" if value.is_u64() => plain("height", Role::Shape, 4),
        "batch_size" if value.is_u64() => plain("batch_size", Role::Count, 5),
        "seed" | "noise_seed" if value.is_number() => plain("seed", Role::Seed, 6),
        _ => OTHER,
    }
}

fn slot(node: &Value, input: &str, value: &Value, meaning: &Meaning, spec: Option<&Value>) -> Slot {
    let Meaning { name, role, media, rank } = *meaning;
    let other = role == Role::Other;
    let kind = match (media, role) {
        (Some(media), _) => FieldKind::Media { media, max_items: 1, list: false },
        (None, Role::Prompt | Role::NegativePrompt) => {
            FieldKind::Text { max_length: None, multiline: true }
        }
        (None, Role::Seed) => {
            FieldKind::Integer { min: Some(0), max: Some(MOST_EXACT), step: None }
        }
        _ => kind::of(spec, value, !other),
    };
    let file = value.as_str().filter(|_| media.is_some());
    Slot {
        node: String::new(),
        input: String::new(),
        field: Field {
            name: if other { input.to_owned() } else { name.to_owned() },
            label: if other { label(node, input) } else { words(name) },
            help: file
                .map(|file| t!("Without one, the workflow's own “{file}” is used.", file))
                .unwrap_or_default(),
            role,
            // A seed is drawn afresh and a picture is the user's own.
            default: (role != Role::Seed && media.is_none()).then(|| value.clone()),
            required: false,
            hidden: false,
            advanced: other,
            mention: None,
            mask: None,
            kind,
        },
        rank,
    }
}

fn is_media(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Media { .. })
}

/// `KSampler: sampler name`, with the title that the author gave the node.
fn label(node: &Value, input: &str) -> String {
    let title = node["_meta"]["title"].as_str().map(str::trim).filter(|title| !title.is_empty());
    let title = title.or_else(|| node["class_type"].as_str()).unwrap_or_default();
    format!("{title}: {}", input.replace('_', " "))
}

/// `negative_prompt` reads "Negative prompt".
fn words(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
