//! `rushes routes`.

use std::collections::BTreeMap;

use rushes_studio::api::types::{Endpoint, Route, RoutesFile};
use serde_json::{Value, json};

use crate::args::Routes;
use crate::choose::{Wish, choose, no_route, word};
use crate::exit::{Exit, Failure};
use crate::file::text_of;
use crate::out::Out;
use crate::session::Session;
use crate::words;

pub(crate) async fn run(session: &Session, command: Routes, out: Out) -> Result<Exit, Failure> {
    match command {
        Routes::List => {
            let routes = all(session).await?;
            out.results(&routes, "No routes yet. Make one with `rushes routes set`.", row);
        }
        Routes::Set { name, endpoints, most } => {
            let route: Route =
                session.call("save_route", wanted(session, &name, &endpoints, most).await?).await?;
            out.result(&route, |route| row(route).join("  "));
        }
        Routes::Remove { name } => {
            let routes = all(session).await?;
            let route = find(&routes, &name).ok_or_else(|| no_route(&[], &routes, &name))?;
            let _: Value = session.call("remove_route", json!({ "name": route.name })).await?;
            out.say(&format!("{} is gone. Jobs that run on it keep their steps.", route.name));
        }
        Routes::Export => {
            let file: RoutesFile = session.call("export_routes", json!({})).await?;
            out.result(&file, |file| file.toml.trim_end().to_owned());
        }
        Routes::Import { file } => {
            let toml = text_of(&file)?;
            let routes: Vec<Route> = session.call("import_routes", json!({ "toml": toml })).await?;
            out.results(&routes, "There is no route in this file.", row);
        }
    }
    Ok(Exit::Done)
}

/// All routes, by name.
pub(crate) async fn all(session: &Session) -> Result<Vec<Route>, Failure> {
    session.call("list_routes", json!({})).await
}

/// The route of that name, whatever the case of its letters.
pub(crate) fn find<'a>(routes: &'a [Route], name: &str) -> Option<&'a Route> {
    let alike = || routes.iter().find(|route| route.name.eq_ignore_ascii_case(name));
    routes.iter().find(|route| route.name == name).or_else(alike)
}

/// What was typed, with its names made ids. The first step says what the route makes.
async fn wanted(
    session: &Session,
    name: &str,
    typed: &[String],
    most: Option<i64>,
) -> Result<Value, Failure> {
    let endpoints: Vec<Endpoint> = session.call("list_endpoints", json!({})).await?;
    let mut steps: Vec<&Endpoint> = Vec::with_capacity(typed.len());
    for model in typed {
        let wish = Wish {
            model: Some(model),
            modality: steps.first().map(|first| first.modality),
            ..Wish::default()
        };
        steps.push(choose(&endpoints, &BTreeMap::new(), &wish)?);
    }
    let routes = all(session).await?;
    Ok(json!({
        "name": find(&routes, name).map_or(name, |known| known.name.as_str()),
        "modality": steps.first().map(|first| first.modality),
        "steps": steps.iter().map(|step| step.id.as_str()).collect::<Vec<_>>(),
        "most": most.map(|micros| json!({ "micros": micros, "currency": "USD", "exact": true })),
    }))
}

fn row(route: &Route) -> Vec<String> {
    let most = route.most.as_ref().map(|most| format!("at most {}", words::price(Some(most))));
    vec![
        word(route.modality).into(),
        route.name.clone(),
        route.steps.join(", then "),
        most.unwrap_or_default(),
    ]
}
