//! The `rushes` command against its own sandbox: what it prints, what it leaves, how it ends.
#![allow(clippy::unwrap_used, reason = "a test may fall over")]

use std::path::Path;
use std::process::Command;

use rushes_tests::rushes::{Rushes, until};
use serde_json::{Value, json};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn keys(line: &Value) -> Vec<&str> {
    line.as_object().unwrap().keys().map(String::as_str).collect()
}

fn output(line: &Value) -> &Path {
    assert_eq!(line["outputs"].as_array().map(Vec::len), Some(1), "{line}");
    Path::new(line["outputs"][0]["path"].as_str().unwrap())
}

/// A small picture of the sandbox's own making.
fn picture(rushes: &Rushes) -> String {
    let made = rushes.json(&["render", "a reference", "--set", "size=256x256"]).one(0);
    output(&made).display().to_string()
}

#[test]
fn a_prompt_becomes_a_saved_picture() {
    let rushes = Rushes::new();
    let line = rushes
        .json(&["render", "hills before sunrise", "--set", "size=512x384", "--set", "seed=7"])
        .one(0);
    assert_eq!(
        keys(&line),
        [
            "job", "state", "model", "provider", "price", "currency", "charge", "sandbox",
            "prompt", "seed", "message", "hint", "outputs",
        ]
    );
    assert!(line["job"].as_str().unwrap().starts_with("job_"));
    let told = ["state", "model", "provider", "price", "currency", "sandbox", "prompt", "seed"]
        .map(|key| &line[key]);
    assert_eq!(
        told,
        [
            &json!("completed"),
            &json!("sandbox/stills"),
            &json!("sandbox"),
            &json!(0.0),
            &json!("USD"),
            &json!(true),
            &json!("hills before sunrise"),
            &json!(7),
        ]
    );
    let file = output(&line);
    assert_eq!(
        line["outputs"][0],
        json!({ "path": file, "type": "image/png", "width": 512, "height": 384, "duration": null })
    );
    assert!(file.starts_with(rushes.library()));
    assert!(std::fs::read(file).unwrap().starts_with(PNG));

    let person = rushes.run(&["jobs"]);
    assert_eq!(person.code, Some(0));
    assert!(person.stdout.contains("sandbox, no AI, $0.00"), "{}", person.stdout);
}

#[test]
fn a_prompt_becomes_a_saved_clip() {
    let rushes = Rushes::new();
    let line = rushes
        .json(&[
            "render",
            "--video",
            "slow waves",
            "--set",
            "duration=2",
            "--set",
            "resolution=480p",
        ])
        .one(0);
    let clip = &line["outputs"][0];
    assert_eq!((&line["state"], &line["model"]), (&json!("completed"), &json!("sandbox/clips")));
    assert_eq!(
        (&clip["type"], &clip["height"], &clip["duration"]),
        (&json!("video/mp4"), &json!(480), &json!(2.0))
    );
    assert_eq!(&std::fs::read(output(&line)).unwrap()[4..8], b"ftyp");
}

#[test]
fn several_at_once_are_several_jobs_with_seeds_of_their_own() {
    let rushes = Rushes::new();
    let lines = rushes.json(&["render", "boats", "--count", "3", "--set", "size=256x256"]).all(0);
    assert_eq!(lines.len(), 3);
    let mut seeds: Vec<i64> = lines.iter().map(|line| line["seed"].as_i64().unwrap()).collect();
    seeds.sort_unstable();
    seeds.dedup();
    assert_eq!(seeds.len(), 3);
    assert_eq!(rushes.ledger("create").len(), 3);

    let prints = rushes.json(&["gallery"]).all(0);
    assert_eq!(prints.len(), 3);
    assert_eq!(rushes.json(&["gallery", "search", "boats"]).all(0), prints);
    assert_eq!(rushes.json(&["gallery", "search", "submarine"]).all(0), Vec::<Value>::new());
    let found =
        |query: &str| rushes.json(&["gallery", "list", "--sort", "cost", "--find", query]).all(0);
    assert_eq!(found("boats type:image -tag:none"), prints);
    assert_eq!(found("-boats"), Vec::<Value>::new());
    let refused = rushes.json(&["gallery", "list", "--find", "colour:red"]).one(2);
    assert_eq!(refused["error"]["code"], "query");
    let shown = rushes.json(&["gallery", "show", prints[0]["id"].as_str().unwrap()]).one(0);
    assert_eq!(shown["print"], prints[0]);
}

