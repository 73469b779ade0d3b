//! `rushes gallery move`.

use std::path::Path;

use rushes_studio::api::types::{MovePhase, Moved};
use serde_json::json;

use crate::exit::{Exit, Failure};
use crate::out::Out;
use crate::session::{Session, absolute};

/// Part by part, so that it can be seen how far it is, in another process too.
pub(crate) async fn run(session: &Session, to: &Path, out: Out) -> Result<Exit, Failure> {
    let to = absolute(to)?;
    let asked = json!({ "to": to });
    loop {
        let part: Moved = session.call("move_library", asked.clone()).await?;
        let said = match part.phase {
            MovePhase::Copying => "copied and compared",
            MovePhase::Removing => "removed from the old place",
            MovePhase::Waiting | MovePhase::Over => {
                out.progress("");
                out.result(&part, words);
                return Ok(Exit::Done);
            }
        };
        if out.is_json() {
            out.result(&part, |_| String::new());
        }
        out.progress(&format!("{} of {} files {said}", part.done, part.total));
    }
}

fn words(moved: &Moved) -> String {
    let mut lines = vec![format!("The library is in {} now.", moved.to)];
    if moved.phase == MovePhase::Waiting {
        lines.push(format!(
            "Files on their way in still lie in {}. They are taken along at the next start of Rushes.",
            moved.from
        ));
    }
    if !moved.left.is_empty() {
        lines.push(format!("These stay in {}:", moved.from));
        lines.extend(moved.left.iter().map(|path| format!("  {path}")));
    }
    lines.join("\n")
}
