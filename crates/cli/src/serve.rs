//! `rushes serve`: the studio in a browser on this computer.

use std::sync::Arc;

use rushes_studio::http::{DoorConfig, UiFiles};
use rust_embed::RustEmbed;
use serde_json::json;

use crate::args::Place;
use crate::exit::{Exit, Failure};
use crate::interrupt::asked_to_stop;
use crate::out::Out;
use crate::session::{Engine, Session};

/// The page as it was built; in a debug build it is read from the folder at run time.
#[derive(RustEmbed)]
#[folder = "../../ui/dist"]
#[allow_missing = true]
struct Page;

pub(crate) async fn run(place: &Place, port: u16, out: Out) -> Result<Exit, Failure> {
    let door = DoorConfig { port, origins: Vec::new(), ui: Some(files()) };
    let session = Session::with_door(place, Engine::Runs, door).await?;
    let Some(door) = session.door().await else {
        return Err(Failure::failed(
            "Rushes is open in another process, which has this data folder.",
            "Close it first, or name another folder with --data.",
        ));
    };
    let has_page = Page::get("index.html").is_some();
    out.result(&json!({ "url": door.base, "page": has_page }), |_| door.base.clone());
    if !has_page {
        out.say("The page was not built, so only calls, changes and media answer. Build it with: cd ui && npm ci && npm run build");
    }
    out.say("Whoever has this address can spend with your keys. Stop with Ctrl+C.");
    asked_to_stop().await;
    session.close().await;
    Ok(Exit::Done)
}

fn files() -> UiFiles {
    Arc::new(|path| {
        let file = Page::get(path)?;
        let kind = file.metadata.mimetype().to_owned();
        Some((file.data, kind))
    })
}
