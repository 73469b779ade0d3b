//! Several values for a field of numbers: `4:6:8`, `4..8`, `4..8:2`.

use serde_json::Value;

use super::MOST_JOBS;

/// The numbers that were written, each once, in their order. `step` is the field's own; `whole` takes whole
/// numbers only. What is wrong is said in a sentence.
pub fn values(text: &str, whole: bool, step: Option<f64>) -> Result<Vec<Value>, String> {
    let text = text.trim();
    let numbers = match text.split_once("..") {
        Some((from, rest)) => {
            let (to, by) = match rest.split_once(':') {
                Some((to, by)) => (to, Some(number(by)?)),
                None => (rest, None),
            };
            walk((number(from)?, number(to)?), by, step)?
        }
        None => text.split(':').map(number).collect::<Result<Vec<_>, _>>()?,
    };
    let mut values: Vec<Value> = Vec::with_capacity(numbers.len());
    for Number { value, .. } in numbers {
        if whole && value.fract() != 0.0 {
            return Err(t!("{value} is no whole number, and this takes whole numbers.", value));
        }
        let value = told(value);
        if !values.contains(&value) {
            values.push(value);
        }
    }
    if values.len() as u64 > MOST_JOBS {
        return Err(too_many());
    }
    Ok(values)
}

fn too_many() -> String {
    t!("That is more than {most} values. Take a larger step.", most = MOST_JOBS)
}

/// A number and how many places it was written with.
#[derive(Debug, Clone, Copy)]
struct Number {
    value: f64,
    places: usize,
}

fn number(text: &str) -> Result<Number, String> {
    let text = text.trim();
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
    let value = text.parse::<f64>().ok().filter(|value| {
        // Exact as a whole number too; beyond that neighbours run together.
        value.is_finite() && value.abs() <= 9e15 && text.chars().all(plain)
    });
    let places = text.split_once('.').map_or(0, |(_, places)| places.len());
    value.map(|value| Number { value, places }).ok_or_else(|| {
        let said = if text.is_empty() { "Nothing".into() } else { format!("“{text}”") };
        t!("{said} is no number. Write several as 4:6:8, a range as 4..8 or 4..8:2.", said)
    })
}

fn told(value: f64) -> Value {
    if value.fract() == 0.0 { Value::from(value as i64) } else { Value::from(value) }
}

fn walk(
    (from, to): (Number, Number),
    by: Option<Number>,
    step: Option<f64>,
) -> Result<Vec<Number>, String> {
    let places = from.places.max(to.places);
    let by = by.unwrap_or_else(|| {
        let own = step.filter(|step| *step > 0.0).map(|value| Number { value, places: 6 });
        let fine = Number { value: 0.1_f64.powi(places.min(6) as i32), places };
        own.unwrap_or(fine)
    });
    if by.value <= 0.0 {
        return Err(t!("The step of a range is a number above 0, as in 4..8:2.").into());
    }
    let steps = ((to.value - from.value).abs() / by.value + 1e-9).floor();
    if steps >= MOST_JOBS as f64 {
        return Err(too_many());
    }
    let way = if to.value < from.value { -by.value } else { by.value };
    let grain = 10_f64.powi(places.max(by.places).min(9) as i32);
    Ok((0..=steps as u64)
        .map(|n| {
            let value = ((from.value + n as f64 * way) * grain).round() / grain;
            Number { value, places }
        })
        .collect())
}
