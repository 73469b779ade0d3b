//! A prompt: nodes that are linked to each other. Checked as the real server does, then read for what is to be painted.

use serde_json::{Map, Value, json};

use super::complaint;
use super::nodes::NODES;

/// Frames a second of a clip whose maker does not say.
const USUAL_FPS: f64 = 24.0;

/// What a graph asks for.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Wish {
    pub(super) prompt: String,
    pub(super) negative: Option<String>,
    pub(super) seed: Option<u64>,
    pub(super) size: Option<(u32, u32)>,
    /// Seconds; 0 for a picture.
    pub(super) duration: u32,
    /// Names of uploaded files.
    pub(super) images: Vec<String>,
    /// The node that saves what comes out, and how its files' names begin.
    pub(super) saved_by: String,
    pub(super) prefix: String,
    /// The node that paints, and in how many steps.
    pub(super) sampler: String,
    pub(super) steps: u64,
    pub(super) checkpoint: String,
}

/// Reads a graph. `exists` says whether a file was uploaded under a name.
///
/// # Errors
/// With the body that the server would decline it with.
pub(super) fn read(prompt: &Value, exists: impl Fn(&str) -> bool) -> Result<Wish, Value> {
    let none = json!({});
    let nodes = prompt.as_object().filter(|nodes| !nodes.is_empty());
    let nodes = nodes.ok_or_else(|| complaint("no_prompt", "No prompt provided", "", &none))?;
    for (id, node) in nodes {
        let class = node["class_type"].as_str().unwrap_or_default();
        if !NODES.contains_key(class) {
            let message =
                format!("Node '{class}' not found. The custom node may not be installed.");
            let details = format!("Node ID '#{id}'");
            return Err(complaint("missing_node_type", &message, &details, &none));
        }
    }
    let Some((saved_by, saver)) =
        nodes.iter().find(|(_, node)| NODES[class_of(node)]["output_node"] == true)
    else {
        return Err(complaint("prompt_no_outputs", "Prompt has no outputs", "", &none));
    };
    let mut wrong = Map::new();
    for (id, node) in nodes {
        let errors = errors_of(node, nodes, &exists);
        if !errors.is_empty() {
            let about = json!({
                "errors": errors,
                "dependent_outputs": [saved_by],
                "class_type": class_of(node),
            });
            wrong.insert(id.clone(), about);
        }
    }
    if !wrong.is_empty() {
        let message = "Prompt outputs failed validation";
        let kind = "prompt_outputs_failed_validation";
        return Err(complaint(kind, message, "", &wrong.into()));
    }
    Ok(wish(nodes, saved_by, saver))
}

fn class_of(node: &Value) -> &str {
    node["class_type"].as_str().unwrap_or_default()
}

fn wish(nodes: &Map<String, Value>, saved_by: &str, saver: &Value) -> Wish {
    let of_class = |class: &str| nodes.iter().find(|(_, node)| class_of(node) == class);
    let linked = |input: &Value| nodes.get(input[0].as_str()?);
    let words = |input: &Value| linked(input)?["inputs"]["text"].as_str().map(str::to_owned);
    let (sampler, painter) =
        of_class("KSampler").map_or((saved_by, &Value::Null), |(id, node)| (id.as_str(), node));
    let inputs = &painter["inputs"];
    let empty = ["EmptyLatentImage", "EmptyHunyuanLatentVideo"].into_iter().find_map(of_class);
    let latent = empty.map_or(&Value::Null, |(_, node)| &node["inputs"]);
    let side = |name: &str| latent[name].as_u64().map(|side| side as u32);
    let fps = of_class("CreateVideo").and_then(|(_, node)| node["inputs"]["fps"].as_f64());
    let seconds = latent["length"].as_f64().unwrap_or_default() / fps.unwrap_or(USUAL_FPS);
    let is_clip = class_of(saver) == "SaveVideo";
    Wish {
        prompt: words(&inputs["positive"]).unwrap_or_default(),
        negative: words(&inputs["negative"]).filter(|words| !words.is_empty()),
        seed: inputs["seed"].as_u64(),
        size: side("width").zip(side("height")),
        duration: if is_clip { (seconds.round() as u32).max(1) } else { 0 },
        images: nodes
            .values()
            .filter(|node| class_of(node) == "LoadImage")
            .filter_map(|node| node["inputs"]["image"].as_str())
            .map(str::to_owned)
            .collect(),
        saved_by: saved_by.to_owned(),
        prefix: saver["inputs"]["filename_prefix"].as_str().unwrap_or("ComfyUI").to_owned(),
        sampler: sampler.to_owned(),
        steps: inputs["steps"].as_u64().unwrap_or(1).max(1),
        checkpoint: of_class("CheckpointLoaderSimple")
            .and_then(|(_, node)| node["inputs"]["ckpt_name"].as_str())
            .unwrap_or("none")
            .to_owned(),
    }
}

