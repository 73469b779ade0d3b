//! `rushes providers`.

use rushes_studio::api::types::KeyRow;
use serde_json::json;

use crate::args::Providers;
use crate::exit::{Exit, Failure};
use crate::out::Out;
use crate::session::Session;

pub(crate) async fn run(session: &Session, command: Providers, out: Out) -> Result<Exit, Failure> {
    match command {
        Providers::List => {
            let rows: Vec<KeyRow> = session.call("list_keys", json!({})).await?;
            out.results(&rows, "No providers are known.", row);
        }
        Providers::Set { provider, base_url } => {
            let base_url = Some(base_url).filter(|url| url != "default");
            let asked = json!({ "provider": provider, "base_url": base_url });
            let row: KeyRow = session.call("set_base_url", asked).await?;
            out.result(&row, |row| format!("{} is called at {}", row.provider_name, row.base_url));
        }
    }
    Ok(Exit::Done)
}

fn row(row: &KeyRow) -> Vec<String> {
    let models = match row.models {
        0 => "no live list yet".into(),
        1 => "1 live model".into(),
        n => format!("{n} live models"),
    };
    let called = row.needs_key || row.own_server;
    let address = if called { row.base_url.clone() } else { "in Rushes".into() };
    let set = if row.base_url_is_default { "" } else { "(set by you)" };
    vec![row.provider.clone(), row.provider_name.clone(), models, address, set.into()]
}
