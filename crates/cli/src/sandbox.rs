//! `rushes sandbox`: the stand-in on its own.

use std::time::Duration;

use rushes_sandbox::{Config, RenderTime, Script};
use serde_json::json;

use crate::args::Sandbox;
use crate::exit::{Exit, Failure};
use crate::interrupt::asked_to_stop;
use crate::out::Out;

pub(crate) async fn run(args: Sandbox, out: Out) -> Result<Exit, Failure> {
    let script = args.script.map(Script::read).transpose().map_err(|e| {
        Failure::usage("The script cannot be read.", "Give JSON or TOML with a list of rules.")
            .because(e)
    })?;
    let any = args.token.is_none();
    let config = Config {
        port: args.port,
        token: args.token,
        render_time: RenderTime {
            image: Duration::from_secs_f64(args.image_seconds),
            video: Duration::from_secs_f64(args.video_seconds),
        },
        url_life: Duration::from_secs_f64(args.url_life),
        ledger: args.ledger,
        script: script.unwrap_or_default(),
        state_dir: args.state,
        ..Config::default()
    };
    let sandbox = rushes_sandbox::Sandbox::start(config).await.map_err(|e| {
        Failure::failed(
            "The sandbox cannot start.",
            "Try another port, or look at the file that is named.",
        )
        .because(e)
    })?;
    let about =
        json!({ "base_url": sandbox.base_url(), "token": sandbox.token(), "any_token": any });
    out.result(&about, |_| {
        let key = if any {
            format!("any key, such as {}", sandbox.token())
        } else {
            format!("the key {}", sandbox.token())
        };
        format!("The sandbox (no AI, free) answers at {} with {key}", sandbox.base_url())
    });
    out.say("Stop it with Ctrl+C.");
    asked_to_stop().await;
    sandbox.stop().await;
    Ok(Exit::Done)
}