#[test]
fn a_reference_is_uploaded_and_used() {
    let rushes = Rushes::new();
    let reference = picture(&rushes);
    let still = rushes.json(&["render", "in gold", "--ref", &reference]).one(0);
    assert_eq!(still["model"], "sandbox/stills/edit");
    let clip = rushes
        .json(&[
            "render",
            "--video",
            "zoom in",
            "--ref",
            &reference,
            "--set",
            "duration=1",
            "--set",
            "resolution=480p",
        ])
        .one(0);
    assert_eq!(clip["model"], "sandbox/clips/image-to-video");
}

#[test]
fn a_route_goes_on_with_its_next_model_where_the_first_is_gone() {
    let rushes = Rushes::new().with("WAVESPEED_API_KEY", "k");
    let theirs = rushes.home().join("theirs.jsonl");
    let mut peer =
        rushes.start(&["--json", "sandbox", "--token", "k", "--ledger", theirs.to_str().unwrap()]);
    let about: Value = serde_json::from_str(&peer.first_line()).unwrap();
    let at = about["base_url"].as_str().unwrap();
    rushes.json(&["providers", "set", "wavespeed", "--base-url", at]).one(0);

    // A model of WaveSpeed's that this address does not know, and then the sandbox here.
    let steps = ["wavespeed:wavespeed-ai/flux-dev", "sandbox:sandbox/stills"];
    let kept = rushes.json(&[&["routes", "set", "Hero still"], &steps[..]].concat()).one(0);
    assert_eq!(
        kept,
        json!({ "name": "Hero still", "modality": "image", "steps": steps, "most": null })
    );
    let render = ["render", "hills", "--route", "hero still"];
    let line = rushes.json(&[&render[..], &["--unpriced"]].concat()).one(0);
    assert_eq!((&line["state"], &line["model"]), (&json!("completed"), &json!("sandbox/stills")));
    assert!(output(&line).is_file());
    assert_eq!(rushes_tests::rushes::ledger(&theirs, "create").len(), 0);
    assert_eq!(rushes.ledger("create").len(), 1);
    let said = |line: &Value, word: &str| {
        let book = rushes.json(&["jobs", "show", line["job"].as_str().unwrap()]).one(0);
        let events = book["events"].as_array().unwrap().clone();
        let of = events.into_iter().filter(|event| event["to"] == word);
        of.map(|event| event["cause"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let fell = said(&line, "fell_back");
    assert_eq!(fell.len(), 1, "{fell:?}");
    let words = "Fell back to Sandbox Stills at Sandbox: WaveSpeed does not know this";
    assert!(fell[0].starts_with(words), "{fell:?}");

    // Its price is not listed: without a yes it is not even asked.
    let line = rushes.json(&render).one(0);
    assert_eq!(said(&line, "fell_back"), Vec::<String>::new());
    assert_eq!(
        said(&line, "left_out"),
        ["FLUX.1 [dev] at WaveSpeed is left out: its price is not listed."]
    );

    assert_eq!(rushes.json(&["routes"]).all(0), [kept]);
    assert_eq!(rushes.run(&["routes", "remove", "hero still"]).code, Some(0));
    assert_eq!(rushes.json(&["routes"]).all(0), Vec::<Value>::new());
    let gone = rushes.run(&render);
    assert_eq!(gone.code, Some(2));
    assert!(gone.stderr.starts_with("No route called hero still."), "{}", gone.stderr);
    assert_eq!(
        rushes.json(&["routes", "set", "Mixed", "sandbox/stills", "sandbox/clips"]).code,
        Some(2)
    );
}

#[test]
fn what_cannot_be_done_as_typed_ends_with_2_and_sends_nothing() {
    let rushes = Rushes::new();
    let empty = rushes.file("empty.png", b"");
    let text = rushes.file("words.png", b"these are words, not a picture");
    let huge = rushes.file("huge.png", PNG);
    std::fs::File::options().write(true).open(&huge).unwrap().set_len(5 << 30).unwrap();
    let missing = rushes.home().join("missing.png").display().to_string();
    for args in [
        vec!["--model", "sandbox-stils"],
        vec!["--route", "Hero still"],
        vec!["--model", "sandbox-stills", "--video"],
        vec!["--set", "sed=7"],
        vec!["--set", "seed=99999999999"],
        vec!["--set", "aspect_ratio=5:1"],
        vec!["--set", "size=64x64"],
        vec!["--set", "seed"],
        vec!["--video", "--set", "duration=900"],
        vec!["--ref", &empty],
        vec!["--ref", &text],
        vec!["--ref", &huge],
        vec!["--ref", &missing],
        vec!["--model", "sandbox-stills", "--ref", &text],
        vec!["--count", "0"],
    ] {
        let ran = rushes.run(&[&["render", "boats"], &args[..]].concat());
        assert_eq!(ran.code, Some(2), "{args:?}\n{}\n{}", ran.stdout, ran.stderr);
        assert_eq!(ran.stdout, "", "{args:?}");
        // One sentence that says what, and one that says what to do.
        assert!(ran.stderr.lines().count() >= 2, "{args:?} {}", ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    }
    assert_eq!(rushes.ledger("create"), Vec::<Value>::new());
    assert_eq!(rushes.json(&["jobs"]).all(0), Vec::<Value>::new());

    let near = rushes.json(&["render", "boats", "--model", "sandbox-stils"]).one(2);
    assert_eq!(near["error"]["message"], "No model called sandbox-stils.");
    let hint = near["error"]["hint"].as_str().unwrap();
    assert!(hint.starts_with("Did you mean sandbox-stills"), "{hint}");
}

#[test]
fn a_render_without_a_key_ends_with_5() {
    let rushes = Rushes::new();
    let models = rushes.json(&["models"]).all(0);
    let real = models.iter().find(|m| m["usable"] == false).expect("a model that needs a key");
    let model = real["id"].as_str().unwrap();
    let refused = rushes.json(&["render", "boats", "--model", model]).one(5);
    assert_eq!(refused["error"]["code"], "no_key");
    assert_eq!(rushes.json(&["jobs"]).all(0), Vec::<Value>::new());
}

#[test]
fn a_declined_or_failed_render_ends_with_1_and_says_why() {
    let rushes = Rushes::new();
    for (prompt, state) in [("boats [blocked]", "blocked"), ("boats [fails]", "failed")] {
        let line = rushes.json(&["render", prompt]).one(1);
        assert_eq!(line["state"], state);
        assert_eq!(line["outputs"], json!([]));
        assert_ne!(line["message"], "");
    }
}

#[test]
fn an_unusable_folder_is_said_before_anything_is_sent() {
    let rushes = Rushes::new();
    let file = rushes.file("not-a-folder", b"");
    for option in ["--library", "--data"] {
        let ran = rushes.run(&[option, &file, "render", "boats"]);
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        assert!(ran.stderr.lines().count() >= 2, "{}", ran.stderr);
    }
    assert_eq!(rushes.ledger("create"), Vec::<Value>::new());
}

#[test]
fn a_detached_clip_is_collected_by_a_later_wait() {
    let rushes = Rushes::new().with("RUSHES_SANDBOX_VIDEO_MS", "1500");
    let clip = [
        "render",
        "--video",
        "waves",
        "--set",
        "duration=1",
        "--set",
        "resolution=480p",
        "--detach",
    ];
    let sent = rushes.json(&clip).one(0);
    assert_eq!((&sent["state"], &sent["outputs"]), (&json!("running"), &json!([])));
    let job = sent["job"].as_str().unwrap();
    let listed = rushes.json(&["jobs"]).one(0);
    assert_eq!(listed["state"], "running");
    let done = rushes.json(&["jobs", "wait", job]).one(0);
    assert_eq!((&done["job"], &done["state"]), (&sent["job"], &json!("completed")));
    assert!(output(&done).is_file());
    assert_eq!(rushes.json(&["jobs", "wait"]).all(0), Vec::<Value>::new());
    assert_eq!(rushes.ledger("create").len(), 1);
}

#[test]
fn a_second_process_hands_its_job_to_the_first() {
    let rushes = Rushes::new().with("RUSHES_SANDBOX_VIDEO_MS", "6000");
    let mut first = rushes.start(&[
        "--json",
        "render",
        "--video",
        "waves",
        "--set",
        "duration=1",
        "--set",
        "resolution=480p",
    ]);
    until("the first has sent its clip", || (!rushes.ledger("create").is_empty()).then_some(()));
    let second = rushes.json(&["render", "boats", "--set", "size=256x256"]).one(0);
    assert_eq!(second["state"], "completed");
    assert!(first.is_alive(), "the second was done by itself, after the first");
    let listed = rushes.json(&["jobs"]).all(0);
    assert_eq!(listed.len(), 2);
    assert_eq!(first.end().one(0)["state"], "completed");
    assert_eq!(rushes.ledger("create").len(), 2);
}

#[cfg(unix)]
#[test]
fn a_process_whose_owner_goes_away_takes_over() {
    let rushes = Rushes::new().with("RUSHES_SANDBOX_VIDEO_MS", "2500");
    let clip =
        ["--json", "render", "--video", "waves", "--set", "duration=1", "--set", "resolution=480p"];
    let owner = rushes.start(&clip);
    until("the owner has sent its clip", || (rushes.ledger("create").len() == 1).then_some(()));
    let second = rushes.start(&clip);
    until("the owner has sent the second's clip", || {
        (rushes.ledger("create").len() == 2).then_some(())
    });
    owner.kill();
    assert_eq!(second.end().one(0)["state"], "completed");
    let states: Vec<Value> =
        rushes.json(&["jobs"]).all(0).into_iter().map(|job| job["state"].clone()).collect();
    // The killed owner's own job was taken over too; the second waited only for its own.
    assert_eq!(states[0], "completed");
    assert_eq!(rushes.json(&["jobs", "wait"]).code, Some(0));
    assert_eq!(rushes.json(&["gallery"]).all(0).len(), 2);
    assert_eq!(rushes.ledger("create").len(), 2);
}

#[cfg(unix)]
#[test]
fn a_clip_goes_on_after_ctrl_c_and_after_a_power_cut() {
    for signal in ["INT", "TERM", "KILL"] {
        let rushes = Rushes::new().with("RUSHES_SANDBOX_VIDEO_MS", "3000");
        let mut run = rushes.start(&[
            "--json",
            "render",
            "--video",
            "waves",
            "--set",
            "duration=1",
            "--set",
            "resolution=480p",
        ]);
        let accepted = || {
            let jobs = rushes.json(&["jobs"]).lines;
            let book = rushes.json(&["jobs", "show", jobs.first()?["job"].as_str()?]).lines;
            book.first()?["job"]["remote_id"].as_str().map(str::to_owned)
        };
        let remote_id = until("the clip was accepted", accepted);
        run.signal(signal);
        let ended = run.end();
        assert_eq!(ended.code, if signal == "KILL" { None } else { Some(130) }, "{}", ended.stderr);
        assert_eq!(ended.stdout, "");

        let done = rushes.json(&["jobs", "wait"]).one(0);
        assert_eq!(done["state"], "completed", "after {signal}");
        let book = rushes.json(&["jobs", "show", done["job"].as_str().unwrap()]).one(0);
        assert_eq!(book["job"]["remote_id"], remote_id.as_str());
        assert_eq!(book["attempts"].as_array().unwrap().len(), 1);
        let creates = rushes.ledger("create");
        assert_eq!(creates.len(), 1, "after {signal}");
        assert_eq!(creates[0]["id"], remote_id.as_str());
    }
}

#[test]
fn a_failed_job_can_be_tried_again_as_a_new_attempt() {
    let rushes = Rushes::new();
    let failed = rushes.json(&["render", "boats [fails]", "--set", "size=256x256"]).one(1);
    let job = failed["job"].as_str().unwrap();
    let again = rushes.json(&["jobs", "retry", job]).one(1);
    assert_eq!((&again["job"], &again["state"]), (&failed["job"], &json!("failed")));
    let book = rushes.json(&["jobs", "show", job]).one(0);
    assert_eq!(book["attempts"].as_array().unwrap().len(), 2);
    let nowhere = rushes.json(&["jobs", "show", "job_nowhere"]).one(2);
    assert_eq!(nowhere["error"]["code"], "not_found");
}

#[test]
fn a_wish_to_cancel_loses_nothing_that_was_sent() {
    let rushes = Rushes::new();
    let sent = rushes
        .json(&[
            "render",
            "--video",
            "waves",
            "--set",
            "duration=1",
            "--set",
            "resolution=480p",
            "--detach",
        ])
        .one(0);
    let wished = rushes.json(&["jobs", "cancel", sent["job"].as_str().unwrap()]).one(0);
    assert_ne!(wished["message"], "");
    let ended = rushes.json(&["jobs", "wait"]);
    let kept = rushes.json(&["gallery"]).all(0).len();
    // Stopped at the provider and not charged, or rendered and kept.
    match wished["state"].as_str() {
        Some("cancelled") => assert_eq!((ended.lines.len(), kept), (0, 0)),
        state => assert_eq!((state, ended.code, kept), (Some("running"), Some(0), 1)),
    }
}

#[test]
fn a_changed_or_missing_file_is_found() {
    let rushes = Rushes::new();
    let kept = picture(&rushes);
    assert_eq!(rushes.json(&["gallery", "verify"]).one(0)["sound"], 1);
    std::fs::remove_file(&kept).unwrap();
    let found = rushes.json(&["gallery", "verify"]).one(1);
    assert_eq!((&found["sound"], found["missing"].as_array().unwrap().len()), (&json!(0), 1));
}

#[test]
fn prints_leave_and_files_say_what_they_were_made_from() {
    let rushes = Rushes::new();
    let kept = picture(&rushes);
    let id = rushes.json(&["gallery"]).one(0)["id"].as_str().unwrap().to_owned();
    let told = rushes.json(&["prints", "export", &id, "--to", "out"]).one(0);
    let copy = told["files"][0].as_str().unwrap();
    assert!(
        Path::new(copy).starts_with(rushes.home().canonicalize().unwrap().join("out")),
        "{copy}"
    );
    assert_eq!(std::fs::read(copy).unwrap(), std::fs::read(&kept).unwrap());
    let read = rushes.json(&["prints", "read", copy]).one(0);
    assert_eq!(
        (&read["recipe"]["program"], &read["recipe"]["prompt"]),
        (&json!("rushes"), &json!("a reference"))
    );
    // A share copy has no sidecar and tells nothing; a print that is gone makes the command fail.
    let share = ["prints", "export", &id, "ast_none", "--to", "share", "--form", "share"];
    let told = rushes.json(&share).one(1);
    assert_eq!(told["skipped"][0]["id"], "ast_none");
    let read = rushes.json(&["prints", "read", told["files"][0].as_str().unwrap()]).one(0);
    assert_eq!((&read["recipe"], &read["credentials"]), (&Value::Null, &Value::Null));

    let signed =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/studio/fixtures/credentials/signed.jpg");
    let words = rushes.run(&["prints", "read", signed]).stdout;
    assert_eq!(
        words.trim_end(),
        "Content Credentials by Lighthouse Image API 2.1, signed as Lighthouse Renders GmbH\n  \
         c2pa.created, lamp-1 1.0, trainedAlgorithmicMedia, 2026-11-22T09:42:30Z\n  \
         The file is as it was when it was signed.\n  \
         Who stands behind that certificate is not checked."
    );
}

#[test]
fn models_and_providers_are_told() {
    let rushes = Rushes::new();
    let shown = rushes.run(&["models", "show", "sandbox-clips"]);
    assert_eq!(shown.code, Some(0));
    assert!(shown.stdout.contains("duration"), "{}", shown.stdout);
    assert!(shown.stdout.contains("1 to 10"), "{}", shown.stdout);
    assert_eq!(rushes.run(&["models", "show", "nothing-like-it"]).code, Some(2));

    let set = |url| rushes.json(&["providers", "set", "wavespeed", "--base-url", url]);
    assert_eq!(set("http://127.0.0.1:9").one(0)["base_url"], "http://127.0.0.1:9");
    let own = set("default").one(0);
    assert_eq!(own["base_url_is_default"], true);
    for refused in ["http://example.com", "ftp://127.0.0.1", "words"] {
        assert_eq!(set(refused).one(2)["error"]["code"], "invalid", "{refused}");
    }
    assert_eq!(rushes.json(&["providers", "set", "nobody", "--base-url", "default"]).code, Some(2));
}

#[test]
fn a_workflow_file_is_added_rendered_with_replaced_and_removed() {
    let rushes = Rushes::new();
    let theirs = rushes.home().join("theirs.jsonl");
    let mut peer = rushes.start(&["--json", "sandbox", "--ledger", theirs.to_str().unwrap()]);
    let about: Value = serde_json::from_str(&peer.first_line()).unwrap();
    let at = format!("{}/comfyui", about["base_url"].as_str().unwrap());
    rushes.json(&["providers", "set", "comfyui", "--base-url", &at]).one(0);
    let workflow = include_str!("../../crates/providers/src/comfyui/workflows/text-to-image.json");

    let file = rushes.file("Night street.json", workflow.as_bytes());
    let added = rushes.json(&["models", "add", "comfyui", &file]).one(0);
    let told = ["id", "name", "own", "live", "usable"].map(|key| &added[key]);
    let expected = [
        json!("comfyui:night-street"),
        json!("Night street"),
        json!(true),
        json!(true),
        json!(true),
    ];
    assert_eq!(told, expected.each_ref());
    assert!(rushes.json(&["models"]).all(0).contains(&added));
    let render = ["render", "rain", "--model", "night street", "--set", "width=256"];
    let line = rushes.json(&render).one(0);
    assert_eq!(
        (&line["state"], &line["provider"], &line["outputs"][0]["width"]),
        (&json!("completed"), &json!("comfyui"), &json!(256))
    );
    assert!(output(&line).is_file());
    assert_eq!(rushes_tests::rushes::ledger(&theirs, "create").len(), 1);

    let again = rushes.run(&["models", "add", "comfyui", &file, "--name", "night street"]);
    assert_eq!(again.code, Some(0));
    assert!(again.stderr.starts_with("It takes the place of Night street."), "{}", again.stderr);
    let drawn = rushes.file("drawn.json", br#"{"nodes": [], "links": []}"#);
    let refused = rushes.json(&["models", "add", "comfyui", &drawn]).one(2);
    assert!(refused["error"]["hint"].as_str().unwrap().contains("Export (API)"), "{refused}");
    assert_eq!(rushes.run(&["models", "add", "comfyui", "nowhere.json"]).code, Some(2));
    assert_eq!(rushes.run(&["models", "add", "comfyui", "-"]).code, Some(2));

    let gone = rushes.run(&["models", "remove", "comfyui:night-street"]);
    assert_eq!((gone.code, gone.stdout.as_str()), (Some(0), ""));
    assert_eq!(gone.stderr, "night street is gone. Its jobs and prints stay.\n");
    let own = rushes.json(&["models"]).all(0).into_iter().filter(|model| model["own"] == true);
    assert_eq!(own.count(), 0);
    let bundled = rushes.json(&["models", "remove", "comfyui:text-to-image"]).one(2);
    assert_eq!(bundled["error"]["code"], "invalid");
    assert_eq!(rushes.json(&["jobs"]).all(0).len(), 1);
}

#[test]
fn a_served_studio_answers_and_stops() {
    let rushes = Rushes::new();
    let mut serve = rushes.start(&["--json", "serve"]);
    let line: Value = serde_json::from_str(&serve.first_line()).unwrap();
    let url = line["url"].as_str().unwrap();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/dist/index.html").is_file();
    assert_eq!(line["page"], built);
    let second = rushes.json(&["serve"]).one(1);
    assert_eq!(
        second["error"]["message"],
        "Rushes is open in another process, which has this data folder."
    );
    let made = rushes.json(&["render", "boats", "--set", "size=256x256"]).one(0);
    assert_eq!(made["state"], "completed");
    #[cfg(unix)]
    {
        serve.signal("INT");
        assert_eq!(serve.end().code, Some(0));
    }
}

#[test]
fn a_key_goes_in_by_stdin_and_never_into_a_file_or_out_again() {
    let rushes = Rushes::new();
    let nothing = rushes.json(&["keys", "set", "wavespeed"]).one(2);
    assert_eq!(nothing["error"]["message"], "There is no key on stdin.");

    // There is no keychain here: that is said, and the key is not written anywhere else.
    let secret = "SENTINEL-KEY-d4c1f0";
    let mut set = rushes.command(&["--json", "keys", "set", "wavespeed"]);
    set.stdin(std::fs::File::open(rushes.file("key.txt", secret.as_bytes())).unwrap());
    let ran = set.output().unwrap();
    std::fs::remove_file(rushes.home().join("key.txt")).unwrap();
    assert_eq!(ran.status.code(), Some(1));
    let said =
        format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(!said.contains(secret));
    let found = Command::new("grep").args(["-rlF", secret]).arg(rushes.home()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&found.stdout), "");
}
