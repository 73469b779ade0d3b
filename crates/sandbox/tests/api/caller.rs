use std::time::Duration;

use reqwest::{Method, Response, StatusCode};
use rushes_sandbox::{Config, RenderTime, Sandbox};
use serde_json::{Value, json};

/// A sandbox that renders at once, and a client with its key.
pub(crate) struct Caller {
    pub(crate) sandbox: Sandbox,
    http: reqwest::Client,
}

pub(crate) fn quick() -> Config {
    Config {
        render_time: RenderTime { image: Duration::ZERO, video: Duration::ZERO },
        ..Config::default()
    }
}

/// A picture's inputs: small, so that tests are quick.
pub(crate) fn small(prompt: &str, seed: i64) -> Value {
    json!({"prompt": prompt, "seed": seed, "size": "256*256"})
}

impl Caller {
    pub(crate) async fn start(config: Config) -> Self {
        let sandbox = Sandbox::start(config).await.unwrap();
        Self { sandbox, http: reqwest::Client::new() }
    }

    pub(crate) async fn with_rules(rules: Value) -> Self {
        Self::start(Config {
            script: serde_json::from_value(json!({"rules": rules})).unwrap(),
            ..quick()
        })
        .await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.sandbox.base_url()))
            .bearer_auth(self.sandbox.token())
    }

    pub(crate) async fn get(&self, path: &str) -> (StatusCode, Value) {
        read(self.request(Method::GET, path).send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        read(self.request(Method::POST, path).json(body).send().await.unwrap()).await
    }

    /// A GET without the key.
    pub(crate) async fn fetch(&self, url: &str) -> Response {
        self.http.get(url).send().await.unwrap()
    }

    /// Submits and gives the task's id.
    pub(crate) async fn submit(&self, model: &str, inputs: &Value) -> String {
        let (status, answer) = self.post(&format!("/api/v3/{model}"), inputs).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer["data"]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn poll(&self, id: &str) -> Value {
        let (status, answer) = self.get(&format!("/api/v3/predictions/{id}/result")).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer["data"].clone()
    }

    /// Polls until the task has ended.
    pub(crate) async fn ended(&self, id: &str) -> Value {
        loop {
            let prediction = self.poll(id).await;
            if !matches!(prediction["status"].as_str(), Some("created" | "processing")) {
                return prediction;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Submits, waits, downloads.
    pub(crate) async fn make(&self, model: &str, inputs: &Value) -> Vec<u8> {
        let id = self.submit(model, inputs).await;
        let prediction = self.ended(&id).await;
        assert_eq!(prediction["status"], "completed", "{prediction}");
        let answer = self.fetch(prediction["outputs"][0].as_str().unwrap()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.bytes().await.unwrap().to_vec()
    }

    /// Uploads through a ticket and gives the download URL.
    pub(crate) async fn upload(&self, name: &str, media_type: &str, bytes: &[u8]) -> String {
        let body = json!({"filename": name, "size": bytes.len(), "content_type": media_type});
        let (status, ticket) = self.post("/api/v3/media/uploads", &body).await;
        assert_eq!(status, StatusCode::OK, "{ticket}");
        let put = self
            .http
            .put(ticket["data"]["upload"]["url"].as_str().unwrap())
            .header("content-type", media_type)
            .body(bytes.to_vec())
            .send()
            .await
            .unwrap();
        assert_eq!(put.status(), StatusCode::OK);
        ticket["data"]["download_url"].as_str().unwrap().to_owned()
    }
}

pub(crate) async fn read(answer: Response) -> (StatusCode, Value) {
    let status = answer.status();
    (status, answer.json().await.unwrap())
}
