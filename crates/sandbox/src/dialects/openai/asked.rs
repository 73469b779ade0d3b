//! A request as it came: fields in JSON or in a form, and the form's files.

use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;
use bytes::Bytes;
use serde_json::{Map, Value};

use crate::answer::Refusal;
use crate::routes::JsonBody;
use crate::world::World;

/// What was asked.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    fields: Map<String, Value>,
    files: Vec<File>,
}

#[derive(Debug)]
struct File {
    field: String,
    name: String,
    media_type: Option<String>,
    bytes: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Asked {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let is_form = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("multipart/form-data"));
        if is_form {
            let form = Multipart::from_request(request, state)
                .await
                .map_err(|error| Refusal::new(error.status(), error.body_text()))?;
            return Self::read(form).await;
        }
        let JsonBody(body) = JsonBody::from_request(request, state).await?;
        match body {
            Value::Object(fields) => Ok(Self { fields, files: Vec::new() }),
            _ => Err(Refusal::invalid("the body must be a JSON object")),
        }
    }
}

impl Asked {
    async fn read(mut form: Multipart) -> Result<Self, Refusal> {
        let unreadable = |error: axum::extract::multipart::MultipartError| {
            Refusal::new(error.status(), error.body_text())
        };
        let mut asked = Self::default();
        while let Some(field) = form.next_field().await.map_err(unreadable)? {
            let name = field.name().unwrap_or_default().to_owned();
            let file = field.file_name().map(str::to_owned);
            let media_type = field.content_type().map(str::to_owned);
            let bytes = field.bytes().await.map_err(unreadable)?;
            if let Some(file) = file {
                asked.files.push(File { field: name, name: file, media_type, bytes });
            } else {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                asked.fields.insert(name, text.into());
            }
        }
        Ok(asked)
    }

    /// A field as it came.
    pub(crate) fn field(&self, name: &str) -> &Value {
        self.fields.get(name).unwrap_or(&Value::Null)
    }

    /// A field's text; nothing where it is empty.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.field(name).as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// A field's whole number, which a form gives as text.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        let value = self.field(name);
        value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
    }

    /// A field that is on or off.
    pub(crate) fn flag(&self, name: &str) -> bool {
        let value = self.field(name);
        *value == true || *value == "true"
    }

    /// Pixels, written `1024x1024`; nothing for `auto`.
    pub(crate) fn size(&self) -> Result<Option<(u32, u32)>, Refusal> {
        let Some(text) = self.text("size").filter(|text| text != "auto") else { return Ok(None) };
        let sides =
            text.split_once('x').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
        match sides {
            Some((w, h)) if w > 0 && h > 0 => Ok(Some((w, h))),
            _ => Err(Refusal::invalid(format!("size '{text}' is not one that can be painted"))),
        }
    }

    /// The bytes of the first file under this name.
    pub(crate) fn file(&self, name: &str) -> Option<&Bytes> {
        self.files.iter().find(|file| file.field == name).map(|file| &file.bytes)
    }

    /// The pictures under these names, as URLs: files of a form (also as a list, `image[]`), links and base64 in
    /// JSON.
    pub(crate) fn pictures(&self, world: &World, names: &[&str]) -> Result<Vec<String>, Refusal> {
        let mut urls = Vec::new();
        for name in names {
            for file in &self.files {
                if file.field.strip_suffix("[]").unwrap_or(&file.field) == *name {
                    let media_type = file.media_type.as_deref();
                    urls.push(world.shelve(&file.name, media_type, file.bytes.clone())?);
                }
            }
            match self.field(name) {
                Value::Array(items) => urls.extend(items.iter().filter_map(url)),
                one => urls.extend(url(one)),
            }
        }
        Ok(urls)
    }
}

/// A picture named in JSON.
fn url(value: &Value) -> Option<String> {
    let text = value["image_url"].as_str().or_else(|| value.as_str()).filter(|t| !t.is_empty())?;
    if text.starts_with("http") || text.starts_with("data:") {
        return Some(text.to_owned());
    }
    Some(format!("data:application/octet-stream;base64,{text}"))
}
