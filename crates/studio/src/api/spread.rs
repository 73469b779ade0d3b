//! What a variation spreads out over: its axes, its cells, and the composition of each.

use rushes_providers::schema::{Field, FieldKind, Role};
use serde_json::Value;

use super::catalogue::{entry, references};
use super::commands::Composition;
use super::lists;
use super::vary::{Spread, Variation};
use super::workflows::source;
use crate::Studio;
use crate::catalog::{Entry, Wanted, carry, not_taken};
use crate::vary::{self, MOST_JOBS, Template};
use crate::view::{ApiError, Axis, AxisKind, NotTaken, Reference, VaryFault, VaryMode};

/// What stands along one axis.
enum Turn {
    /// A choice of the prompt.
    Choice,
    /// Values of a field.
    Field(Box<Field>, Vec<Value>),
    /// Endpoints.
    Models(Vec<Entry>),
}

/// A variation, read.
pub(super) struct Sheet {
    pub(super) axes: Vec<Axis>,
    /// The prompt as it was written.
    pub(super) written: String,
    /// Jobs in each cell.
    pub(super) copies: u32,
    /// Whether there is anything in it that an ordinary job has not.
    pub(super) varies: bool,
    turns: Vec<Turn>,
    template: Template,
    mode: VaryMode,
    composition: Composition,
    source: Entry,
    prompt: Option<String>,
    references: Vec<Wanted>,
}

/// A variation that cannot be read, as far as it can be told.
pub(super) struct Unread {
    pub(super) faults: Vec<VaryFault>,
    pub(super) jobs: u64,
}

/// What one cell runs.
pub(super) struct Wish {
    pub(super) composition: Composition,
}

fn fault(field: &str, message: impl Into<String>) -> VaryFault {
    VaryFault { field: field.to_owned(), at: None, message: message.into() }
}

/// Reads what is to vary.
pub(super) async fn spread(
    studio: &Studio,
    wanted: &Variation,
) -> Result<Result<Sheet, Unread>, ApiError> {
    let composition = wanted.composition.clone();
    let source = source(studio, &composition, None).await?;
    let prompt = source.field(Role::Prompt).map(|field| field.name.clone());
    let written = prompt
        .as_ref()
        .and_then(|name| composition.inputs.get(name))
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let (mut turns, mut faults) = (Vec::new(), Vec::new());
    let template = match template(studio, wanted.mode, &written).await? {
        Ok(template) => template,
        Err(unread) => {
            let at = written[..unread.at].encode_utf16().count() as u32;
            let field = prompt.clone().unwrap_or_default();
            faults.push(VaryFault { field, at: Some(at), message: unread.message });
            vary::verbatim("")
        }
    };
    let chance = wanted.mode == VaryMode::Chance;
    let mut lengths: Vec<u64> = Vec::new();
    if !chance {
        for choice in template.choices() {
            lengths.push(choice.ways());
            turns.push(Turn::Choice);
        }
    }
    let mut fixed = Vec::new();
    for one in &wanted.fields {
        match field_values(&source, one) {
            Err(why) => faults.push(fault(&one.field, why)),
            Ok((field, mut values)) if values.len() == 1 => {
                fixed.push((field.name, values.remove(0)));
            }
            Ok((_, values)) if values.is_empty() => {}
            Ok((field, values)) => {
                lengths.push(values.len() as u64);
                turns.push(Turn::Field(Box::new(field), values));
            }
        }
    }
    let mut composition = composition;
    for (name, value) in fixed {
        composition.inputs.insert(name, value);
    }
    match models(studio, wanted, &source) {
        Err(whys) => faults.extend(whys.into_iter().map(|why| fault("", why))),
        Ok(models) if models.is_empty() => {}
        Ok(models) => {
            lengths.push(models.len() as u64);
            turns.push(Turn::Models(models));
        }
    }
    let copies = composition.count.unwrap_or(1);
    let jobs = vary::count(lengths.into_iter().chain([u64::from(copies)]));
    if copies == 0 || jobs > MOST_JOBS {
        let said = if copies == 0 {
            t!("Ask for at least one.").to_owned()
        } else {
            t!(
                "That makes {jobs} jobs, and {most} at once are the most. Leave some values out.",
                jobs = told(jobs),
                most = MOST_JOBS
            )
        };
        faults.push(fault("", said));
    }
    if !faults.is_empty() {
        return Ok(Err(Unread { faults, jobs }));
    }
    // Only now: so few that each can be written out.
    let axes = axes(&template, &turns)?;
    let varies = !turns.is_empty()
        || wanted.fields.iter().any(|one| !one.values.is_empty())
        || !wanted.models.is_empty()
        || template.choices().next().is_some()
        || template.nth(0) != written;
    let references = references(studio, &composition).await?;
    Ok(Ok(Sheet {
        axes,
        written,
        copies,
        varies,
        turns,
        template,
        mode: wanted.mode,
        composition,
        source,
        prompt,
        references,
    }))
}

