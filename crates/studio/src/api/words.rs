//! What the file of a print says about itself, in words for a person.

use rushes_providers::schema::MediaKind;

use super::commands::ById;
use crate::Studio;
use crate::library::credentials::{Action, Content, Credentials, Signature};
use crate::library::recipe::Recipe;
use crate::store;
use crate::view::{ApiError, CredentialsWords, PrintWords, RecipeWords, Standing};
use crate::words::CATALOGUE;

/// What C2PA calls a thing that was done, and what a person does.
const ACTIONS: [(&str, &str); 14] = [
    ("c2pa.created", key!("Made")),
    ("c2pa.edited", key!("Edited")),
    ("c2pa.opened", key!("Opened")),
    ("c2pa.placed", key!("Put in")),
    ("c2pa.converted", key!("Converted")),
    ("c2pa.transcoded", key!("Encoded anew")),
    ("c2pa.cropped", key!("Cropped")),
    ("c2pa.resized", key!("Made another size")),
    ("c2pa.color_adjustments", key!("Colours changed")),
    ("c2pa.drawing", key!("Drawn on")),
    ("c2pa.filtered", key!("Filtered")),
    ("c2pa.published", key!("Published")),
    ("c2pa.repackaged", key!("Packed anew")),
    ("c2pa.watermarked", key!("Watermarked")),
];

pub(super) async fn read_print(studio: &Studio, wanted: ById) -> Result<PrintWords, ApiError> {
    let row = studio.store.read(move |sql| store::assets::row(sql, &wanted.id)).await?;
    let library = studio.library.clone();
    let (media, path) = (row.media, row.path);
    let words = tokio::task::spawn_blocking(move || library.words(&path))
        .await
        .map_err(|error| ApiError::internal(&error))??;
    Ok(PrintWords {
        credentials: words.credentials.map(|credentials| vouched(credentials, media)),
        recipe: words.recipe.map(written),
        blake3: row.blake3,
    })
}

fn vouched(credentials: Credentials, media: MediaKind) -> CredentialsWords {
    let standing = match (credentials.signature, credentials.content) {
        (Signature::Broken, _) => Standing::Broken,
        (_, Content::Changed) => Standing::Changed,
        (Signature::NotChecked, _) => Standing::Unread,
        (Signature::Fits, Content::Unchanged) => Standing::Holds,
        (Signature::Fits, Content::NotChecked) => Standing::Unchecked,
    };
    let it = match media {
        MediaKind::Image => t!("picture"),
        MediaKind::Video => t!("clip"),
        MediaKind::Audio => t!("sound"),
    };
    let name =
        credentials.signer.as_ref().map_or(t!("someone who gives no name"), |signer| &signer.name);
    let says = match standing {
        Standing::Holds => t!("Signed by {name}. The {it} is as it was signed.", name, it),
        Standing::Changed => t!("Signed by {name}. The {it} was changed since.", name, it),
        Standing::Broken => {
            t!(
                "It names {name} as its signer, and that doesn't hold: its words are not those that were signed.",
                name
            )
        }
        Standing::Unchecked => {
            t!(
                "Signed by {name}. Whether the {it} was changed since can't be checked here.",
                name,
                it
            )
        }
        Standing::Unread => {
            t!(
                "It names {name} as its signer. The signature is of a kind that can't be checked here.",
                name
            )
        }
    };
    CredentialsWords {
        standing,
        says,
        trust: t!("The signer is not on a list Rushes can check, so the name is only the signer's own word.")
            .into(),
        generator: credentials.generator,
        title: credentials.title,
        issuer: credentials.signer.as_ref().map(|signer| signer.issuer.clone()),
        expires_at: credentials.signer.as_ref().map(|signer| signer.expires_at),
        signer: credentials.signer.map(|signer| signer.name),
        actions: credentials.actions.iter().map(done).collect(),
    }
}

/// "Made by a model, with lamp-1 1.0, on 2026-11-22".
fn done(action: &Action) -> String {
    let known = ACTIONS.iter().find(|(word, _)| *word == action.action);
    let plain = action.action.rsplit('.').next().unwrap_or_default().replace('_', " ");
    let mut said = known.map_or(plain, |(_, said)| CATALOGUE.say(said).to_owned());
    match action.source.as_deref() {
        Some("trainedAlgorithmicMedia") => said.push_str(t!(" by a model")),
        Some("compositeWithTrainedAlgorithmicMedia") => said.push_str(t!(", partly by a model")),
        Some("digitalCapture") => said.push_str(t!(" by a camera")),
        _ => {}
    }
    if let Some(agent) = &action.agent {
        said.push_str(&t!(", with {program}", program = agent));
    }
    if let Some(when) = &action.when {
        let day = when.split('T').next().unwrap_or(when);
        said.push_str(&t!(", on {day}", day));
    }
    said
}

fn written(recipe: Recipe) -> RecipeWords {
    RecipeWords {
        program: recipe.program.name().into(),
        prompt: recipe.prompt,
        negative: recipe.negative,
        model: recipe.model,
        seed: recipe.seed.map(|seed| seed.to_string()),
        steps: recipe.steps,
        sampler: recipe.sampler,
        guidance: recipe.guidance,
        inputs: recipe.inputs,
        graph: recipe.graph.is_some() || recipe.workflow.is_some(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use super::*;
    use crate::library::credentials;

    const SIGNED: &[u8] = include_bytes!("../../fixtures/credentials/signed.png");

    #[test]
    fn who_signed_and_whether_it_holds_is_said_plainly() {
        let told = vouched(credentials::read(SIGNED).unwrap(), MediaKind::Image);
        assert_eq!(told.standing, Standing::Holds);
        assert_eq!(
            told.says,
            "Signed by Lighthouse Renders GmbH. The picture is as it was signed."
        );
        assert_eq!(told.actions, ["Made by a model, with lamp-1 1.0, on 2026-11-22"]);
        let mut changed = SIGNED.to_vec();
        *changed.last_mut().unwrap() ^= 1;
        let told = vouched(credentials::read(&changed).unwrap(), MediaKind::Image);
        assert_eq!(told.standing, Standing::Changed);
        assert_eq!(told.says, "Signed by Lighthouse Renders GmbH. The picture was changed since.");
    }

    #[test]
    fn an_action_nobody_knows_is_said_by_its_own_word() {
        let action = Action { action: "com.example.blurred_faces".into(), ..Action::default() };
        assert_eq!(done(&action), "blurred faces");
    }
}
