//! What a picture says it was made from: the words, seeds and graphs that image programs write into
//! their files, read into one shape.
//!
//! The bytes are foreign. A text of more than 8 MiB is passed over, compressed texts are unpacked no
//! further than that, and nothing in a file makes a reader panic (see the tests, and
//! [`probe_words`](super::probe_words)).

mod a1111;
mod beside;
mod comfyui;
pub(super) mod exif;
mod invokeai;
mod matrix;
mod texts;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

pub(super) use beside::read_copy;
pub use beside::read_file;
use texts::Texts;

/// The program that wrote a recipe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Program {
    /// AUTOMATIC1111's web UI, or one that writes as it does.
    #[default]
    A1111,
    /// Forge, which grew out of it.
    Forge,
    /// ComfyUI.
    Comfyui,
    /// InvokeAI, any version.
    Invokeai,
    /// Stability Matrix.
    StabilityMatrix,
    /// Rushes itself, in the sidecar beside the file.
    Rushes,
}

impl Program {
    /// As the program spells itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::A1111 => "AUTOMATIC1111",
            Self::Forge => "Forge",
            Self::Comfyui => "ComfyUI",
            Self::Invokeai => "InvokeAI",
            Self::StabilityMatrix => "Stability Matrix",
            Self::Rushes => "Rushes",
        }
    }
}

/// What a picture was made from, as far as its file tells.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// Who wrote it.
    pub program: Program,
    /// The words. Empty where there is only a graph that does not tell them.
    pub prompt: String,
    /// The words for what was not wanted.
    pub negative: Option<String>,
    /// The model, as the program names it.
    pub model: Option<String>,
    /// The seed; several programs use all 64 bits.
    pub seed: Option<u64>,
    /// Steps of the sampler.
    pub steps: Option<u32>,
    /// The sampler, as the program names it.
    pub sampler: Option<String>,
    /// Guidance scale (CFG).
    pub guidance: Option<f64>,
    /// Width and height that were asked for, in pixels; an upscaler may have made more of it.
    pub size: Option<(u32, u32)>,
    /// All the rest, by the program's own names.
    pub inputs: Map<String, Value>,
    /// The graph as ComfyUI's editor saves it, letter for letter.
    pub workflow: Option<String>,
    /// The graph as ComfyUI's server was sent it, letter for letter: the form that can be run.
    pub graph: Option<String>,
}

/// Reads the recipe in the bytes of a PNG, JPEG or WebP; None where there is none.
pub fn read(file: &[u8]) -> Option<Recipe> {
    let texts = Texts::of(file);
    let mut recipe = matrix::read(&texts)
        .or_else(|| invokeai::read(&texts))
        .or_else(|| a1111::read(texts.get("parameters")?));
    // Savers for ComfyUI write the resolved words beside the graph, so the graph fills only what is open.
    if let Some(graph) = comfyui::read(&texts) {
        match &mut recipe {
            Some(recipe) => recipe.complete(graph),
            None => recipe = Some(graph),
        }
    }
    recipe.or_else(|| texts.comments().find_map(a1111::read))
}

impl Recipe {
    /// What the book keeps of it: the graphs stay in the file alone, which holds them letter for letter.
    #[must_use]
    pub fn without_graphs(self) -> Self {
        Self { workflow: None, graph: None, ..self }
    }

    /// Takes over from a ComfyUI graph what this one does not tell.
    fn complete(&mut self, graph: Self) {
        if self.program == Program::A1111 {
            self.program = graph.program;
        }
        if self.prompt.is_empty() {
            self.prompt = graph.prompt;
        }
        self.negative = self.negative.take().or(graph.negative);
        self.model = self.model.take().or(graph.model);
        self.seed = self.seed.or(graph.seed);
        self.steps = self.steps.or(graph.steps);
        self.sampler = self.sampler.take().or(graph.sampler);
        self.guidance = self.guidance.or(graph.guidance);
        self.size = self.size.or(graph.size);
        self.workflow = self.workflow.take().or(graph.workflow);
        self.graph = self.graph.take().or(graph.graph);
    }
}

/// A text of the user's, or None where there is nothing in it.
fn words(value: Option<Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        _ => None,
    }
}

/// A whole number, also where a program wrote it as text.
fn whole(value: Option<Value>) -> Option<u64> {
    match value? {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A whole number that fits.
fn short(value: Option<Value>) -> Option<u32> {
    whole(value)?.try_into().ok()
}

/// A number, also where a program wrote it as text.
fn number(value: Option<Value>) -> Option<f64> {
    match value? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

/// Text as a number where it is one that JSON can hold without a loss, as text otherwise.
fn value_of(text: &str) -> Value {
    let whole = text.parse::<u64>().ok().filter(|number| number.to_string() == text);
    let broken = || {
        let number = Number::from_f64(text.parse().ok()?)?;
        (number.to_string() == text).then_some(Value::Number(number))
    };
    whole.map(Value::from).or_else(broken).unwrap_or_else(|| Value::from(text))
}

#[cfg(test)]
mod tests;
