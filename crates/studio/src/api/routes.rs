//! Routes: kept, listed, removed.

use super::commands::{ByName, Nothing, SaveRoute, Saved};
use super::saving::save;
use crate::Studio;
use crate::catalog::routes_file;
use crate::store;
use crate::view::{ApiError, Route, RouteChange, RoutesFile, SavedFile};
use rushes_providers::types::{Modality, Price};

/// Longest name, in characters.
const LONGEST_NAME: usize = 60;
/// Most steps.
const MOST_STEPS: usize = 8;
/// What the file of all routes is called.
const FILE: &str = "rushes-routes.toml";

pub(super) async fn list_routes(studio: &Studio, _: Nothing) -> Result<Vec<Route>, ApiError> {
    Ok(studio.store.read(store::routes::list).await?)
}

pub(super) async fn save_route(studio: &Studio, wanted: SaveRoute) -> Result<Route, ApiError> {
    let SaveRoute { name, modality, steps, most, was } = wanted;
    let route = checked(studio, Route { name, modality, steps, most })?;
    let kept = route.clone();
    let was = was.filter(|was| *was != kept.name);
    let done = studio
        .store
        .write(move |tx| match was {
            Some(was) => tx.rename_route(&was, &kept),
            None => tx.keep_route(&kept).map(|()| true),
        })
        .await?;
    if !done {
        return Err(invalid(
            t!("Another route is called {name}.", name = route.name),
            t!("Choose a name that no other has. Both routes are as they were."),
        ));
    }
    Ok(route)
}

pub(super) async fn export_routes(studio: &Studio, _: Nothing) -> Result<RoutesFile, ApiError> {
    let routes = studio.store.read(store::routes::list).await?;
    let toml = routes_file::write(&routes).map_err(|error| ApiError::internal(&error))?;
    Ok(RoutesFile { toml })
}

pub(super) async fn save_routes(studio: &Studio, _: Nothing) -> Result<SavedFile, ApiError> {
    let RoutesFile { toml } = export_routes(studio, Nothing {}).await?;
    save(FILE, toml).await
}

pub(super) async fn preview_routes(
    studio: &Studio,
    file: RoutesFile,
) -> Result<Vec<RouteChange>, ApiError> {
    let routes = read(studio, &file)?;
    let mut kept = studio.store.read(store::routes::list).await?;
    let mut taken = |name: &str| {
        let at = kept.iter().position(|kept| kept.name == name)?;
        Some(kept.swap_remove(at))
    };
    Ok(routes.into_iter().map(|route| RouteChange { before: taken(&route.name), route }).collect())
}

pub(super) async fn import_routes(
    studio: &Studio,
    file: RoutesFile,
) -> Result<Vec<Route>, ApiError> {
    let routes = read(studio, &file)?;
    let kept = routes.clone();
    studio.store.write(move |tx| kept.iter().try_for_each(|route| tx.keep_route(route))).await?;
    Ok(routes)
}

/// The routes of a file as they would be kept, or what is wrong with the first that can't be.
fn read(studio: &Studio, file: &RoutesFile) -> Result<Vec<Route>, ApiError> {
    let hint = t!(
        "Choose a file that routes were saved to, or mend this one. Your routes are as they were."
    );
    let routes = routes_file::read(&file.toml).map_err(|why| invalid(why, hint))?;
    let routes = routes
        .into_iter()
        .map(|route| {
            let name = route.name.clone();
            checked(studio, route).map_err(|error| {
                invalid(
                    t!("{name}: {message}", name, message = error.message),
                    format!("{} {hint}", error.hint),
                )
            })
        })
        .collect::<Result<Vec<Route>, _>>()?;
    for (n, route) in routes.iter().enumerate() {
        if routes[..n].iter().any(|before| before.name == route.name) {
            return Err(invalid(t!("{name} is in this file twice.", name = route.name), hint));
        }
    }
    Ok(routes)
}

/// A route as it is kept, or what is wrong with it.
fn checked(studio: &Studio, route: Route) -> Result<Route, ApiError> {
    let name = name(&route.name)?;
    steps(studio, route.modality, &route.steps)?;
    let most = route.most.as_ref().map(most).transpose()?;
    Ok(Route { name, most, ..route })
}

pub(super) async fn remove_route(studio: &Studio, wanted: ByName) -> Result<Saved, ApiError> {
    studio.store.write(move |tx| tx.remove_route(&wanted.name)).await?;
    Ok(Saved { saved: true })
}

fn invalid(message: impl Into<String>, hint: impl Into<String>) -> ApiError {
    ApiError::new("invalid", message, hint)
}

fn name(typed: &str) -> Result<String, ApiError> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(invalid(
            t!("A route needs a name."),
            t!("Call it by what it is for, like Hero video."),
        ));
    }
    let long = name.chars().count();
    if long > LONGEST_NAME {
        return Err(invalid(
            t!(
                "A route's name has up to {most} characters, this has {long}.",
                most = LONGEST_NAME,
                long
            ),
            t!("Shorten it."),
        ));
    }
    if name.chars().any(char::is_control) {
        return Err(invalid(t!("A route's name is made of letters."), t!("Type it anew.")));
    }
    Ok(name)
}

fn steps(studio: &Studio, modality: Modality, ids: &[String]) -> Result<(), ApiError> {
    if ids.is_empty() {
        return Err(invalid(
            t!("A route needs at least one model."),
            t!("Add the one to try first."),
        ));
    }
    if ids.len() > MOST_STEPS {
        return Err(invalid(
            t!("A route has up to {most} steps, these are {n}.", most = MOST_STEPS, n = ids.len()),
            t!("Leave some out."),
        ));
    }
    for (n, id) in ids.iter().enumerate() {
        let entry = super::catalogue::entry(studio, id)?;
        if ids[..n].contains(id) {
            return Err(invalid(
                t!("{name} is in this route twice.", name = entry.name),
                t!(
                    "Leave one of them out. A step that can't do it would not on a second try either."
                ),
            ));
        }
        if entry.modality != modality {
            return Err(invalid(
                match entry.modality {
                    Modality::Image => {
                        t!("{name} makes pictures, and this route is for clips.", name = entry.name)
                    }
                    Modality::Video => {
                        t!("{name} makes clips, and this route is for pictures.", name = entry.name)
                    }
                },
                t!("Keep a route for pictures and another one for clips."),
            ));
        }
    }
    Ok(())
}

fn most(price: &Price) -> Result<Price, ApiError> {
    let currency = price.currency.trim().to_uppercase();
    if price.micros < 0 || currency.len() != 3 || !currency.chars().all(|c| c.is_ascii_uppercase())
    {
        return Err(invalid(
            t!("The most a route may cost is a sum in a currency."),
            t!("Give it like 0.50 in USD, or leave it out."),
        ));
    }
    Ok(Price { micros: price.micros, currency, exact: true })
}
