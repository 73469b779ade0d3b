//! `rushes doctor`.

use rushes_studio::api::types::{Diagnosis, Finding, FindingState};
use rushes_studio::clock::System;
use rushes_studio::doctor::mend_book;
use serde_json::json;

use crate::args::Place;
use crate::exit::{Exit, Failure};
use crate::out::Out;
use crate::session::{Engine, Session, data_dir};

pub(crate) async fn run(place: &Place, repair: bool, out: Out) -> Result<Exit, Failure> {
    let mut findings = Vec::new();
    let session = match Session::open(place, Engine::Rests).await {
        Err(failure) if failure.error.code == "damaged" => {
            let data = data_dir(place)?;
            let mended = tokio::task::spawn_blocking(move || mend_book(&data, &System, repair));
            let mended = mended.await.map_err(|error| {
                Failure::failed("The check of the job book stopped.", "Try again.").because(error)
            })?;
            let open = mended.state.is_open();
            findings.push(mended);
            if open {
                // The rest hangs on the job book.
                return Ok(tell(&findings, out));
            }
            Session::open(place, Engine::Rests).await?
        }
        opened => opened?,
    };
    let lent = session.is_lent().await;
    // Under another process's hands nothing is mended, only looked at.
    let asked = json!({ "repair": repair && !lent });
    let looked = session.call::<Diagnosis>("look_over", asked).await;
    session.close().await;
    findings.extend(looked?.findings);
    let exit = tell(&findings, out);
    if lent && repair && exit != Exit::Done {
        out.say("Rushes is open in another process, so nothing was mended. Close it and run this again.");
    }
    Ok(exit)
}

fn tell(findings: &[Finding], out: Out) -> Exit {
    for finding in findings {
        out.result(finding, words);
    }
    let open = findings.iter().filter(|finding| finding.state.is_open());
    let mendable = open.clone().any(|finding| finding.state == FindingState::Repairable);
    if mendable {
        out.say("Mend what can be mended with: rushes doctor --repair");
    }
    if open.count() == 0 { Exit::Done } else { Exit::Failed }
}

/// The longest list that is told to a person; `--json` tells all.
const MOST: usize = 20;

fn words(finding: &Finding) -> String {
    let state = match finding.state {
        FindingState::Fine => "fine",
        FindingState::Note => "note",
        FindingState::Repaired => "mended",
        FindingState::Repairable => "can be mended",
        FindingState::Yours => "needs you",
    };
    let mut lines = vec![format!("{:<11} {state}: {}", finding.check, finding.message)];
    if !finding.hint.is_empty() {
        lines.push(format!("  {}", finding.hint));
    }
    lines.extend(finding.items.iter().take(MOST).map(|item| format!("    {item}")));
    if finding.items.len() > MOST {
        lines.push(format!("    and {} more; --json lists all", finding.items.len() - MOST));
    }
    lines.join("\n")
}
