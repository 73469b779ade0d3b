//! Which endpoint a render goes to, from what was typed.

use std::collections::BTreeMap;

use rushes_studio::api::types::{Endpoint, Route};
use rushes_studio::schema::FieldKind;
use rushes_studio::types::Modality;

use crate::exit::Failure;
use crate::words::{did_you_mean, nearest};

/// What was asked for.
#[derive(Debug, Default)]
pub(crate) struct Wish<'a> {
    /// `--model`.
    pub(crate) model: Option<&'a str>,
    /// `--route`.
    pub(crate) route: Option<&'a str>,
    /// `--image` or `--video`.
    pub(crate) modality: Option<Modality>,
    /// Whether there is a picture or clip to start from.
    pub(crate) references: bool,
}

/// The endpoint for a wish: the named one, else the last one used, else the first that is usable,
/// a real one before the sandbox.
pub(crate) fn choose<'a>(
    endpoints: &'a [Endpoint],
    last: &BTreeMap<String, String>,
    wish: &Wish<'_>,
) -> Result<&'a Endpoint, Failure> {
    let named = match (wish.model, wish.route) {
        (Some(model), _) => {
            Some(named(endpoints, model).ok_or_else(|| no_model(endpoints, model))?)
        }
        // A bare model is a route of one step.
        (None, Some(route)) => {
            Some(named(endpoints, route).ok_or_else(|| no_route(endpoints, &[], route))?)
        }
        (None, None) => None,
    };
    if let Some(candidates) = named {
        let candidates = with_variants(endpoints, candidates);
        let wanted: Vec<_> = candidates
            .iter()
            .copied()
            .filter(|e| wish.modality.is_none_or(|modality| e.modality == modality))
            .collect();
        return best(&wanted, wish.references).ok_or_else(|| wrong_modality(&candidates));
    }
    let modality = wish.modality.unwrap_or(Modality::Image);
    let usable: Vec<_> = endpoints.iter().filter(|e| e.usable && e.modality == modality).collect();
    let fits = |e: &Endpoint| if wish.references { takes_media(e) } else { !needs_media(e) };
    let last =
        last.get(word(modality)).and_then(|id| usable.iter().find(|e| e.id == *id && fits(e)));
    last.copied().or_else(|| best(&usable, wish.references)).ok_or_else(|| {
        Failure::failed(
            "No model can run yet.",
            "Add a key with `rushes keys set`, or use the sandbox.",
        )
    })
}

/// A model's endpoints for other inputs stand behind it: what is given with the prompt picks one.
fn with_variants<'a>(endpoints: &'a [Endpoint], named: Vec<&'a Endpoint>) -> Vec<&'a Endpoint> {
    let mut all = named;
    let kin: Vec<&str> = all.iter().flat_map(|e| &e.variants).map(String::as_str).collect();
    for id in kin {
        if let Some(other) = endpoints.iter().find(|e| e.id == id)
            && !all.iter().any(|known| known.id == id)
        {
            all.push(other);
        }
    }
    all
}

/// The endpoints that a name may mean: one by its id, else all with the remote id, the family
/// slug, or the readable name.
pub(crate) fn named<'a>(endpoints: &'a [Endpoint], name: &str) -> Option<Vec<&'a Endpoint>> {
    let tests: [fn(&Endpoint, &str) -> bool; 4] = [
        |e, name| e.id == name,
        |e, name| remote_id(e) == name,
        |e, name| e.model == name,
        |e, name| e.name.eq_ignore_ascii_case(name),
    ];
    tests
        .iter()
        .map(|is| endpoints.iter().filter(|e| is(e, name)).collect::<Vec<_>>())
        .find(|found| !found.is_empty())
}

/// The sentence about a model that is not there.
pub(crate) fn no_model(endpoints: &[Endpoint], name: &str) -> Failure {
    Failure::usage(format!("No model called {name}."), suggestion(endpoints, name))
}

/// The sentence about a route that is not there.
pub(crate) fn no_route(endpoints: &[Endpoint], routes: &[Route], name: &str) -> Failure {
    let models = endpoints.iter().flat_map(|e| [e.model.as_str(), remote_id(e)]);
    let names = routes.iter().map(|route| route.name.as_str()).chain(models);
    let hint = did_you_mean(&nearest(name, names), "See them with `rushes routes`.");
    Failure::usage(format!("No route called {name}."), hint)
}

