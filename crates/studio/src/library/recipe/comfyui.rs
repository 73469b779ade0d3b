//! ComfyUI: the graph that ran (`prompt`) and the editor's file (`workflow`), both JSON. What a person
//! typed is found by walking the graph upwards from the sampler nearest to what was saved.
//! <https://github.com/comfyanonymous/ComfyUI>, `SaveImage` and `SaveAnimatedWEBP`.

use std::collections::{HashSet, VecDeque};

use serde_json::{Map, Value};

use super::texts::Texts;
use super::{Program, Recipe, number, short, whole, words};

/// Most nodes that one walk looks at. A graph may have loops and thousands of nodes.
const MOST: usize = 4_096;
/// Inputs that hold words, in the order they are looked for.
const WORDS: &[&str] = &[
    "text",
    "prompt",
    "positive_prompt",
    "string",
    "value",
    "text_g",
    "t5xxl",
    "clip_l",
    "text_l",
    "wildcard_text",
];
/// Inputs that name a model.
const MODELS: &[&str] = &["ckpt_name", "unet_name", "model_name", "diffusion_model", "gguf_name"];

/// Reads the graphs of a file; also from a user comment that holds both as one object.
pub(super) fn read(texts: &Texts) -> Option<Recipe> {
    let found = |key: &str| {
        let text = texts.get(key)?;
        json(text)
            .is_some_and(|value| value.is_object())
            .then(|| text.trim_end_matches('\0').to_owned())
    };
    let (mut graph, mut workflow) = (found("prompt"), found("workflow"));
    if graph.is_none() && workflow.is_none() {
        let both = texts.comments().find_map(json)?;
        let part = |key: &str| {
            let part = both.get(key)?;
            part.is_object().then(|| part.to_string())
        };
        (graph, workflow) = (part("prompt"), part("workflow"));
    }
    let nodes = graph.as_deref().and_then(json).map(Nodes);
    if workflow.is_none() && !nodes.as_ref().is_some_and(Nodes::is_graph) {
        return None;
    }
    let mut recipe = nodes.as_ref().and_then(Nodes::recipe).unwrap_or_default();
    recipe.program = Program::Comfyui;
    (recipe.graph, recipe.workflow) = (graph, workflow);
    Some(recipe)
}

/// JSON as Python writes it: NaN and Infinity, which the standard does not know, become null.
fn json(text: &str) -> Option<Value> {
    let text = text.trim_matches(['\0', ' ', '\n', '\r', '\t']);
    serde_json::from_str(text).ok().or_else(|| serde_json::from_str(&standard(text)).ok())
}

fn standard(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut inside, mut escaped) = (false, false);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if !inside {
            let strange =
                ["NaN", "-Infinity", "Infinity"].iter().find(|word| rest.starts_with(**word));
            if let Some(word) = strange {
                out.push_str("null");
                rest = &rest[word.len()..];
                continue;
            }
        }
        inside ^= c == '"' && !escaped;
        escaped = inside && c == '\\' && !escaped;
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// The nodes by id: `{"3": {"class_type": "KSampler", "inputs": {"seed": 1, "model": ["4", 0]}}}`.
struct Nodes(Value);

/// What a node is given.
type Inputs = Map<String, Value>;

impl Nodes {
    fn all(&self) -> impl Iterator<Item = (&str, &Inputs)> {
        let nodes = self.0.as_object().into_iter().flatten();
        nodes.filter_map(|(id, node)| Some((id.as_str(), node.get("inputs")?.as_object()?)))
    }

    fn is_graph(&self) -> bool {
        let nodes = self.0.as_object().into_iter().flatten();
        nodes.into_iter().any(|(_, node)| node.get("class_type").is_some_and(Value::is_string))
    }

    fn inputs(&self, id: &str) -> Option<&Inputs> {
        self.0.get(id)?.get("inputs")?.as_object()
    }

    /// The node that an input is linked to: `["4", 0]`.
    fn linked(&self, inputs: &Inputs, name: &str) -> Option<&Inputs> {
        self.inputs(link(inputs.get(name)?)?)
    }

    fn recipe(&self) -> Option<Recipe> {
        let sampler = self.sampler()?;
        let guider = self.linked(sampler, "guider");
        let asked = guider.unwrap_or(sampler);
        let wanted = ["positive", "conditioning"].iter().find_map(|name| asked.get(*name));
        let (noise, choice) = (self.linked(sampler, "noise"), self.linked(sampler, "sampler"));
        let sigmas = self.linked(sampler, "sigmas");
        let near = [Some(sampler), guider, noise, choice, sigmas];
        let of = |names: &[&str]| {
            near.into_iter()
                .flatten()
                .find_map(|node| names.iter().find_map(|name| self.literal(node, name)))
        };
        let latent =
            ["latent_image", "latent", "samples"].iter().find_map(|name| sampler.get(*name));
        let model = asked.get("model").or_else(|| sampler.get("model"));
        let mut inputs = Map::new();
        for name in ["scheduler", "denoise"] {
            inputs.extend(of(&[name]).map(|value| (name.to_owned(), value)));
        }
        let (model, loras) = model.map(|model| self.model(model)).unwrap_or_default();
        if !loras.is_empty() {
            inputs.insert("loras".into(), loras.into());
        }
        Some(Recipe {
            prompt: wanted.map(|link| self.text(link, "positive")).unwrap_or_default(),
            negative: asked
                .get("negative")
                .map(|link| self.text(link, "negative"))
                .filter(|text| !text.is_empty()),
            model,
            seed: whole(of(&["seed", "noise_seed"])),
            steps: short(of(&["steps"])),
            sampler: words(of(&["sampler_name"])),
            guidance: wanted
                .and_then(|link| {
                    self.upstream(link).find_map(|node| self.literal(node, "guidance"))
                })
                .or_else(|| of(&["cfg"]))
                .and_then(|value| number(Some(value))),
            size: latent.and_then(|link| {
                self.upstream(link).find_map(|node| {
                    short(self.literal(node, "width")).zip(short(self.literal(node, "height")))
                })
            }),
            inputs,
            ..Recipe::default()
        })
    }

