//! Paints a sheet of samples into a folder: `cargo run -p rushes-sandbox --example samples -- <folder> [word]`.
//! With a word, only the samples whose name holds it; `clip-sea` for a clip, `edit` for edits and camera moves of
//! samples that are in the folder.
#![allow(clippy::print_stdout, clippy::disallowed_methods)] // a tool for the terminal

use std::path::PathBuf;
use std::time::{Duration, Instant};

use rushes_sandbox::{Config, RenderTime, Sandbox};
use serde_json::{Value, json};

const STILLS: &[(&str, &str)] = &[
    ("hills", "Hills before sunrise, thin mist, one bright disc"),
    ("mountains", "Snowy mountain peaks at dawn, alpine light"),
    ("sea", "Waves rolling to a quiet beach at golden hour"),
    ("boat", "A small boat on the sea at sunset"),
    ("lake", "Wooden boats moored on still water, a lake at dusk"),
    ("forest", "Pine forest in morning mist"),
    ("city", "City skyline in the evening, lit windows"),
    ("neon", "Neon city at night after rain"),
    ("desert", "Desert dunes, long shadows"),
    ("night", "Night sky full of stars over a valley, milky way"),
    ("aurora", "Aurora over snowy hills"),
    ("abstract", "Abstract silk in slow folds"),
    ("storm", "Stormy sea under heavy clouds"),
    ("portrait", "A portrait of an old sailor"),
];

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("name a folder")?);
    let word = arguments.next().unwrap_or_default();
    std::fs::create_dir_all(&folder)?;
    let config = Config {
        sync_wait: Duration::from_mins(10),
        render_time: RenderTime { image: Duration::ZERO, video: Duration::ZERO },
        ..Config::default()
    };
    let sandbox = Sandbox::start(config).await?;
    let client = reqwest::Client::new();
    for (name, prompt) in STILLS.iter().filter(|(name, _)| name.contains(&word)) {
        for seed in 0..4 {
            let inputs = json!({"prompt": prompt, "seed": seed, "size": if seed % 2 == 0 { "768*512" } else { "512*768" }});
            let inputs = if seed == 3 {
                json!({"prompt": prompt, "seed": seed, "aspect_ratio": "1:1"})
            } else {
                inputs
            };
            make(
                &client,
                &sandbox,
                "sandbox/stills",
                &inputs,
                &folder.join(format!("{name}-{seed}.png")),
            )
            .await?;
        }
    }
    for (name, prompt) in
        STILLS.iter().filter(|(name, _)| !word.is_empty() && format!("clip-{name}").contains(&word))
    {
        let inputs = json!({"prompt": prompt, "seed": 0, "duration": 5, "resolution": "720p"});
        make(&client, &sandbox, "sandbox/clips", &inputs, &folder.join(format!("clip-{name}.mp4")))
            .await?;
    }
    for name in ["city-0", "mountains-3", "sea-1"].iter().filter(|_| word == "edit") {
        let from = std::fs::read(folder.join(format!("{name}.png")))?;
        let form = "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n";
        let body = [form.as_bytes(), &from, b"\r\n--cut--\r\n"].concat();
        let url = format!("{}/api/v3/media/upload/binary", sandbox.base_url());
        let request = client.post(url).bearer_auth(sandbox.token());
        let request = request.header("content-type", "multipart/form-data; boundary=cut");
        let answer: Value = request.body(body).send().await?.json().await?;
        let picture = &answer["data"]["download_url"];
        for prompt in ["golden evening light", "neon night", "misty dawn"] {
            let inputs = json!({"prompt": prompt, "images": [picture], "seed": 1});
            let path = folder.join(format!("edit-{name}-{}.png", prompt.replace(' ', "-")));
            make(&client, &sandbox, "sandbox/stills/edit", &inputs, &path).await?;
        }
        let inputs = json!({"prompt": "slow push in, mist drifting", "image": picture, "seed": 1, "resolution": "480p", "duration": 3});
        make(
            &client,
            &sandbox,
            "sandbox/clips/image-to-video",
            &inputs,
            &folder.join(format!("move-{name}.mp4")),
        )
        .await?;
    }
    sandbox.stop().await;
    Ok(())
}

async fn make(
    client: &reqwest::Client,
    sandbox: &Sandbox,
    model: &str,
    inputs: &Value,
    path: &std::path::Path,
) -> Result<(), Failure> {
    let begun = Instant::now();
    let mut inputs = inputs.clone();
    inputs["enable_sync_mode"] = true.into();
    let url = format!("{}/api/v3/{model}", sandbox.base_url());
    let answer: Value =
        client.post(url).bearer_auth(sandbox.token()).json(&inputs).send().await?.json().await?;
    let output = answer["data"]["outputs"][0].as_str().ok_or_else(|| answer.to_string())?;
    let painted = begun.elapsed();
    let bytes = client.get(output).send().await?.bytes().await?;
    std::fs::write(path, &bytes)?;
    println!("{} {} KB {painted:?}", path.display(), bytes.len() / 1024);
    Ok(())
}
