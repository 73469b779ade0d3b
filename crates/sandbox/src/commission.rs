//! A request for work, in whichever dialect it came, turned into a task of the sandbox.

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::answer::{Cause, Refusal};
use crate::catalog::Craft;
use crate::ledger::{Entry, EntryKind};
use crate::order::{Order, PIXELS};
use crate::task::Task;
use crate::tasks::Running;
use crate::uploads::Upload;
use crate::world::World;
use crate::{drive, webhook};

/// What another service's model is asked for, in the sandbox's own words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Commission {
    /// The dialect it came in; empty for the sandbox's own.
    pub(crate) dialect: &'static str,
    /// The model as the caller named it.
    pub(crate) model: String,
    /// The caller's body, for answers that echo it.
    pub(crate) echo: Value,
    pub(crate) prompt: String,
    pub(crate) negative_prompt: Option<String>,
    /// Pixels; brought into the sandbox's range.
    pub(crate) size: Option<(u32, u32)>,
    /// Such as `16:9`; the nearest one that the sandbox paints is taken.
    pub(crate) aspect_ratio: Option<String>,
    /// `1k`, `2k`, `480p`, `720p`, `1080p`.
    pub(crate) resolution: Option<String>,
    /// Seconds, for a clip; 0 for a picture.
    pub(crate) duration: u32,
    pub(crate) seed: Option<u64>,
    /// `png`, `jpeg`, `webp`.
    pub(crate) format: Option<String>,
    /// Pictures to work from: URLs, `data:` URIs, or the sandbox's own from [`World::shelve`].
    pub(crate) references: Vec<String>,
    pub(crate) webhook: Option<String>,
    /// What the webhook is signed with, where the caller brings it.
    pub(crate) webhook_secret: Option<String>,
    pub(crate) client_reference: Option<String>,
    /// The caller's own name for the task, where the dialect lets it choose.
    pub(crate) id: Option<String>,
}

impl Commission {
    /// Takes it on: its file and its ledger line are on the disk when this returns.
    pub(crate) fn take(self, world: &Arc<World>) -> Result<Arc<Running>, Refusal> {
        let references = self
            .references
            .iter()
            .map(|reference| shelved(world, reference))
            .collect::<Result<Vec<_>, _>>()?;
        let craft = match (self.duration > 0, references.is_empty()) {
            (false, true) => Craft::Still,
            (false, false) => Craft::Edit,
            (true, true) => Craft::Clip,
            (true, false) => Craft::ImageToClip,
        };
        let inputs = Value::Object(self.inputs(craft, references));
        let order = Ordered {
            dialect: self.dialect,
            named: Some(self.model),
            echo: self.echo,
            id: self.id,
            webhook: self.webhook,
            webhook_secret: self.webhook_secret,
            client_reference: self.client_reference,
        };
        commission(world, craft.model(), inputs, order)
    }

    fn inputs(&self, craft: Craft, references: Vec<String>) -> Map<String, Value> {
        let mut inputs = Map::new();
        inputs.insert("prompt".into(), self.prompt.clone().into());
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                inputs.insert(name.into(), value);
            }
        };
        let resolution = self.resolution.as_deref().map(str::to_lowercase);
        put("seed", self.seed.map(|seed| (seed % (1 << 31)).into()));
        if craft.is_video() {
            put("duration", Some(self.duration.clamp(1, 10).into()));
            let known = ["480p", "720p", "1080p"];
            put("resolution", resolution.filter(|r| known.contains(&r.as_str())).map(Value::from));
        } else {
            put("negative_prompt", self.negative_prompt.clone().map(Value::from));
            put("output_format", self.format.clone().map(Value::from));
            put("resolution", resolution.filter(|r| r == "2k").map(Value::from));
            let size = self.size.map(|(w, h)| {
                let fit = |side: u32| side.clamp(PIXELS.0, PIXELS.1) / 2 * 2;
                format!("{}*{}", fit(w), fit(h))
            });
            put("size", size.map(Value::from));
        }
        if craft != Craft::ImageToClip {
            let ratio = self.aspect_ratio.as_deref().or_else(|| match self.size {
                Some((w, h)) if craft.is_video() && h > w => Some("9:16"),
                _ => None,
            });
            put("aspect_ratio", ratio.and_then(|ratio| nearest(ratio, craft)).map(Value::from));
        }
        match craft {
            Craft::Edit => put("images", Some(references.into_iter().take(4).collect())),
            Craft::ImageToClip => {
                let mut references = references.into_iter();
                put("image", references.next().map(Value::from));
                put("last_image", references.next().map(Value::from));
            }
            Craft::Still | Craft::Clip => {}
        }
        inputs
    }
}

/// The painted ratio that is nearest to a wished one.
fn nearest(ratio: &str, craft: Craft) -> Option<&'static str> {
    let stills = ["1:1", "3:2", "2:3", "4:3", "3:4", "16:9", "9:16", "21:9"];
    let clips = ["16:9", "9:16", "1:1", "4:3", "3:4"];
    let painted: &[&'static str] = if craft.is_video() { &clips } else { &stills };
    let of = |text: &str| {
        let (w, h) = text.split_once(':')?;
        let (w, h) = (w.trim().parse::<f64>().ok()?, h.trim().parse::<f64>().ok()?);
        (w > 0.0 && h > 0.0).then(|| (w / h).ln())
    };
    let wished = of(ratio)?;
    painted.iter().copied().min_by(|a, b| {
        let far = |text| of(text).map_or(f64::MAX, |ratio| (ratio - wished).abs());
        far(a).total_cmp(&far(b))
    })
}