    /// The sampler nearest to what was saved; any where nothing looks like saving.
    fn sampler(&self) -> Option<&Inputs> {
        let is_sampler = |inputs: &&Inputs| {
            inputs.get("positive").is_some_and(|value| link(value).is_some())
                && ["seed", "noise_seed", "steps"].iter().any(|name| inputs.contains_key(*name))
                || inputs.get("guider").is_some_and(|value| link(value).is_some())
        };
        let ends = self.all().filter(|(id, _)| {
            let class = self.0[*id]["class_type"].as_str().unwrap_or_default();
            class.contains("Save") || class.contains("Preview") || class.contains("Combine")
        });
        let ends: Vec<&str> = ends.map(|(id, _)| id).collect();
        self.walk(ends)
            .find(is_sampler)
            .or_else(|| self.all().map(|(_, inputs)| inputs).find(is_sampler))
    }

    /// The words behind a link to a conditioning. Nodes that only pass it on are passed through; where
    /// it goes through a node with both sides, only this one is followed.
    fn text(&self, start: &Value, side: &str) -> String {
        let mut found: Vec<String> = Vec::new();
        let mut seen = HashSet::new();
        let mut next: Vec<&str> = link(start).into_iter().collect();
        while let Some(id) = next.pop() {
            let Some(inputs) = self.inputs(id) else { continue };
            if seen.len() == MOST || !seen.insert(id) {
                continue;
            }
            let said = WORDS.iter().filter_map(|name| inputs.get(*name));
            let said: Vec<&Value> =
                said.filter(|value| value.is_string() || link(value).is_some()).collect();
            if said.is_empty() {
                let passed = if inputs.contains_key(side) {
                    inputs.get(side).and_then(link).into_iter().collect()
                } else {
                    inputs
                        .iter()
                        .filter(|(name, _)| passes(name))
                        .filter_map(|(_, value)| link(value))
                        .collect::<Vec<_>>()
                };
                // The last one in is looked at first.
                next.extend(passed.into_iter().rev());
            }
            for value in said.iter().rev() {
                next.extend(link(value));
            }
            for text in said.into_iter().filter_map(Value::as_str).map(str::trim) {
                if !text.is_empty() && !found.iter().any(|known| known == text) {
                    found.push(text.to_owned());
                }
            }
        }
        found.join("\n")
    }

    /// The model's name, and the LoRAs on the way to it.
    fn model(&self, start: &Value) -> (Option<String>, Vec<Value>) {
        let mut loras = Vec::new();
        for node in self.upstream(start) {
            loras.extend(self.literal(node, "lora_name"));
            let name = MODELS.iter().find_map(|name| words(self.literal(node, name)));
            if name.is_some() {
                return (name, loras);
            }
        }
        (None, loras)
    }

    /// An input's value, also where it comes from a node that holds nothing but a value.
    fn literal(&self, inputs: &Inputs, name: &str) -> Option<Value> {
        let value = inputs.get(name)?;
        if link(value).is_none() {
            return Some(value.clone());
        }
        let from = self.linked(inputs, name)?;
        [name, "value", "int", "float", "number", "seed"]
            .iter()
            .find_map(|name| from.get(*name).filter(|value| link(value).is_none()).cloned())
    }

    fn upstream(&self, start: &Value) -> impl Iterator<Item = &Inputs> + use<'_> {
        self.walk(link(start).into_iter().collect())
    }

    /// The nodes that these hang on, nearest first, themselves included.
    fn walk(&self, start: Vec<&str>) -> impl Iterator<Item = &Inputs> + use<'_> {
        let mut seen = HashSet::new();
        let own = |id: &str| Some(self.0.as_object()?.get_key_value(id)?.0.as_str());
        let mut next: VecDeque<&str> = start.into_iter().filter_map(own).collect();
        std::iter::from_fn(move || {
            loop {
                let id = next.pop_front()?;
                if seen.len() < MOST
                    && seen.insert(id)
                    && let Some(inputs) = self.inputs(id)
                {
                    next.extend(inputs.values().filter_map(link));
                    return Some(inputs);
                }
            }
        })
    }
}

/// Inputs through which a conditioning comes in.
fn passes(name: &str) -> bool {
    name.starts_with("conditioning") || name.starts_with("cond")
}

/// The id in `["4", 0]`.
fn link(value: &Value) -> Option<&str> {
    match value.as_array()?.as_slice() {
        [Value::String(id), Value::Number(_)] => Some(id),
        _ => None,
    }
}
