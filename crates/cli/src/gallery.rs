//! `rushes gallery`.

use std::path::{Path, PathBuf};

use rushes_studio::api::types::{Imported, Print, PrintBook, PrintPage, Verification};
use serde_json::{Value, json};

use crate::args::Gallery;
use crate::exit::{Exit, Failure};
use crate::moving;
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
        Gallery::Import { paths } => import(session, &paths, out).await,
        Gallery::Verify => verify(session, out).await,
        Gallery::Move { to } => moving::run(session, &to, out).await,
        Gallery::Rebuild { .. } => Err(Failure::failed(
            "A rebuild needs the data folder for itself.",
            "Close Rushes, then run it again.",
        )),
    }
}

/// How many files are checked between two words on how far it is.
const PART: u32 = 200;

/// Part by part, so that it can be seen how far it is, in another process too.
async fn verify(session: &Session, out: Out) -> Result<Exit, Failure> {
    let (mut all, mut after, mut checked): (Option<Verification>, Option<i64>, _) = (None, None, 0);
    let found = loop {
        let asked = json!({ "after": after, "most": PART });
        let part: Verification = session.call("verify_library", asked).await?;
        checked += part.sound as usize + part.missing.len() + part.changed.len();
        let (next, total) = (part.next, part.total);
        let found = match all.take() {
            None => part,
            Some(before) => together(before, part),
        };
        after = next;
        if next.is_none() {
            break found;
        }
        if out.is_json() {
            out.result(&json!({ "checked": checked, "of": total }), |_| String::new());
        }
        out.progress(&format!("{checked} of {total} files checked"));
        all = Some(found);
    };
    out.progress("");
    let sound = found.missing.is_empty() && found.changed.is_empty();
    out.result(&found, verified);
    Ok(if sound { Exit::Done } else { Exit::Failed })
}

fn together(mut all: Verification, part: Verification) -> Verification {
    all.sound += part.sound;
    all.missing.extend(part.missing);
    all.changed.extend(part.changed);
    all.codes.extend(part.codes);
    Verification {
        partial: part.partial,
        strangers: part.strangers,
        total: part.total,
        next: part.next,
        ..all
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
            if let Some(away) = session.library_away() {
                out.say(&away);
            }
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
    let PrintBook { print, .. } = book;
    let Some(job) = &book.job else { return about_import(book) };
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

/// Nobody here sent it, so there is no provider, price or time to tell of.
fn about_import(book: &PrintBook) -> String {
    let PrintBook { print, .. } = book;
    let record = book.import.clone().unwrap_or_default();
    let known = |what: &str, value: Option<String>| value.map(|value| format!("{what} {value}"));
    let mut lines = vec![
        print.path.clone(),
        format!(
            "{}  {}  {}",
            print.code,
            words::pixels(print.width, print.height),
            print.media_type
        ),
        format!("Imported as {}", record.name),
    ];
    if !record.program.is_empty() {
        lines.push(format!("Written by {}", record.program));
    }
    if !print.prompt.is_empty() {
        lines.push(format!("Prompt: {}", print.prompt));
    }
    lines.extend(record.negative.map(|negative| format!("Not wanted: {negative}")));
    let settings = [
        Some(print.model_name.clone()).filter(|model| !model.is_empty()),
        known("seed", record.seed),
        record.steps.map(|steps| format!("{steps} steps")),
        record.sampler,
        known("guidance", record.guidance.map(|guidance| guidance.to_string())),
    ];
    let settings: Vec<String> = settings.into_iter().flatten().collect();
    if !settings.is_empty() {
        lines.push(settings.join(", "));
    }
    lines.join("\n  ")
}

async fn import(session: &Session, paths: &[PathBuf], out: Out) -> Result<Exit, Failure> {
    let paths = paths.iter().map(|path| whole(path)).collect::<Result<Vec<_>, _>>()?;
    let imported: Imported = session.call("import_files", json!({ "paths": paths })).await?;
    out.result(&imported, |imported| {
        let mut parts = vec![format!("{} added", imported.added.len())];
        if imported.known > 0 {
            let verb = if imported.known == 1 { "was" } else { "were" };
            parts.push(format!("{} {verb} here already", imported.known));
        }
        if !imported.skipped.is_empty() {
            parts.push(format!("{} skipped", imported.skipped.len()));
        }
        format!("{}.", parts.join(", "))
    });
    for skipped in &imported.skipped {
        out.say(format!("{}: {} {}", skipped.path, skipped.message, skipped.hint).trim_end());
    }
    if imported.stopped {
        out.say(
            "It was stopped before the end. What was added stays; import the same again to go on.",
        );
    }
    let nothing = imported.added.is_empty() && imported.known == 0;
    Ok(if imported.stopped || nothing { Exit::Failed } else { Exit::Done })
}

/// The path as another process sees it too.
fn whole(path: &Path) -> Result<String, Failure> {
    let whole = std::path::absolute(path).map_err(|error| {
        Failure::usage(format!("{} is no path.", path.display()), "Give a file or a folder.")
            .because(error)
    })?;
    whole.into_os_string().into_string().map_err(|path| {
        Failure::usage(
            format!("{} has a name that is no text.", Path::new(&path).display()),
            "Rename it, or import the folder that it lies in.",
        )
    })
}

fn verified(found: &Verification) -> String {
    let mut lines = vec![format!("{} files are as they were saved.", found.sound)];
    let lists = [
        ("Missing", &found.missing),
        ("Changed", &found.changed),
        ("Half-written, no output", &found.partial),
        ("Not in the job book, left alone", &found.strangers),
    ];
    for (what, paths) in lists {
        lines.extend(paths.iter().map(|path| match found.codes.get(path) {
            Some(code) => format!("{what}: {path} ({code})"),
            None => format!("{what}: {path}"),
        }));
    }
    lines.join("\n")
}