/// A reference as a URL: what came inside the request is put on the shelf.
fn shelved(world: &World, reference: &str) -> Result<String, Refusal> {
    let Some(rest) = reference.strip_prefix("data:") else { return Ok(reference.to_owned()) };
    let wrong = || Refusal::invalid("the image is no data URI that can be read");
    let (media_type, encoded) = rest.split_once(";base64,").ok_or_else(wrong)?;
    let bytes = STANDARD.decode(encoded).map_err(|_| wrong())?;
    world.shelve("reference", Some(media_type), bytes.into())
}

impl World {
    /// Keeps a file that came with a request; answers its URL.
    pub(crate) fn shelve(
        &self,
        name: &str,
        media_type: Option<&str>,
        bytes: Bytes,
    ) -> Result<String, Refusal> {
        let upload = Upload::new(name, bytes.len() as u64, media_type, Timestamp::now());
        let url = format!("{}/in/{}/{}", self.base_url, upload.token, upload.name);
        let token = upload.token.clone();
        let failed = |error| Refusal::internal(&error);
        self.uploads.add(upload).map_err(failed)?;
        self.uploads.put(&token, bytes).map_err(failed)?;
        Ok(url)
    }
}

/// What a task remembers of how it was asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ordered {
    pub(crate) dialect: &'static str,
    pub(crate) named: Option<String>,
    pub(crate) echo: Value,
    pub(crate) id: Option<String>,
    pub(crate) webhook: Option<String>,
    pub(crate) webhook_secret: Option<String>,
    pub(crate) client_reference: Option<String>,
}

/// Makes a task of one of the sandbox's own models and starts it.
pub(crate) fn commission(
    world: &Arc<World>,
    model_id: &str,
    body: Value,
    ordered: Ordered,
) -> Result<Arc<Running>, Refusal> {
    let model = world.catalog.find(model_id).ok_or_else(|| Refusal::not_found("model"))?;
    let inputs = model.check(&body)?;
    let seed = inputs
        .get("seed")
        .and_then(Value::as_u64)
        .map_or_else(|| rand::random::<u32>() >> 1, |seed| seed as u32);
    Order::read(model.craft, &inputs, seed)?;
    if ordered.webhook.as_deref().is_some_and(|url| !webhook::is_allowed(url)) {
        return Err(Refusal::invalid("webhook must be an https URL, or a URL on this computer"));
    }
    let charge_micros = model.price_micros(&body);
    if charge_micros > 0 && charge_micros > world.balance_micros() {
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "Insufficient credits. Please top up your balance.",
        )
        .because(Cause::Credit));
    }
    if ordered.id.as_deref().is_some_and(|id| world.tasks.find(id).is_some()) {
        return Err(Refusal::new(StatusCode::CONFLICT, "there is a task of that name"));
    }
    let fresh = || uuid::Uuid::new_v4().simple().to_string();
    let task = Task {
        id: ordered.id.unwrap_or_else(fresh),
        model: model_id.to_owned(),
        render_ms: render_ms(world, model.craft, &body),
        inputs: body,
        seed,
        created_at: now(),
        client_reference: ordered.client_reference,
        webhook: ordered.webhook,
        webhook_secret: ordered.webhook_secret,
        charge_micros,
        token: fresh(),
        end: None,
        dialect: ordered.dialect.to_owned(),
        named: ordered.named,
        echo: ordered.echo,
    };
    let running = create(world, task).map_err(|error| Refusal::internal(&error))?;
    drive::start(world, Arc::clone(&running));
    Ok(running)
}

/// The caller's own name for its request, where it gives one.
pub(crate) fn client_reference(headers: &HeaderMap) -> Option<String> {
    headers.get("x-client-reference").and_then(|v| v.to_str().ok()).map(str::to_owned)
}

fn create(world: &World, task: Task) -> std::io::Result<Arc<Running>> {
    let entry = Entry {
        at: task.created_at,
        kind: EntryKind::Create,
        id: task.id.clone(),
        model: task.name().to_owned(),
        client_reference: task.client_reference.clone(),
        seed: task.seed,
        amount_micros: task.charge_micros,
    };
    let running = world.tasks.add(task)?;
    world.ledger.add(entry)?;
    Ok(running)
}

/// The least time to completion; `[slow]` in the prompt makes it five times as long.
fn render_ms(world: &World, craft: Craft, inputs: &Value) -> u64 {
    let times = world.config.render_time;
    let time = if craft.is_video() { times.video } else { times.image };
    let is_slow = inputs["prompt"].as_str().is_some_and(|prompt| prompt.contains("[slow]"));
    time.as_millis() as u64 * if is_slow { 5 } else { 1 }
}

/// Now, to the millisecond that the wire shows, so that a window drawn by a shown time contains its task.
fn now() -> Timestamp {
    Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_painted_ratio_is_taken() {
        for (wished, still, clip) in [
            ("16:9", Some("16:9"), Some("16:9")),
            ("5:4", Some("4:3"), Some("4:3")),
            ("1:8", Some("9:16"), Some("9:16")),
            ("21:9", Some("21:9"), Some("16:9")),
            ("wide", None, None),
            ("0:1", None, None),
        ] {
            assert_eq!(nearest(wished, Craft::Edit), still, "{wished}");
            assert_eq!(nearest(wished, Craft::Clip), clip, "{wished}");
        }
    }
}
