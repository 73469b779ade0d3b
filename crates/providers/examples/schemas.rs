//! Counts how many schemas of a large catalogue become a form that can be used.
//!
//! `cargo run -p rushes-providers --example schemas -- models.json` reads a list of models as Replicate
//! describes them. A form can be used when it has a prompt or takes a file, when each input of the
//! schema has its field, and when the model's own example would be let through. The endpoints that are
//! bundled for Replicate are held against their real schemas: what is offered there must be what is taken.
#![allow(clippy::print_stdout, reason = "what it counts is what it is for")]

use std::collections::BTreeMap;
use std::process::ExitCode;

use rushes_providers::schema::{Field, FieldKind, Role, resolve, validate};
use serde_json::Value;

/// The least part of all schemas that has to become a usable form, in percent.
const TARGET: f64 = 99.0;

#[derive(Default)]
struct Count {
    schemas: usize,
    usable: usize,
    fields: usize,
    json: usize,
    /// Examples of the models themselves, and how many would be let through.
    examples: usize,
    accepted: usize,
    /// What is wrong with the rest, with the first few models it is wrong with.
    wrong: BTreeMap<&'static str, Vec<String>>,
}

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        println!("Name the list of models.");
        return ExitCode::FAILURE;
    };
    let models = std::fs::read(&path).ok().and_then(|text| serde_json::from_slice(&text).ok());
    let Some(Value::Array(models)) = models else {
        println!("{path} holds no list of models.");
        return ExitCode::FAILURE;
    };
    let mut all = Count::default();
    let mut seen = Count::default();
    for model in &models {
        let document = &model["latest_version"]["openapi_schema"];
        if document.is_object() {
            all.add(model, document);
            if makes_pictures(model) {
                seen.add(model, document);
            }
        }
    }
    all.tell("all models");
    seen.tell("models whose example is a picture or a clip");
    for (what, names) in &all.wrong {
        println!("  {what}: {}", names.len());
        for name in names.iter().take(5) {
            println!("    {name}");
        }
    }
    let true_to_it = bundled_is_true(&models);
    let enough = all.schemas > 0 && all.percent() >= TARGET;
    if enough && true_to_it { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Whether each bundled field of Replicate's stands in the real schema with the same shape, and no input
/// is left out that has to be there. A model that the list does not know is only named.
fn bundled_is_true(models: &[Value]) -> bool {
    let Some(replicate) = rushes_providers::find("replicate") else { return false };
    let (mut held, mut wrong) = (0, Vec::new());
    let offered = replicate.manifest().bundled().iter().filter(|known| known.retired.is_none());
    for known in offered {
        let is_it = |model: &&Value| name_of(model) == known.remote_model;
        let Some(model) = models.iter().find(is_it) else {
            println!("  {} is not in the list", known.remote_model);
            continue;
        };
        held += 1;
        let document = &model["latest_version"]["openapi_schema"];
        let input = resolve(document, &document["components"]["schemas"]["Input"]);
        let real = Field::for_task(&input, &known.task);
        let mut differs = |field: &str, ours: String, theirs: String| {
            wrong.push(format!(
                "{} {field}: {ours} is bundled, {theirs} is real",
                known.remote_model
            ));
        };
        for ours in &known.fields {
            let shape = |field: &Field| (field.kind.clone(), field.required, field.default.clone());
            match real.iter().find(|theirs| theirs.name == ours.name) {
                None => differs(&ours.name, "a field".into(), "none".into()),
                Some(theirs) if shape(theirs) != shape(ours) => {
                    differs(
                        &ours.name,
                        format!("{:?}", shape(ours)),
                        format!("{:?}", shape(theirs)),
                    );
                }
                Some(_) => {}
            }
        }
        for theirs in real.iter().filter(|field| field.required) {
            if known.fields.iter().all(|ours| ours.name != theirs.name) {
                differs(&theirs.name, "no field".into(), "one that has to be there".into());
            }
        }
    }
    println!("{held} bundled forms held against their schemas, {} differences", wrong.len());
    for line in &wrong {
        println!("  {line}");
    }
    held > 0 && wrong.is_empty()
}

fn name_of(model: &Value) -> String {
    format!("{}/{}", text(&model["owner"]), text(&model["name"]))
}

impl Count {
    fn add(&mut self, model: &Value, document: &Value) {
        let name = name_of(model);
        let input = resolve(document, &document["components"]["schemas"]["Input"]);
        let properties = input["properties"].as_object();
        let fields = Field::from_json_schema(&input);
        self.schemas += 1;
        self.fields += fields.len();
        self.json += fields.iter().filter(|field| field.kind == FieldKind::Json).count();
        let kept = properties.is_none_or(|properties| {
            properties.len() == fields.len()
                && properties.keys().all(|name| fields.iter().any(|field| field.name == *name))
        });
        let starts = fields.iter().any(|field| {
            field.role == Role::Prompt || matches!(field.kind, FieldKind::Media { .. })
        });
        let example = model["default_example"]["input"].as_object();
        let known = example.map(|example| {
            let known = |name: &String| properties.is_some_and(|all| all.contains_key(name));
            example
                .iter()
                .filter(|(name, _)| known(name))
                .map(|(n, v)| (n.clone(), v.clone()))
                .collect()
        });
        let problems = known.map(|example| validate(&fields, &example)).unwrap_or_default();
        if example.is_some() {
            self.examples += 1;
            self.accepted += usize::from(problems.is_empty());
        }
        match (kept, starts) {
            (true, true) => self.usable += 1,
            (false, _) => {
                self.wrong.entry("an input without a field").or_default().push(name.clone());
            }
            (true, false) => {
                let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
                let line = format!("{name}: {}", names.join(", "));
                self.wrong.entry("neither a prompt nor a file").or_default().push(line);
            }
        }
        if let Some(problem) = problems.first() {
            let line = format!("{name}: {}", problem.message);
            self.wrong.entry("an example that would be held back").or_default().push(line);
        }
    }

    fn percent(&self) -> f64 {
        100.0 * self.usable as f64 / self.schemas.max(1) as f64
    }

    fn tell(&self, whose: &str) {
        println!(
            "{whose}: {} schemas, {} usable forms ({:.2} %); {} fields, {} of them JSON; {} of {} examples accepted",
            self.schemas,
            self.usable,
            self.percent(),
            self.fields,
            self.json,
            self.accepted,
            self.examples
        );
    }
}

/// Whether the first file of the model's own example is a picture or a clip.
fn makes_pictures(model: &Value) -> bool {
    let mut output = &model["default_example"]["output"];
    while let Some(first) = output.as_array().and_then(|list| list.first()) {
        output = first;
    }
    let ending = text(output).rsplit('.').next().unwrap_or_default().to_lowercase();
    matches!(ending.as_str(), "png" | "jpg" | "jpeg" | "webp" | "gif" | "mp4" | "webm" | "mov")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
