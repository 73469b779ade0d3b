use serde_json::{Value, json};

use crate::caller::{Caller, quick, small};

async fn list(caller: &Caller, body: Value) -> (Value, Vec<String>) {
    let (_, answer) = caller.post("/api/v3/predictions", &body).await;
    let ids = answer["data"]["items"]
        .as_array()
        .unwrap_or(&Vec::new())
        .iter()
        .map(|i| i["id"].as_str().unwrap().to_owned())
        .collect();
    (answer, ids)
}

#[tokio::test]
async fn tasks_are_listed_newest_first_within_a_window() {
    let caller = Caller::start(quick()).await;
    let mut ids = Vec::new();
    for (model, prompt) in [
        ("sandbox/stills", "one"),
        ("sandbox/stills", "two [fails]"),
        ("sandbox/stills/edit", "three"),
    ] {
        let mut inputs = small(prompt, 1);
        if model.ends_with("edit") {
            inputs["images"] = json!(["http://127.0.0.1:9/x.png"]);
        }
        let id = caller.submit(model, &inputs).await;
        caller.ended(&id).await;
        ids.push(id);
        tokio::time::sleep(std::time::Duration::from_millis(3)).await; // times on the wire are whole milliseconds
    }
    let newest_first: Vec<String> = ids.iter().rev().cloned().collect();
    let (answer, found) = list(&caller, json!({"page": 1, "page_size": 20})).await;
    assert_eq!((found, &answer["data"]["total"]), (newest_first.clone(), &json!(3)));
    assert_eq!(list(&caller, json!({"page": 2, "page_size": 2})).await.1, newest_first[2..]);
    assert_eq!(list(&caller, json!({"status": "failed"})).await.1, newest_first[..2]);
    assert_eq!(
        list(&caller, json!({"model": "sandbox/stills", "status": "completed"})).await.1,
        ids[..1]
    );

    let second = caller.poll(&ids[1]).await["created_at"].clone();
    assert_eq!(list(&caller, json!({"created_after": second})).await.1, newest_first[..2]);
    assert_eq!(list(&caller, json!({"created_before": second})).await.1, newest_first[1..]);
    assert_eq!(
        list(&caller, json!({"created_after": second, "created_before": second})).await.1,
        ids[1..2]
    );

    let (answer, _) =
        list(&caller, json!({"include_inputs": true, "page": 3, "page_size": 1})).await;
    let item = &answer["data"]["items"][0];
    assert_eq!(item["inputs"], small("one", 1));
    assert_eq!(item["executionTime"], item["timings"]["inference"]);
    assert!(list(&caller, json!({})).await.0["data"]["items"][0].get("inputs").is_none());
    assert_eq!(list(&caller, json!({"page_size": 101})).await.0["code"], 400);
    assert_eq!(list(&caller, json!({"created_after": "yesterday"})).await.0["code"], 400);
}

#[tokio::test]
async fn deleted_tasks_are_gone() {
    let caller = Caller::start(quick()).await;
    let id = caller.submit("sandbox/stills", &small("hills", 1)).await;
    let url = caller.ended(&id).await["outputs"][0].as_str().unwrap().to_owned();
    let (_, answer) =
        caller.post("/api/v3/predictions/delete", &json!({"ids": [id, "unknown"]})).await;
    assert_eq!(answer["data"], json!({"deleted_count": 1}));
    assert_eq!(caller.get(&format!("/api/v3/predictions/{id}/result")).await.1["code"], 404);
    assert_eq!(caller.fetch(&url).await.status(), 404);
}