/// The step whose inputs are typed for a route: the first that fits the references and is known.
pub(crate) fn step<'a>(
    endpoints: &'a [Endpoint],
    route: &Route,
    wish: &Wish<'_>,
) -> Result<&'a Endpoint, Failure> {
    let known: Vec<&Endpoint> = route
        .steps
        .iter()
        .filter_map(|id| endpoints.iter().find(|endpoint| endpoint.id == *id))
        .filter(|endpoint| !endpoint.fields.is_empty())
        .collect();
    if wish.modality.is_some_and(|modality| modality != route.modality) {
        return Err(wrong_modality(&known));
    }
    let fits = |e: &&&Endpoint| if wish.references { takes_media(e) } else { !needs_media(e) };
    known.iter().find(fits).or(known.first()).copied().ok_or_else(|| {
        Failure::usage(
            format!("Nobody offers a step of {} any more.", route.name),
            "Set the route anew with `rushes routes set`, or name a model.",
        )
    })
}

fn suggestion(endpoints: &[Endpoint], name: &str) -> String {
    let names = endpoints.iter().flat_map(|e| [e.model.as_str(), remote_id(e)]);
    did_you_mean(&nearest(name, names), "See them with `rushes models`.")
}

fn wrong_modality(candidates: &[&Endpoint]) -> Failure {
    let makes = candidates.first().map_or("nothing", |e| match e.modality {
        Modality::Image => "pictures",
        Modality::Video => "clips",
    });
    Failure::usage(
        format!("That model makes {makes}."),
        "Leave --image or --video away, or name another model.",
    )
}

/// The first that fits the references, a usable real one before the sandbox before the rest.
fn best<'a>(candidates: &[&'a Endpoint], references: bool) -> Option<&'a Endpoint> {
    let rank = |e: &&&Endpoint| {
        let misfit = if references { !takes_media(e) } else { needs_media(e) };
        let standing = match (e.usable, e.sandbox) {
            (true, false) => 0,
            (true, true) => 1,
            (false, _) => 2,
        };
        (misfit, standing)
    };
    candidates.iter().min_by_key(rank).copied()
}

/// The provider's name for the model.
pub(crate) fn remote_id(endpoint: &Endpoint) -> &str {
    endpoint
        .id
        .strip_prefix(&endpoint.provider)
        .and_then(|id| id.strip_prefix(':'))
        .unwrap_or(&endpoint.id)
}

pub(crate) fn takes_media(endpoint: &Endpoint) -> bool {
    endpoint.fields.iter().any(|f| matches!(f.kind, FieldKind::Media { .. }) && !f.hidden)
}

fn needs_media(endpoint: &Endpoint) -> bool {
    endpoint.fields.iter().any(|f| matches!(f.kind, FieldKind::Media { .. }) && f.required)
}

