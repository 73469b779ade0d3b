//! Which words of a workflow are the prompt: those that reach a sampler as what should be, or should
//! not be, in the picture. Pure.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// A literal input: the node's id and the input's name.
pub(super) type Place = (String, String);

/// Inputs that hold words, by the names that text encoders and text boxes give them.
const WORDS: [&str; 9] =
    ["text", "prompt", "text_g", "text_l", "clip_l", "t5xxl", "value", "string", "caption"];

/// The words that are wanted, and those that are not.
pub(super) fn prompts(nodes: &Map<String, Value>) -> (BTreeSet<Place>, BTreeSet<Place>) {
    let reached_by = |names: &[&str]| {
        let mut found = BTreeSet::new();
        for node in nodes.values() {
            for name in names {
                if let Some((from, slot)) = link(&node["inputs"][*name], nodes) {
                    climb(nodes, from, slot, &mut BTreeSet::new(), &mut found);
                }
            }
        }
        found
    };
    let mut wanted = reached_by(&["positive"]);
    if wanted.is_empty() {
        wanted = reached_by(&["conditioning"]);
    }
    if wanted.is_empty() {
        wanted = encoders(nodes);
    }
    // One text may serve both, where what is not wanted is left blank.
    let unwanted = reached_by(&["negative"]).difference(&wanted).cloned().collect();
    (wanted, unwanted)
}

/// The node and the output that an input is linked to.
pub(super) fn link<'a>(input: &'a Value, nodes: &Map<String, Value>) -> Option<(&'a str, u64)> {
    let [from, slot] = input.as_array()?.as_slice() else { return None };
    let (from, slot) = (from.as_str()?, slot.as_u64()?);
    nodes.contains_key(from).then_some((from, slot))
}

fn climb(
    nodes: &Map<String, Value>,
    id: &str,
    slot: u64,
    seen: &mut BTreeSet<String>,
    found: &mut BTreeSet<Place>,
) {
    if !seen.insert(id.to_owned()) {
        return;
    }
    let Some(inputs) = nodes[id]["inputs"].as_object() else { return };
    // A node that passes both on does so in this order.
    let both = inputs.contains_key("positive") && inputs.contains_key("negative");
    for (name, value) in inputs {
        if WORDS.contains(&name.as_str()) && value.is_string() {
            found.insert((id.to_owned(), name.clone()));
        }
        let follows = if both {
            name == if slot == 1 { "negative" } else { "positive" }
        } else {
            name == "positive" || name.starts_with("conditioning") || WORDS.contains(&name.as_str())
        };
        if follows && let Some((from, slot)) = link(value, nodes) {
            climb(nodes, from, slot, seen, found);
        }
    }
}

/// Where nothing samples (a node that calls a service), the words of whatever takes a prompt.
fn encoders(nodes: &Map<String, Value>) -> BTreeSet<Place> {
    let mut found = BTreeSet::new();
    for (id, node) in nodes {
        let encodes = node["class_type"].as_str().is_some_and(|class| class.contains("TextEncode"));
        for (name, value) in node["inputs"].as_object().into_iter().flatten() {
            let fits = name == "prompt" || encodes && WORDS.contains(&name.as_str());
            if fits && value.is_string() {
                found.insert((id.clone(), name.clone()));
            }
        }
    }
    found
}
