//! Answers, frames and workflows with parts exchanged for anything.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::{ID, body};
use crate::comfyui::probe::probe;
use crate::comfyui::{bundled, frame, workflow};
use crate::fuzz::mutated;

/// The names and words that the parsers look for.
const WORDS: &[&str] = &[
    ID,
    "prompt_id",
    "queue_running",
    "queue_pending",
    "status",
    "status_str",
    "success",
    "error",
    "messages",
    "execution_error",
    "execution_interrupted",
    "outputs",
    "images",
    "gifs",
    "filename",
    "subfolder",
    "type",
    "output",
    "node_errors",
    "errors",
    "extra_info",
    "input_name",
    "class_type",
    "inputs",
    "KSampler",
    "LoadImage",
    "CLIPTextEncode",
    "positive",
    "negative",
    "text",
    "seed",
    "3",
    "6",
    "required",
    "INT",
    "COMBO",
    "options",
];

fn answers() -> Vec<Value> {
    vec![
        body!("blocked_validation"),
        body!("cancelled"),
        body!("failed"),
        body!("history_empty"),
        body!("queued"),
        body!("running"),
        body!("submit"),
        body!("success"),
        body!("upload"),
    ]
}

proptest! {
    #[test]
    fn nothing_ends_without_its_own_words(answer in mutated(answers(), WORDS)) {
        probe(&answer, 200);
    }

    #[test]
    fn any_file_that_passes_is_a_form_that_can_be_filled(
        file in mutated(
            vec![
                bundled("text-to-image").unwrap().clone(),
                bundled("image-to-image").unwrap().clone(),
            ],
            WORDS,
        ),
        nodes in mutated(answers(), WORDS),
    ) {
        prop_assume!(workflow::check(&file).is_ok());
        let empty = Map::new();
        let fields = workflow::fields(&file, nodes.as_object().unwrap_or(&empty));
        let mut names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        prop_assert_eq!(names.len(), fields.len());
        for field in &fields {
            let inputs = Map::from_iter([(field.name.clone(), Value::from("put"))]);
            let filled = workflow::filled(&file, &inputs);
            prop_assert!(filled.is_ok_and(|filled| workflow::check(&filled).is_ok()));
        }
    }

    #[test]
    fn any_bytes_are_a_frame(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        frame::of_bytes(&bytes, ID);
    }
}