/// The modality's word in settings.
pub(crate) fn word(modality: Modality) -> &'static str {
    match modality {
        Modality::Image => "image",
        Modality::Video => "video",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fall over")]

    use rushes_studio::schema::{Field, MediaKind, Role};
    use serde_json::json;

    use super::*;
    use crate::exit::Exit;

    fn endpoint(id: &str, modality: &str, usable: bool, media: Option<bool>) -> Endpoint {
        let (provider, remote) = id.split_once(':').unwrap();
        let mut endpoint: Endpoint = serde_json::from_value(json!({
            "id": id, "model": remote.rsplit('/').next(), "name": remote, "family": remote, "description": "",
            "provider": provider, "provider_name": provider, "monogram": "Xx",
            "modality": modality, "task": "", "fields": [], "price": null,
            "licence": { "commercial": "unknown", "name": null, "url": null, "read_on": null },
            "docs": null, "as_of": "2026-11-22", "live": false,
            "sandbox": provider == "sandbox", "own_server": false, "usable": usable, "keyed": usable, "estimate": null,
            "output_terms": {"commercial": "unknown"}, "variants": [], "own": false,
        }))
        .unwrap();
        endpoint.fields.extend(media.map(|required| Field {
            name: "image".into(),
            label: "Image".into(),
            help: String::new(),
            role: Role::Reference,
            kind: FieldKind::Media { media: MediaKind::Image, max_items: 1, list: false },
            required,
            default: None,
            hidden: false,
            advanced: false,
            mention: None,
            mask: None,
        }));
        endpoint
    }

    fn shelf() -> Vec<Endpoint> {
        vec![
            endpoint("fal:acme/stills", "image", false, None),
            endpoint("sandbox:sandbox/stills", "image", true, None),
            endpoint("sandbox:sandbox/edit", "image", true, Some(true)),
            endpoint("wave:acme/paint", "image", true, Some(false)),
            endpoint("sandbox:sandbox/clips", "video", true, None),
        ]
    }

    fn chosen(wish: &Wish<'_>, last: &[(&str, &str)]) -> Result<String, Failure> {
        let last = last.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        choose(&shelf(), &last, wish).map(|e| e.id.clone())
    }

    #[test]
    fn a_name_may_be_an_id_a_remote_id_or_a_family() {
        for (name, id) in [
            ("sandbox:sandbox/stills", "sandbox:sandbox/stills"),
            ("acme/paint", "wave:acme/paint"),
            // Two providers have it: the one that can run.
            ("stills", "sandbox:sandbox/stills"),
            // A key that is missing is said when it is sent, not hidden by another choice.
            ("acme/stills", "fal:acme/stills"),
        ] {
            let by_model = Wish { model: Some(name), ..Wish::default() };
            assert_eq!(chosen(&by_model, &[]).unwrap(), id);
            let by_route = Wish { route: Some(name), ..Wish::default() };
            assert_eq!(chosen(&by_route, &[]).unwrap(), id);
        }
    }

    #[test]
    fn without_a_name_the_last_one_comes_first_then_a_real_one_then_the_sandbox() {
        let image = Wish::default();
        assert_eq!(chosen(&image, &[]).unwrap(), "wave:acme/paint");
        let last = [("image", "sandbox:sandbox/stills"), ("video", "gone:x")];
        assert_eq!(chosen(&image, &last).unwrap(), "sandbox:sandbox/stills");
        let video = Wish { modality: Some(Modality::Video), ..Wish::default() };
        assert_eq!(chosen(&video, &last).unwrap(), "sandbox:sandbox/clips");
    }

    #[test]
    fn a_reference_asks_for_a_model_that_takes_one() {
        let wish = Wish { references: true, ..Wish::default() };
        assert_eq!(
            chosen(&wish, &[("image", "sandbox:sandbox/stills")]).unwrap(),
            "wave:acme/paint"
        );
        assert_eq!(
            chosen(&wish, &[("image", "sandbox:sandbox/edit")]).unwrap(),
            "sandbox:sandbox/edit"
        );
        assert_eq!(
            chosen(&Wish::default(), &[("image", "sandbox:sandbox/edit")]).unwrap(),
            "wave:acme/paint"
        );
    }

    #[test]
    fn a_route_is_typed_for_its_first_step_that_fits() {
        let mut shelf = shelf();
        for endpoint in &mut shelf {
            if endpoint.fields.is_empty() {
                let field = json!({"name": "prompt", "label": "Prompt", "help": "", "role": "prompt",
                    "kind": {"type": "text", "max_length": null, "multiline": true},
                    "required": true, "default": null, "hidden": false, "advanced": false});
                endpoint.fields.push(serde_json::from_value(field).unwrap());
            }
        }
        let route = Route {
            name: "Hero".into(),
            modality: Modality::Image,
            steps: ["gone:x", "sandbox:sandbox/edit", "sandbox:sandbox/stills"]
                .map(Into::into)
                .into(),
            most: None,
        };
        let typed = |wish: &Wish<'_>| step(&shelf, &route, wish).map(|e| e.id.clone());
        assert_eq!(typed(&Wish::default()).unwrap(), "sandbox:sandbox/stills");
        let with_picture = Wish { references: true, ..Wish::default() };
        assert_eq!(typed(&with_picture).unwrap(), "sandbox:sandbox/edit");
        let clip = Wish { modality: Some(Modality::Video), ..Wish::default() };
        assert_eq!(typed(&clip).unwrap_err().error.message, "That model makes pictures.");
        let gone = Route { steps: vec!["gone:x".into()], ..route.clone() };
        assert_eq!(step(&shelf, &gone, &Wish::default()).unwrap_err().exit, Exit::Usage);
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest() {
        let wrong = chosen(&Wish { model: Some("stils"), ..Wish::default() }, &[]).unwrap_err();
        assert_eq!(wrong.exit, Exit::Usage);
        assert_eq!(
            wrong.words(),
            "No model called stils.\nDid you mean stills, acme/stills or sandbox/stills?"
        );
        let route = chosen(&Wish { route: Some("Hero"), ..Wish::default() }, &[]).unwrap_err();
        assert_eq!(route.words(), "No route called Hero.\nSee them with `rushes routes`.");
        let clip =
            Wish { model: Some("paint"), modality: Some(Modality::Video), ..Wish::default() };
        assert_eq!(chosen(&clip, &[]).unwrap_err().error.message, "That model makes pictures.");
    }
}