/// The axes with all that stands on them.
fn axes(template: &Template, turns: &[Turn]) -> Result<Vec<Axis>, ApiError> {
    let (mut choices, mut axes) = (template.choices(), Vec::with_capacity(turns.len()));
    for (n, turn) in turns.iter().enumerate() {
        axes.push(match turn {
            Turn::Choice => {
                let choice =
                    choices.next().ok_or_else(|| ApiError::internal(&"a choice is gone"))?;
                let labels = (0..choice.ways()).map(|way| label(&choice.nth(way))).collect();
                let title = label(&choice.title);
                Axis { key: format!("prompt:{}", n + 1), kind: AxisKind::Prompt, title, labels }
            }
            Turn::Field(field, values) => Axis {
                key: format!("field:{}", field.name),
                kind: AxisKind::Field,
                title: field.label.clone(),
                labels: values.iter().map(spelt).collect(),
            },
            Turn::Models(models) => Axis {
                key: "models".into(),
                kind: AxisKind::Model,
                title: t!("Model").into(),
                labels: models.iter().map(|model| named(model, models)).collect(),
            },
        });
    }
    Ok(axes)
}

fn told(jobs: u64) -> String {
    if jobs >= 1_000_000 { t!("more than a million").into() } else { jobs.to_string() }
}

async fn template(
    studio: &Studio,
    mode: VaryMode,
    written: &str,
) -> Result<Result<Template, vary::Fault>, ApiError> {
    if mode == VaryMode::Written {
        return Ok(Ok(vary::verbatim(written)));
    }
    let known = if written.contains("__") { lists::all(studio).await? } else { vary::Lists::new() };
    Ok(vary::read(written, &known))
}

/// A field's values, each once.
fn field_values(source: &Entry, wanted: &Spread) -> Result<(Field, Vec<Value>), String> {
    let name = &wanted.field;
    let Some(field) = source.fields.iter().find(|field| field.name == *name) else {
        return Err(t!("{model} takes no {name}.", model = source.name, name));
    };
    let takes = match &field.kind {
        FieldKind::Integer { step, .. } => Some((true, step.map(|step| step as f64))),
        FieldKind::Number { step, .. } => Some((false, *step)),
        _ => None,
    };
    if field.role == Role::Prompt || field.hidden || matches!(field.kind, FieldKind::Media { .. }) {
        return Err(t!(
            "{label} cannot have several values here.",
            label = rushes_providers::said(&field.label)
        ));
    }
    let mut values = Vec::new();
    for value in &wanted.values {
        let read = match (takes, value.as_str()) {
            (Some((whole, step)), Some(text)) => {
                vary::values(text, whole, step).map_err(|why| format!("{}: {why}", field.label))?
            }
            _ => vec![field.spelt(value)],
        };
        for value in read {
            if !values.contains(&value) {
                values.push(value);
            }
        }
    }
    Ok((field.clone(), values))
}

fn models(studio: &Studio, wanted: &Variation, source: &Entry) -> Result<Vec<Entry>, Vec<String>> {
    let (mut models, mut faults) = (Vec::<Entry>::new(), Vec::new());
    for id in &wanted.models {
        let known = if *id == source.id { Ok(source.clone()) } else { entry(studio, id) };
        match known {
            Ok(known) if known.modality != source.modality => {
                faults.push(t!(
                    "{name} makes something else than {source}.",
                    name = known.name,
                    source = source.name
                ));
            }
            Ok(known) if models.iter().all(|other| other.id != known.id) => models.push(known),
            Ok(_) => {}
            Err(error) => faults.push(error.message),
        }
    }
    if faults.is_empty() { Ok(models) } else { Err(faults) }
}

/// A model's name among the others, with its provider where two are called the same.
fn named(model: &Entry, all: &[Entry]) -> String {
    let alike = all.iter().filter(|other| other.name == model.name).count() > 1;
    let provider = rushes_providers::find(&model.provider).map(|known| &known.manifest().name);
    match provider.filter(|_| alike) {
        Some(provider) => t!("{model} at {provider}", model = model.name, provider),
        None => model.name.clone(),
    }
}

fn spelt(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "On".into(),
        Value::Bool(false) => "Off".into(),
        other => other.to_string(),
    }
}

fn label(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() { "nothing".into() } else { text }
}

impl Sheet {
    /// What its models do not take of what does not vary; what varies has to come along.
    pub(super) fn not_taken(&self) -> Vec<NotTaken> {
        let (mut inputs, mut others) = (self.composition.inputs.clone(), Vec::new());
        for turn in &self.turns {
            match turn {
                Turn::Choice => {}
                Turn::Field(field, _) => {
                    inputs.remove(&field.name);
                }
                Turn::Models(models) => {
                    others.extend(models.iter().map(|model| (named(model, models), model)));
                }
            }
        }
        let told = |(name, model): (String, &Entry)| {
            let fields = not_taken(&self.source, model, &inputs);
            let label = |field: &Field| rushes_providers::said(&field.label).to_owned();
            let labels: Vec<String> = fields.into_iter().map(label).collect();
            (!labels.is_empty()).then_some(NotTaken { model: name, labels })
        };
        let is_other =
            |(_, model): &(String, &Entry)| model.id != self.source.id && !model.fields.is_empty();
        others.into_iter().filter(is_other).filter_map(told).collect()
    }

