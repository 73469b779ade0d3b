//! `rushes gallery rebuild`.

use rushes_studio::api::types::RebuildReport;
use rushes_studio::clock::System;
use rushes_studio::rebuild_book;
use serde_json::json;

use crate::args::Place;
use crate::exit::{Exit, Failure};
use crate::out::Out;
use crate::session::{data_dir, library_dir};

/// How many prints are done between two words on how far it is.
const PART: usize = 1_000;

pub(crate) async fn run(place: &Place, anew: bool, out: Out) -> Result<Exit, Failure> {
    let (data, library) = (data_dir(place)?, library_dir(place)?);
    let rebuilt = tokio::task::spawn_blocking(move || {
        rebuild_book(&data, &library, &System, anew, &mut |done, all| {
            if done.is_multiple_of(PART) && done < all {
                out.progress(&format!("{done} of {all} prints"));
                if out.is_json() {
                    out.result(&json!({ "rebuilt": done, "of": all }), |_| String::new());
                }
            }
        })
    });
    let rebuilt = rebuilt.await.map_err(|error| {
        Failure::failed("The rebuild stopped. Everything is as it was.", "Try again.")
            .because(error)
    })?;
    out.progress("");
    out.result(&rebuilt?, words);
    Ok(Exit::Done)
}

fn words(report: &RebuildReport) -> String {
    let mut lines = vec![format!(
        "A new job book with {} prints and {} references, from the library folder alone.",
        report.prints, report.references
    )];
    lines.extend(report.aside.iter().map(|aside| format!("The one before is kept: {aside}")));
    let lists = [
        ("Missing; it comes back with its file", &report.missing),
        ("Only what the file itself tells is known", &report.bare),
        ("Damaged, kept beside its print", &report.damaged),
        ("A copy of another print", &report.copies),
        ("No picture, clip or sound, left alone", &report.strangers),
    ];
    for (what, paths) in lists {
        lines.extend(paths.iter().map(|path| format!("{what}: {path}")));
    }
    lines.push(
        "Keys are in your keychain as before. Settings, routes, saved searches, empty collections and jobs \
         without a print are not kept in the folder."
            .to_owned(),
    );
    lines.join("\n")
}
