//! The sandbox's four models: their schemas as data (`models.json`), what they make, and what they cost.

use serde_json::{Map, Value};

use crate::answer::Refusal;

/// What a model does with its inputs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Craft {
    Still,
    Edit,
    Clip,
    ImageToClip,
}

impl Craft {
    /// The sandbox's own model for it.
    pub(crate) fn model(self) -> &'static str {
        match self {
            Self::Still => "sandbox/stills",
            Self::Edit => "sandbox/stills/edit",
            Self::Clip => "sandbox/clips",
            Self::ImageToClip => "sandbox/clips/image-to-video",
        }
    }

    pub(crate) fn is_video(self) -> bool {
        matches!(self, Self::Clip | Self::ImageToClip)
    }
}

/// All models, with the base price written into each.
pub(crate) struct Catalog {
    models: Vec<Value>,
    base_price_micros: i64,
}

/// One model of the catalogue.
#[derive(Clone, Copy)]
pub(crate) struct Model<'a> {
    pub(crate) craft: Craft,
    schema: &'a Value,
    base_price_micros: i64,
}

impl Catalog {
    pub(crate) fn new(base_price_micros: i64) -> Result<Self, crate::Error> {
        let mut models: Vec<Value> =
            serde_json::from_str(include_str!("models.json")).map_err(|e| {
                crate::Error::Script { path: "models.json".into(), reason: e.to_string() }
            })?;
        for model in &mut models {
            model["base_price"] = usd(base_price_micros);
        }
        Ok(Self { models, base_price_micros })
    }

    /// The rows of `GET /api/v3/models`.
    pub(crate) fn rows(&self) -> &[Value] {
        &self.models
    }

    /// What one picture, or one second of a clip, costs in millionths of a US dollar.
    pub(crate) fn base_price_micros(&self) -> i64 {
        self.base_price_micros
    }

    pub(crate) fn find(&self, id: &str) -> Option<Model<'_>> {
        let crafts = [Craft::Still, Craft::Edit, Craft::Clip, Craft::ImageToClip];
        let craft = crafts.into_iter().find(|craft| craft.model() == id)?;
        let row = self.models.iter().find(|m| m["model_id"] == id)?;
        let schema = &row["api_schema"]["api_schemas"][0]["request_schema"];
        Some(Model { craft, schema, base_price_micros: self.base_price_micros })
    }
}

impl Model<'_> {
    /// The price of a call in millionths of a US dollar: the model's formula, worked out.
    /// Like the real service, a missing input falls back to its default.
    pub(crate) fn price_micros(&self, inputs: &Value) -> i64 {
        let times = if self.craft.is_video() {
            let given = inputs["duration"].as_i64();
            given.or_else(|| self.schema["properties"]["duration"]["default"].as_i64()).unwrap_or(1)
        } else {
            1
        };
        self.base_price_micros.saturating_mul(times)
    }

    /// Checks the inputs against the schema and fills in the defaults. Unknown keys pass, as they do at the real service.
    pub(crate) fn check(&self, inputs: &Value) -> Result<Map<String, Value>, Refusal> {
        let given =
            inputs.as_object().ok_or_else(|| Refusal::invalid("the body must be a JSON object"))?;
        let mut full = given.clone();
        for name in
            self.schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
        {
            let empty = match given.get(name) {
                None | Some(Value::Null) => true,
                Some(Value::String(text)) => text.trim().is_empty(),
                Some(Value::Array(items)) => items.is_empty(),
                Some(_) => false,
            };
            if empty {
                return Err(Refusal::invalid(format!("{name} is required")));
            }
        }
        for (name, field) in self.schema["properties"].as_object().into_iter().flatten() {
            match given.get(name) {
                None | Some(Value::Null) => {
                    full.remove(name);
                    if let Some(default) = field.get("default") {
                        full.insert(name.clone(), default.clone());
                    }
                }
                Some(value) => check_field(name, field, value)?,
            }
        }
        Ok(full)
    }
}

fn check_field(name: &str, field: &Value, value: &Value) -> Result<(), Refusal> {
    let kind = field["type"].as_str().unwrap_or_default();
    let fits = match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        _ => true,
    };
    if !fits {
        let article = if matches!(kind, "integer" | "array") { "an" } else { "a" };
        return Err(Refusal::invalid(format!("{name} must be {article} {kind}")));
    }
    if let Some(choices) = field["enum"].as_array()
        && !choices.contains(value)
    {
        let choices: Vec<String> = choices
            .iter()
            .map(|c| c.as_str().map_or_else(|| c.to_string(), str::to_owned))
            .collect();
        return Err(Refusal::invalid(format!("{name} must be one of {}", choices.join(", "))));
    }
    if let Some(number) = value.as_f64() {
        if let Some(least) = field["minimum"].as_f64()
            && number < least
        {
            return Err(Refusal::invalid(format!("{name} must be at least {least}")));
        }
        if let Some(most) = field["maximum"].as_f64()
            && number > most
        {
            return Err(Refusal::invalid(format!("{name} must be at most {most}")));
        }
    }
    if let (Some(text), Some(most)) = (value.as_str(), field["maxLength"].as_u64())
        && text.chars().count() as u64 > most
    {
        return Err(Refusal::invalid(format!("{name} must be at most {most} characters long")));
    }
    if let Some(items) = value.as_array() {
        if let Some(most) = field["maxItems"].as_u64()
            && items.len() as u64 > most
        {
            return Err(Refusal::invalid(format!("{name} must have at most {most} items")));
        }
        if field["items"]["type"] == "string" && !items.iter().all(Value::is_string) {
            return Err(Refusal::invalid(format!("{name} must hold strings only")));
        }
    }
    Ok(())
}

/// Millionths of a US dollar as the number the wire shows.
pub(crate) fn usd(micros: i64) -> Value {
    if micros % 1_000_000 == 0 {
        Value::from(micros / 1_000_000)
    } else {
        Value::from(micros as f64 / 1e6)
    }
}