    /// How many jobs it makes.
    pub(super) fn jobs(&self) -> u64 {
        vary::count(self.lengths().into_iter().chain([self.copies]).map(u64::from))
    }

    fn lengths(&self) -> Vec<u32> {
        self.axes.iter().map(|axis| axis.labels.len() as u32).collect()
    }

    /// The place of every cell.
    pub(super) fn cells(&self) -> Vec<Vec<u32>> {
        vary::cells(&self.lengths())
    }

    fn of_prompt(&self, axis: usize) -> bool {
        matches!(self.turns[axis], Turn::Choice)
    }

    /// The cells that differ in more than their prompt; of each, the first.
    pub(super) fn columns(&self) -> Vec<Vec<u32>> {
        let lengths = self.lengths();
        let one = |(n, length): (usize, u32)| if self.of_prompt(n) { 1 } else { length };
        vary::cells(&lengths.into_iter().enumerate().map(one).collect::<Vec<_>>())
    }

    /// How many prompts every such cell stands for.
    pub(super) fn readings(&self) -> u32 {
        let of_prompt = self.lengths().into_iter().enumerate().filter(|(n, _)| self.of_prompt(*n));
        of_prompt.map(|(_, length)| length).product()
    }

    /// The prompts that are known before dice fall.
    pub(super) fn prompts(&self) -> Vec<String> {
        match self.mode {
            VaryMode::Chance => vec![self.template.nth(0)],
            _ => (0..u64::from(self.readings())).map(|n| self.template.nth(n)).collect(),
        }
    }

    /// The longest of them.
    pub(super) fn longest(prompts: &[String]) -> String {
        prompts.iter().max_by_key(|prompt| prompt.chars().count()).cloned().unwrap_or_default()
    }

    /// The prompt of a cell; where chance decides, the first that is possible.
    pub(super) fn prompt(&self, at: &[u32]) -> String {
        let ways: Vec<u64> = at
            .iter()
            .enumerate()
            .filter(|(n, _)| self.of_prompt(*n))
            .map(|(_, at)| u64::from(*at))
            .collect();
        self.template.with(&ways)
    }

    /// A prompt by chance.
    pub(super) fn draw(&self, dice: &mut dyn FnMut() -> f64) -> String {
        self.template.draw(dice)
    }

    /// A cell in words.
    pub(super) fn label(&self, at: &[u32]) -> String {
        let of = |(axis, at): (&Axis, &u32)| axis.labels.get(*at as usize).cloned();
        self.axes.iter().zip(at).filter_map(of).collect::<Vec<_>>().join(" · ")
    }

    /// What a cell runs with this prompt, or why it cannot.
    pub(super) fn wish(&self, at: &[u32], prompt: &str) -> Result<Wish, String> {
        let mut composition = self.composition.clone();
        composition.count = Some(1);
        composition.shot = None;
        if let Some(name) = &self.prompt {
            composition.inputs.insert(name.clone(), prompt.into());
        }
        let (mut varied, mut model) = (Vec::new(), &self.source);
        for (turn, at) in self.turns.iter().zip(at) {
            match turn {
                Turn::Choice => {}
                Turn::Field(field, values) => {
                    if let Some(value) = values.get(*at as usize) {
                        composition.inputs.insert(field.name.clone(), value.clone());
                        varied.push((&**field, value));
                    }
                    if field.role == Role::Seed {
                        composition.keep_seed = Some(true);
                    }
                }
                Turn::Models(models) => model = models.get(*at as usize).unwrap_or(model),
            }
        }
        if model.id != self.source.id {
            self.take_over(&mut composition, model, &varied)?;
        }
        Ok(Wish { composition })
    }

    /// Writes a composition anew for another model. What varies has to come along.
    fn take_over(
        &self,
        composition: &mut Composition,
        model: &Entry,
        varied: &[(&Field, &Value)],
    ) -> Result<(), String> {
        let carried = carry(&self.source, model, &composition.inputs, &self.references)
            .map_err(|why| why.said(&model.name))?;
        for (field, value) in varied {
            let taken = if field.role == Role::Seed {
                carried.seed == value.as_i64()
            } else {
                let there = model.fields.iter().find(|there| there.name == field.name);
                let as_there = there.map(|there| there.spelt(value));
                as_there.is_some() && carried.inputs.get(&field.name) == as_there.as_ref()
            };
            if !taken {
                return Err(t!(
                    "{name} takes no {label} of {value}.",
                    name = model.name,
                    label = rushes_providers::said(&field.label),
                    value = spelt(value)
                ));
            }
        }
        composition.endpoint.clone_from(&model.id);
        composition.route = None;
        composition.inputs = carried.inputs;
        if let (Some(name), Some(seed)) = (carried.seed_field, carried.seed) {
            composition.inputs.insert(name, seed.into());
        }
        composition.references = carried
            .references
            .into_iter()
            .map(|(reference, _)| reference)
            .collect::<Vec<Reference>>();
        Ok(())
    }
}
