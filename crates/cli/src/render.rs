//! `rushes render`.

use rushes_studio::api::types::{Asset, Endpoint, Route, Settings, Submission};
use rushes_studio::types::Modality;
use serde_json::json;

use crate::args::Render;
use crate::choose::{Wish, choose, named, no_route, step, takes_media};
use crate::exit::{Exit, Failure};
use crate::models::learnt;
use crate::out::Out;
use crate::session::Session;
use crate::{follow, inputs, routes, vary};

pub(crate) async fn run(session: &Session, args: &Render, out: Out) -> Result<Exit, Failure> {
    let endpoints: Vec<Endpoint> = session.call("list_endpoints", json!({})).await?;
    let settings: Settings = session.call("get_settings", json!({})).await?;
    let wish = Wish {
        model: args.model.as_deref(),
        route: args.route.as_deref(),
        modality: match (args.image, args.video) {
            (true, _) => Some(Modality::Image),
            (_, true) => Some(Modality::Video),
            _ => None,
        },
        references: !args.references.is_empty(),
    };
    let route = route(session, &endpoints, wish.route).await?;
    let endpoint = match &route {
        Some(route) => step(&endpoints, route, &wish)?,
        None => choose(&endpoints, &settings.last_endpoint, &wish)?,
    };
    let endpoint = &learnt(session, endpoint.clone()).await?;
    let inputs = inputs::read(endpoint, &args.prompt, &args.set)?;
    let references = inputs::place(endpoint, &import(session, endpoint, args).await?)?;
    if vary::is_wished(args) {
        let of = (args, endpoint, endpoints.as_slice());
        return vary::run(session, of, (inputs, json!(references)), out).await;
    }
    let composition = json!({
        "endpoint": endpoint.id,
        "route": route.as_ref().map(|route| route.name.as_str()),
        "inputs": inputs.values,
        "references": references,
        "count": args.count,
        "keep_seed": inputs.keep_seed,
        "accept_unpriced": args.unpriced,
    });
    let submission: Submission = session.call("submit_job", composition).await?;
    if let Some(problem) = submission.problems.first() {
        let all: Vec<&str> = submission.problems.iter().map(|p| p.message.as_str()).collect();
        let hint =
            format!("Nothing was sent. See the inputs with `rushes models show {}`.", endpoint.id);
        let message = if all.len() == 1 { problem.message.clone() } else { all.join("\n") };
        return Err(Failure::usage(message, hint));
    }
    let ids: Vec<String> = submission.jobs.into_iter().map(|job| job.id).collect();
    if args.detach {
        follow::until_handed_over(session, &ids, out).await
    } else {
        follow::to_the_end(session, &ids, out).await
    }
}

/// The route of that name; none where the name is a model's, which is a route of one step.
async fn route(
    session: &Session,
    endpoints: &[Endpoint],
    name: Option<&str>,
) -> Result<Option<Route>, Failure> {
    let Some(name) = name else { return Ok(None) };
    let all = routes::all(session).await?;
    match routes::find(&all, name) {
        Some(route) => Ok(Some(route.clone())),
        None if named(endpoints, name).is_some() => Ok(None),
        None => Err(no_route(endpoints, &all, name)),
    }
}

/// Takes the files into the library, in the order they were typed.
async fn import(
    session: &Session,
    endpoint: &Endpoint,
    args: &Render,
) -> Result<Vec<Asset>, Failure> {
    if !args.references.is_empty() && !takes_media(endpoint) {
        let message = format!("{} takes no references.", endpoint.name);
        return Err(Failure::usage(
            message,
            "Leave --ref away, or choose another model with --model.",
        ));
    }
    let mut assets = Vec::new();
    for file in &args.references {
        let path = std::path::absolute(file).map_err(|e| {
            Failure::usage(format!("{} cannot be read.", file.display()), "Give a picture or clip.")
                .because(e)
        })?;
        assets.push(session.call("import_file", json!({ "path": path })).await?);
    }
    Ok(assets)
}
