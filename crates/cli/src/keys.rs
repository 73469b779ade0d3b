//! `rushes keys`. A key goes in by stdin and never comes out.

use std::io::{self, IsTerminal, Read};

use rushes_studio::api::types::KeyRow;
use serde_json::json;

use crate::args::Keys;
use crate::exit::{Exit, Failure};
use crate::out::Out;
use crate::session::Session;

/// No provider's key is longer; a larger input is something else.
const LONGEST: u64 = 8 * 1024;

pub(crate) async fn run(session: &Session, command: Keys, out: Out) -> Result<Exit, Failure> {
    match command {
        Keys::List => {
            let keys: Vec<KeyRow> = session.call("list_keys", json!({})).await?;
            out.results(&keys, "No providers are known.", row);
            Ok(Exit::Done)
        }
        Keys::Set { provider } => {
            let key = read(&provider)?;
            let row: KeyRow =
                session.call("set_key", json!({ "provider": provider, "key": key })).await?;
            Ok(tested(&row, out))
        }
        Keys::Test { provider } => {
            let row: KeyRow = session.call("test_key", json!({ "provider": provider })).await?;
            Ok(tested(&row, out))
        }
        Keys::Remove { provider } => {
            let row: KeyRow = session.call("remove_key", json!({ "provider": provider })).await?;
            out.result(&row, |row| format!("{}: {}", row.provider_name, place(row)));
            Ok(Exit::Done)
        }
    }
}

/// Typed unseen on a terminal, else the whole of stdin.
fn read(provider: &str) -> Result<String, Failure> {
    let stdin = io::stdin();
    let key = if stdin.is_terminal() {
        rpassword::prompt_password(format!("Key for {provider} (not shown): "))
    } else {
        let mut text = String::new();
        stdin.lock().take(LONGEST).read_to_string(&mut text).map(|_| text)
    };
    let key =
        key.map_err(|e| Failure::usage("The key cannot be read.", "Pass it on stdin.").because(e))?;
    match key.trim() {
        "" => Err(Failure::usage(
            "There is no key on stdin.",
            format!("Try: rushes keys set {provider} < key.txt"),
        )),
        key => Ok(key.to_owned()),
    }
}

fn tested(row: &KeyRow, out: Out) -> Exit {
    out.result(row, |row| {
        let test = row.test.as_ref().map_or("Not tested.", |test| test.message.as_str());
        format!("{}: {}. {test}", row.provider_name, place(row))
    });
    match &row.test {
        Some(test) if !test.works => Exit::Failed,
        _ => Exit::Done,
    }
}

fn place(row: &KeyRow) -> String {
    match (row.needs_key, row.place.as_deref()) {
        (false, None) => "needs no key".into(),
        (_, Some("keychain")) => "key in your keychain".into(),
        (_, Some("environment")) => match &row.key_env {
            Some(name) => format!("key from {name}"),
            None => "key from the environment".into(),
        },
        (_, Some(_)) => "key until Rushes closes".into(),
        (true, None) => "no key".into(),
    }
}

fn row(row: &KeyRow) -> Vec<String> {
    let test = row.test.as_ref().map(|test| test.message.clone()).unwrap_or_default();
    vec![row.provider.clone(), row.provider_name.clone(), place(row), test]
}
