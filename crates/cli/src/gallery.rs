//! `rushes gallery`.

use rushes_studio::api::types::{Print, PrintBook, PrintPage, Verification};
use serde_json::{Value, json};

use crate::args::Gallery;
use crate::exit::{Exit, Failure};
use crate::out::Out;
use crate::session::Session;
use crate::words;

pub(crate) async fn run(session: &Session, command: Gallery, out: Out) -> Result<Exit, Failure> {
    match command {
        Gallery::List { find, sort } => {
            list(session, json!({ "find": find, "sort": sort }), find.is_some(), out).await
        }
        Gallery::Search { words } => {
            list(session, json!({ "words": words.join(" ") }), true, out).await
        }
        Gallery::Show { id } => {
            let book: PrintBook = session.call("get_print", json!({ "id": id })).await?;
            out.result(&book, about);
            Ok(Exit::Done)
        }
        Gallery::Verify => {
            let found: Verification = session.call("verify_library", json!({})).await?;
            let sound = found.missing.is_empty() && found.changed.is_empty();
            out.result(&found, verified);
            Ok(if sound { Exit::Done } else { Exit::Failed })
        }
    }
}

/// All pages, each printed as it comes.
async fn list(
    session: &Session,
    mut asked: Value,
    searched: bool,
    out: Out,
) -> Result<Exit, Failure> {
    let mut before: Option<String> = None;
    asked["limit"] = json!(1000);
    loop {
        asked["before"] = json!(before);
        let page: PrintPage = session.call("list_prints", asked.clone()).await?;
        let empty = if searched {
            "Nothing matches."
        } else {
            "Nothing printed yet. Every picture and video you make is saved here the moment it lands."
        };
        if before.is_none() || !page.prints.is_empty() {
            out.results(&page.prints, empty, row);
        }
        before = page.next;
        if before.is_none() {
            return Ok(Exit::Done);
        }
    }
}

fn row(print: &Print) -> Vec<String> {
    let length = print.duration_ms.map(|ms| format!(", {}", words::clock(ms))).unwrap_or_default();
    vec![
        print.id.clone(),
        print.code.clone(),
        print.day.clone(),
        format!("{}{length}", words::pixels(print.width, print.height)),
        words::short(&print.prompt, 40),
        if print.present { print.path.clone() } else { format!("{} (not there)", print.path) },
    ]
}

fn about(book: &PrintBook) -> String {
    let PrintBook { print, job, .. } = book;
    let made =
        if print.sandbox { "sandbox, no AI".into() } else { format!("at {}", print.provider_name) };
    let inputs = job
        .inputs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("  ");
    [
        print.path.clone(),
        format!(
            "{}  {}  {}",
            print.code,
            words::pixels(print.width, print.height),
            print.media_type
        ),
        format!("{}, {made}, {}", print.model_name, words::price(job.price.as_ref())),
        format!(
            "Waited {}, rendered {}, saved in {} ms",
            words::clock(book.waited_ms),
            words::clock(book.rendered_ms),
            book.saved_ms
        ),
        inputs,
    ]
    .join("\n  ")
}

fn verified(found: &Verification) -> String {
    let mut lines = vec![format!("{} files are as they were saved.", found.sound)];
    let lists = [
        ("Missing", &found.missing),
        ("Changed", &found.changed),
        ("Half-written, no output", &found.partial),
    ];
    for (what, paths) in lists {
        lines.extend(paths.iter().map(|path| format!("{what}: {path}")));
    }
    lines.join("\n")
}