fn errors_of(
    node: &Value,
    nodes: &Map<String, Value>,
    exists: &impl Fn(&str) -> bool,
) -> Vec<Value> {
    let class = class_of(node);
    let required = NODES[class]["input"]["required"].as_object().into_iter().flatten();
    required
        .filter_map(|(name, spec)| {
            let value = &node["inputs"][name];
            let (kind, message, details) = error_of(class, name, spec, value, nodes, exists)?;
            Some(json!({
                "type": kind,
                "message": message,
                "details": details,
                "extra_info": {"input_name": name, "input_config": spec, "received_value": value},
            }))
        })
        .collect()
}

fn error_of(
    class: &str,
    name: &str,
    spec: &Value,
    value: &Value,
    nodes: &Map<String, Value>,
    exists: &impl Fn(&str) -> bool,
) -> Option<(&'static str, &'static str, String)> {
    let limits = &spec[1];
    if value.is_null() {
        return Some(("required_input_missing", "Required input is missing", name.to_owned()));
    }
    if let Some([from, slot]) = value.as_array().map(Vec::as_slice)
        && slot.is_u64()
    {
        let known = from.as_str().is_some_and(|from| nodes.contains_key(from));
        let details = format!("{name}: {from}");
        return (!known).then_some(("bad_linked_input", "Bad linked input", details));
    }
    if class == "LoadImage" {
        let known = value.as_str().is_some_and(exists);
        let details = format!("image - Invalid image file: {value}");
        let message = "Custom validation failed for node";
        return (!known).then_some(("custom_validation_failed", message, details));
    }
    match spec[0].as_str() {
        Some("INT" | "FLOAT") => {
            let Some(number) = value.as_f64() else {
                let message = "Failed to convert an input value to a number";
                return Some(("invalid_input_type", message, format!("{name}, {value}")));
            };
            if limits["min"].as_f64().is_some_and(|least| number < least) {
                let message = "Value smaller than min";
                return Some(("value_smaller_than_min", message, name.to_owned()));
            }
            let over = limits["max"].as_f64().is_some_and(|most| number > most);
            over.then(|| ("value_bigger_than_max", "Value bigger than max", name.to_owned()))
        }
        Some("STRING") => (!value.is_string()).then(|| {
            let message = "Failed to convert an input value to a STRING value";
            ("invalid_input_type", message, format!("{name}, {value}"))
        }),
        None | Some("COMBO") => {
            let options = if spec[0].is_array() { &spec[0] } else { &limits["options"] };
            let known = options.as_array().is_some_and(|options| options.contains(value));
            let value = value.to_string().replace('"', "'");
            let details = format!("{name}: {value} not in {options}");
            (!known).then_some(("value_not_in_list", "Value not in list", details))
        }
        // What only a link can bring.
        Some(_) => {
            let message = "Required input is missing";
            Some(("required_input_missing", message, name.to_owned()))
        }
    }
}
