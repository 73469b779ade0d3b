//! An adapter with a sandbox to speak to.

use std::time::Duration;

use bytes::Bytes;
use rushes_providers::manifest::References;
use rushes_providers::types::{Poll, PollState, RemoteOutput, Request, Task, Upload};
use rushes_providers::{Call, Error, Provider};
use rushes_sandbox::{Answer, Config, On, RenderTime, Rule, Sandbox};
use serde_json::{Map, Value, json};
use url::Url;

/// The key that the sandbox wants.
const KEY: &str = "a-key-for-dialects";

pub(crate) struct Customer {
    pub(crate) sandbox: Sandbox,
    pub(crate) provider: &'static dyn Provider,
    pub(crate) call: Call,
}

impl Customer {
    /// The provider of this id, at the sandbox's front of the same name.
    pub(crate) async fn of(provider: &str) -> Self {
        Self::with(provider, Config::default()).await
    }

    pub(crate) async fn with(provider: &str, config: Config) -> Self {
        let fast = RenderTime { image: Duration::ZERO, video: Duration::ZERO };
        let config = Config { token: Some(KEY.into()), render_time: fast, ..config };
        let sandbox = Sandbox::start(config).await.unwrap();
        let provider = rushes_providers::find(provider).unwrap();
        let base = format!("{}/{}", sandbox.base_url(), provider.manifest().id);
        let call = Call::new(provider.manifest(), base.parse().unwrap(), Some(KEY.into())).unwrap();
        Self { sandbox, provider, call }
    }

    /// The same with another key.
    pub(crate) fn with_key(&self, key: &str) -> Call {
        Call::new(self.provider.manifest(), self.call.base().clone(), Some(key.into())).unwrap()
    }

    /// A request with this picture under `field`, by the way that the provider takes files.
    pub(crate) async fn request(
        &self,
        model: &str,
        inputs: Value,
        references: &[(&str, Bytes)],
    ) -> Request {
        let mut inputs: Map<String, Value> = serde_json::from_value(inputs).unwrap();
        let mut attached = std::collections::BTreeMap::new();
        for (n, (field, bytes)) in references.iter().enumerate() {
            let file = Upload {
                name: format!("reference-{}.png", n + 1),
                content_type: "image/png".into(),
                bytes: bytes.clone(),
            };
            let stands_for_it = match self.provider.manifest().references {
                References::Uploaded => self.provider.upload(&self.call, &file).await.unwrap(),
                References::Attached => {
                    let name = format!("attached:{n}");
                    attached.insert(name.clone(), file);
                    name
                }
            };
            match inputs.get_mut(*field) {
                Some(Value::Array(list)) => list.push(stands_for_it.into()),
                _ => {
                    inputs.insert((*field).to_owned(), stands_for_it.into());
                }
            }
        }
        Request { remote_model: model.into(), inputs, client_ref: "ref_dialects".into(), attached }
    }

    /// Submits and asks until it ends.
    pub(crate) async fn end_of(&self, request: &Request) -> Result<Poll, Error> {
        let submitted = self.provider.submit(&self.call, request).await?;
        if let Some(at_once) = submitted.at_once {
            return Ok(at_once);
        }
        let task = Task {
            remote_id: submitted.remote_id,
            remote_model: request.remote_model.clone(),
            poll_url: submitted.poll_url,
        };
        loop {
            let poll = self.provider.poll(&self.call, &task).await?;
            if !matches!(poll.state, PollState::Queued | PollState::Running { .. }) {
                return Ok(poll);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The bytes of every output of a request.
    pub(crate) async fn outputs_of(&self, request: &Request) -> Vec<Bytes> {
        let poll = self.end_of(request).await.unwrap();
        let PollState::Done { outputs } = poll.state else { panic!("{poll:?}") };
        let mut files = Vec::new();
        for output in outputs {
            files.push(match output {
                RemoteOutput::Inline { bytes } => bytes,
                RemoteOutput::Link { url } => self.fetch(&url).await,
                other => panic!("{other:?}"),
            });
        }
        files
    }

    async fn fetch(&self, url: &str) -> Bytes {
        let url: Url = url.parse().unwrap();
        let mut request = rushes_providers::bare_client_for(&url).get(url.clone());
        if url.origin() == self.call.base().origin()
            && let Some((name, value)) = self.call.key_for_results()
        {
            request = request.header(name, value);
        }
        let answer = request.send().await.unwrap().error_for_status().unwrap();
        answer.bytes().await.unwrap()
    }

    /// Answers the next submit so, and nothing is made.
    pub(crate) fn decline(&self, status: u16, body: Value) {
        let answer =
            Answer { status, headers: std::collections::BTreeMap::new(), body: Some(body) };
        self.sandbox.set_rules(vec![Rule {
            on: On::Submit,
            times: Some(1),
            answer: Some(answer),
            ..Rule::default()
        }]);
    }
}

/// A small picture to start from.
pub(crate) fn picture() -> Bytes {
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(64, 48, image::Rgb([200, 120, 40]))
        .write_to(&mut png, image::ImageFormat::Png)
        .unwrap();
    png.into_inner().into()
}

/// Width and height of a picture.
pub(crate) fn size_of(bytes: &[u8]) -> (u32, u32) {
    let picture = image::load_from_memory(bytes).unwrap();
    (picture.width(), picture.height())
}

/// Inputs with no more than a prompt.
pub(crate) fn prompt(words: &str) -> Value {
    json!({"prompt": words})
}
