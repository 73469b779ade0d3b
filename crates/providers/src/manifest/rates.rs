//! List prices that depend on the inputs, where a provider's own API tells no price.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::schema::{Field, FieldKind, Role};
use crate::types::Price;

/// One price for each value of one input.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// ISO 4217, e.g. `USD`.
    pub currency: String,
    /// The input that decides, e.g. `resolution`.
    pub by: String,
    /// What one of the prices is for.
    pub per: Per,
    /// Millionths of the currency's unit by the input's value.
    pub micros: BTreeMap<String, i64>,
}

/// What a rate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// One output.
    Output,
    /// One second of a clip.
    Second,
}

impl Rates {
    /// What these inputs cost; what is not given counts as the field's default. None for a value that
    /// has no price here. Never exact: what is sent along costs too, and no list tells that.
    pub fn of(&self, fields: &[Field], inputs: &Map<String, Value>) -> Option<Price> {
        let given =
            |field: &Field| inputs.get(&field.name).filter(|value| !value.is_null()).cloned();
        let value = |field: &Field| given(field).or_else(|| field.default.clone());
        let decides = value(fields.iter().find(|field| field.name == self.by)?)?;
        let rate = *self.micros.get(decides.as_str()?)?;
        let times = match self.per {
            Per::Output => 1.0,
            Per::Second => {
                let length = fields.iter().find(|field| field.role == Role::Duration)?;
                value(length)?.as_f64().filter(|seconds| (0.0..100_000.0).contains(seconds))?
            }
        };
        Some(self.price(rate, times))
    }

    /// The least that any inputs cost.
    pub fn least(&self, fields: &[Field]) -> Option<Price> {
        let times = match (self.per, fields.iter().find(|field| field.role == Role::Duration)) {
            (Per::Second, Some(Field { kind: FieldKind::Integer { min, .. }, .. })) => {
                min.unwrap_or(1) as f64
            }
            _ => 1.0,
        };
        self.micros.values().min().map(|rate| self.price(*rate, times))
    }

    fn price(&self, rate: i64, times: f64) -> Price {
        let micros = (rate as f64 * times).round() as i64;
        Price { micros, currency: self.currency.clone(), exact: false }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn clip() -> (Rates, Vec<Field>) {
        let rates = r#"{"currency": "USD", "by": "resolution", "per": "second",
            "micros": {"360p": 30000, "720p": 100000}}"#;
        let fields = Field::for_task(
            &json!({"properties": {
                "resolution": {"type": "string", "enum": ["360p", "720p", "8k"], "default": "720p"},
                "duration": {"type": "integer", "minimum": 3, "maximum": 10, "default": 8},
            }}),
            "text-to-video",
        );
        (serde_json::from_str(rates).unwrap(), fields)
    }

    fn of(inputs: &Value) -> Option<i64> {
        let (rates, fields) = clip();
        rates.of(&fields, inputs.as_object().unwrap()).map(|price| {
            assert_eq!((price.currency.as_str(), price.exact), ("USD", false));
            price.micros
        })
    }

    #[test]
    fn a_price_follows_the_inputs_and_their_defaults() {
        assert_eq!(of(&json!({})), Some(800_000));
        assert_eq!(of(&json!({"resolution": "360p", "duration": 5})), Some(150_000));
        assert_eq!(of(&json!({"resolution": null, "duration": 3})), Some(300_000));
        assert_eq!(of(&json!({"resolution": "8k"})), None, "a price that nobody told");
        assert_eq!(of(&json!({"duration": "long"})), None);
        let (rates, fields) = clip();
        assert_eq!(rates.of(&[], &Map::new()), None);
        assert_eq!(rates.least(&fields).unwrap().micros, 90_000);
        let pictures = Rates { per: Per::Output, ..rates };
        assert_eq!(pictures.of(&fields, &Map::new()).unwrap().micros, 100_000);
        assert_eq!(pictures.least(&fields).unwrap().micros, 30_000);
    }
}
