//! Stability Matrix: `parameters-json`, its project in `smproj`, and AUTOMATIC1111's line beside them.
//! <https://github.com/LykosAI/StabilityMatrix>, `StabilityMatrix.Core/Models/GenerationParameters.cs`.

use serde_json::{Map, Value};

use super::texts::Texts;
use super::{Program, Recipe, a1111, number, short, whole, words};

/// Reads the JSON, or the line where there is only the project.
pub(super) fn read(texts: &Texts) -> Option<Recipe> {
    let json = |key: &str| serde_json::from_str::<Map<String, Value>>(texts.get(key)?).ok();
    let project = json("smproj");
    let mut recipe = match json("parameters-json") {
        Some(named) => parameters(named),
        None if project.is_some() => a1111::read(texts.get("parameters")?)?,
        None => return None,
    };
    recipe.program = Program::StabilityMatrix;
    recipe.inputs.extend(project.map(|project| ("smproj".to_owned(), Value::Object(project))));
    Some(recipe)
}

fn parameters(mut named: Map<String, Value>) -> Recipe {
    let mut take = |name: &str| named.shift_remove(name);
    let size = short(take("Width")).zip(short(take("Height")));
    Recipe {
        prompt: words(take("PositivePrompt")).unwrap_or_default(),
        negative: words(take("NegativePrompt")),
        model: words(take("ModelName")),
        seed: whole(take("Seed")),
        steps: short(take("Steps")),
        sampler: words(take("Sampler")),
        guidance: number(take("CfgScale")),
        size,
        inputs: named,
        ..Recipe::default()
    }
}
