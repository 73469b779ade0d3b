use std::time::Duration;

use base64::Engine as _;
use reqwest::{Method, StatusCode};
use rushes_sandbox::{Config, RenderTime};
use serde_json::{Value, json};

use crate::caller::{Caller, quick, read, small};

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_task_goes_from_created_over_processing_to_completed() {
    let time = Duration::from_millis(800);
    let caller = Caller::start(Config {
        render_time: RenderTime { image: time, video: time },
        ..Config::default()
    })
    .await;
    let (status, answer) = caller.post("/api/v3/sandbox/stills", &small("hills", 1)).await;
    assert_eq!(status, StatusCode::OK);
    let (id, created_at) = (answer["data"]["id"].as_str().unwrap(), &answer["data"]["created_at"]);
    assert_eq!(
        (id.len(), created_at.as_str().unwrap().len()),
        (32, "2026-11-22T06:00:00.000Z".len())
    );
    let get = format!("{}/api/v3/predictions/{id}/result", caller.sandbox.base_url());
    let mut expected = json!({"code": 200, "message": "success", "data": {
        "id": id, "model": "sandbox/stills", "outputs": [], "urls": {"get": get}, "has_nsfw_contents": [],
        "status": "created", "created_at": created_at, "error": "", "timings": {"inference": 0},
    }});
    assert_eq!(answer, expected);

    let mut seen = vec!["created".to_owned()];
    let last = loop {
        let prediction = caller.poll(id).await;
        let status = prediction["status"].as_str().unwrap().to_owned();
        if seen.last() != Some(&status) {
            seen.push(status);
        }
        if prediction["status"] == "completed" {
            break prediction;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(seen, ["created", "processing", "completed"]);
    assert!(last["timings"]["inference"].as_u64().unwrap() >= 800, "{last}");
    let expected = &mut expected["data"];
    expected["status"] = "completed".into();
    expected["outputs"] = last["outputs"].clone();
    expected["has_nsfw_contents"] = json!([false]);
    expected["timings"] = last["timings"].clone();
    assert_eq!(&last, expected);
    assert!(last["outputs"][0].as_str().unwrap().starts_with(&caller.sandbox.base_url()));
    assert_eq!(caller.get(&format!("/api/v3/predictions/{id}")).await.1["data"], last);
}

#[tokio::test]
async fn a_wrong_key_is_told_how_to_send_it() {
    let caller = Caller::start(Config { token: Some("right".to_owned()), ..quick() }).await;
    let url = format!("{}/api/v3/balance", caller.sandbox.base_url());
    let hint =
        json!({"code": 401, "message": "Invalid API key. Send it as: Authorization: Bearer <key>"});
    let http = reqwest::Client::new();
    assert_eq!(
        read(http.get(&url).send().await.unwrap()).await,
        (StatusCode::UNAUTHORIZED, hint.clone())
    );
    assert_eq!(
        read(http.get(&url).bearer_auth("wrong").send().await.unwrap()).await,
        (StatusCode::UNAUTHORIZED, hint)
    );
    assert_eq!(
        caller.get("/api/v3/balance").await,
        (StatusCode::OK, json!({"code": 200, "message": "success", "data": {"balance": 0}}))
    );
}

#[tokio::test]
async fn bad_parameters_are_named() {
    let caller = Caller::start(quick()).await;
    for (model, inputs, message) in [
        ("sandbox/stills", json!({"prompt": " "}), "prompt is required"),
        ("sandbox/stills", json!({"prompt": 3}), "prompt must be a string"),
        (
            "sandbox/stills",
            json!({"prompt": "x", "output_format": "gif"}),
            "output_format must be one of png, jpeg, webp",
        ),
        ("sandbox/stills", json!({"prompt": "x", "seed": -2}), "seed must be at least -1"),
        ("sandbox/stills", json!({"prompt": "x", "seed": 1.5}), "seed must be an integer"),
        (
            "sandbox/stills",
            json!({"prompt": "x", "size": "255*256"}),
            "size must look like 1024*1024, with 256 to 2048 pixels each way",
        ),
        ("sandbox/stills/edit", json!({"prompt": "x"}), "images is required"),
        (
            "sandbox/stills/edit",
            json!({"prompt": "x", "images": ["a", "b", "c", "d", "e"]}),
            "images must have at most 4 items",
        ),
        ("sandbox/clips", json!({"prompt": "x", "duration": 11}), "duration must be at most 10"),
        ("sandbox/clips", json!({"prompt": "x", "fps": 25}), "fps must be one of 24, 30"),
        ("sandbox/clips/image-to-video", json!({"prompt": "x"}), "image is required"),
    ] {
        let (status, answer) = caller.post(&format!("/api/v3/{model}"), &inputs).await;
        let expected = json!({"code": 400, "message": format!("invalid parameter: {message}")});
        assert_eq!((status, answer), (StatusCode::BAD_REQUEST, expected), "{inputs}");
    }
    let unread =
        caller.request(Method::POST, "/api/v3/sandbox/stills").body("{").send().await.unwrap();
    assert_eq!(unread.status(), StatusCode::BAD_REQUEST);
    assert_eq!(caller.sandbox.ledger().creates, 0);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let caller = Caller::start(quick()).await;
    let missing = |what: &str| {
        (StatusCode::NOT_FOUND, json!({"code": 404, "message": format!("{what} not found")}))
    };
    assert_eq!(caller.post("/api/v3/nobody/nothing/at/all", &json!({})).await, missing("model"));
    assert_eq!(caller.get("/api/v3/predictions/0123/result").await, missing("prediction"));
    assert_eq!(caller.get("/elsewhere").await, missing("path"));
}

#[tokio::test]
async fn words_in_the_prompt_make_a_task_fail() {
    let caller = Caller::start(quick()).await;
    for (word, code, error) in [
        ("[blocked]", 1200, "The content contains sensitive information."),
        ("[fails]", 1405, "The task execution failed."),
    ] {
        let id = caller.submit("sandbox/stills", &small(&format!("hills {word}"), 1)).await;
        let prediction = caller.ended(&id).await;
        let facts = json!([
            prediction["status"],
            prediction["code"],
            prediction["error"],
            prediction["outputs"]
        ]);
        assert_eq!(facts, json!(["failed", code, error, []]));
    }
    let edit = json!({"prompt": "dusk", "images": ["http://127.0.0.1:9/nothing.png"]});
    let prediction = caller.ended(&caller.submit("sandbox/stills/edit", &edit).await).await;
    let facts = json!([prediction["status"], prediction["code"], prediction["error"]]);
    assert_eq!(facts, json!(["failed", 1402, "Failed to download image from the provided URL."]));
}

#[tokio::test]
async fn sync_mode_waits_or_says_that_it_gave_up() {
    let caller = Caller::start(quick()).await;
    let mut inputs = small("hills", 1);
    inputs["enable_sync_mode"] = true.into();
    inputs["enable_base64_output"] = true.into();
    let (_, answer) = caller.post("/api/v3/sandbox/stills", &inputs).await;
    assert_eq!(answer["data"]["status"], "completed");
    let naked = answer["data"]["outputs"][0].as_str().unwrap();
    let bytes = base64::engine::general_purpose::STANDARD.decode(naked).unwrap();
    assert_eq!(image::guess_format(&bytes).unwrap(), image::ImageFormat::Png);

    let hour = Duration::from_hours(1);
    let slow = Config {
        sync_wait: Duration::from_millis(5),
        render_time: RenderTime { image: hour, video: hour },
        ..Config::default()
    };
    let caller = Caller::start(slow).await;
    let (status, answer) = caller.post("/api/v3/sandbox/stills", &inputs).await;
    let prediction = &answer["data"];
    assert_eq!((status, &answer["code"]), (StatusCode::OK, &json!(200)));
    let facts = json!([prediction["status"], prediction["code"], prediction["error"]]);
    assert_eq!(
        facts,
        json!(["processing", 5004, "Sync mode timed out. The task is still processing."])
    );
}

#[tokio::test]
async fn the_catalogue_has_a_schema_for_each_model() {
    let caller = Caller::start(Config { base_price_micros: 40_000, ..quick() }).await;
    let (_, answer) = caller.get("/api/v3/models").await;
    let models = answer["data"].as_array().unwrap();
    let names: Vec<_> = models
        .iter()
        .map(|m| (m["model_id"].as_str().unwrap(), m["type"].as_str().unwrap()))
        .collect();
    assert_eq!(
        names,
        [
            ("sandbox/stills", "text-to-image"),
            ("sandbox/stills/edit", "image-to-image"),
            ("sandbox/clips", "text-to-video"),
            ("sandbox/clips/image-to-video", "image-to-video"),
        ]
    );
    for model in models {
        assert_eq!(
            keys(model),
            [
                "model_id",
                "name",
                "type",
                "description",
                "base_price",
                "formula",
                "sort_order",
                "api_schema"
            ]
        );
        assert_eq!(model["base_price"], 0.04);
        let api = &model["api_schema"]["api_schemas"][0];
        assert_eq!(keys(api), ["type", "method", "api_path", "request_schema"]);
        let schema = &api["request_schema"];
        let shown: Vec<_> = schema["properties"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(_, f)| f["x-hidden"] != true)
            .map(|(n, _)| json!(n))
            .collect();
        assert_eq!(schema["x-order-properties"], json!(shown));
        assert_eq!(
            schema["properties"]["enable_sync_mode"],
            json!({"type": "boolean", "title": "Wait for the result", "description": "The answer to the submit holds the outputs.", "default": false, "x-hidden": true})
        );
    }
}

#[tokio::test]
async fn prices_follow_the_formula() {
    let caller = Caller::start(Config { base_price_micros: 40_000, ..quick() }).await;
    for (path, model, inputs, price) in [
        ("price", "sandbox/stills", json!({}), 0.04),
        ("pricing", "sandbox/clips", json!({"duration": 4}), 0.16),
        ("price", "sandbox/clips", json!({}), 0.2),
    ] {
        let (_, answer) = caller
            .post(&format!("/api/v3/model/{path}"), &json!({"model_id": model, "inputs": inputs}))
            .await;
        assert_eq!(
            answer["data"],
            json!({"model_id": model, "unit_price": price, "currency": "USD"})
        );
    }
}
