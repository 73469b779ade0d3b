//! One model at one provider, from the bundled file, the live list, or both.

use rushes_providers::Manifest;
use rushes_providers::manifest::Catalogue;
use rushes_providers::schema::{Field, Role};
use rushes_providers::types::{Licence, LiveModel, Modality, Price, Retired};

/// An endpoint without what changes by the hour (key, history).
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// `provider:remote model id`.
    pub id: String,
    /// Provider id.
    pub provider: String,
    /// The provider's name for the model.
    pub remote_model: String,
    /// Family slug.
    pub model: String,
    /// Readable name.
    pub name: String,
    /// One line; may be empty.
    pub description: String,
    /// The provider's own kind.
    pub task: String,
    /// What it makes.
    pub modality: Modality,
    /// Its inputs; empty when nobody has told them yet.
    pub fields: Vec<Field>,
    /// List price.
    pub price: Option<Price>,
    /// Licence of the model's outputs.
    pub licence: Licence,
    /// Documentation.
    pub docs: Option<String>,
    /// Date of this knowledge.
    pub as_of: String,
    /// Whether the live list knows it.
    pub live: bool,
    /// What the provider's own terms say about outputs.
    pub output_terms: Licence,
    /// The day it stops, where that was announced.
    pub ends_on: Option<String>,
    /// Set when it has stopped.
    pub retired: Option<Retired>,
    /// Whether it is a workflow of the user's own.
    pub own: bool,
}

impl Entry {
    /// The field with this role, if there is one.
    pub fn field(&self, role: Role) -> Option<&Field> {
        self.fields.iter().find(|field| field.role == role)
    }
}

/// What a provider offers, and what it has switched off. With a live list of all its models, what it
/// no longer lists is left out; without one the bundled endpoints stand alone. `day` is the live list's date.
pub fn merge(manifest: &Manifest, live: Option<(&[LiveModel], &str)>) -> Vec<Entry> {
    let bundled = manifest.bundled();
    let Some((models, day)) = live else {
        return bundled.iter().map(|known| bundled_entry(manifest, known)).collect();
    };
    let listed = models.iter().filter_map(|model| {
        let modality = model.modality?;
        let known = bundled.iter().find(|known| known.remote_model == model.remote_model);
        Some(Entry {
            id: format!("{}:{}", manifest.id, model.remote_model),
            provider: manifest.id.clone(),
            remote_model: model.remote_model.clone(),
            model: known.map_or_else(|| model.remote_model.clone(), |k| k.model.clone()),
            name: known.map_or_else(|| model.name.clone(), |k| k.name.clone()),
            description: model.description.clone(),
            task: model.task.clone(),
            modality,
            // A list that does not tell the inputs leaves them as they are bundled.
            fields: match known {
                Some(known) if model.fields.is_empty() => known.fields.clone(),
                _ => model.fields.clone(),
            },
            price: model.price.clone().or_else(|| known.and_then(|k| k.price.clone())),
            licence: model
                .licence
                .clone()
                .or_else(|| known.map(|k| k.licence.clone()))
                .unwrap_or_default(),
            docs: model.docs.clone().or_else(|| known.and_then(|k| k.docs.clone())),
            as_of: day.to_owned(),
            live: true,
            output_terms: manifest.output_terms.clone(),
            ends_on: model.ends_on.clone().or_else(|| known.and_then(|k| k.ends_on.clone())),
            retired: known.and_then(|k| k.retired.clone()),
            own: false,
        })
    });
    let whole = manifest.catalogue == Catalogue::Listed;
    let unlisted = bundled.iter().filter(|known| {
        (!whole || known.retired.is_some())
            && !models.iter().any(|model| model.remote_model == known.remote_model)
    });
    listed.chain(unlisted.map(|known| bundled_entry(manifest, known))).collect()
}

fn bundled_entry(manifest: &Manifest, known: &rushes_providers::BundledEndpoint) -> Entry {
    Entry {
        id: format!("{}:{}", manifest.id, known.remote_model),
        provider: manifest.id.clone(),
        remote_model: known.remote_model.clone(),
        model: known.model.clone(),
        name: known.name.clone(),
        description: String::new(),
        task: known.task.clone(),
        modality: known.modality,
        fields: known.fields.clone(),
        price: known.price.clone(),
        licence: known.licence.clone(),
        docs: known.docs.clone(),
        as_of: known.as_of.clone(),
        live: false,
        output_terms: manifest.output_terms.clone(),
        ends_on: known.ends_on.clone(),
        retired: known.retired.clone(),
        own: false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn live(remote_model: &str, modality: Option<Modality>) -> LiveModel {
        LiveModel {
            remote_model: remote_model.into(),
            name: "From the list".into(),
            description: String::new(),
            task: "text-to-image".into(),
            modality,
            fields: Vec::new(),
            price: None,
            licence: None,
            docs: None,
            ends_on: None,
        }
    }

    #[test]
    fn bundled_endpoints_stand_until_a_live_list_comes() {
        let manifest = rushes_providers::find("sandbox").unwrap().manifest();
        let entries = merge(manifest, None);
        assert_eq!(entries.len(), manifest.bundled().len());
        assert!(entries.iter().all(|entry| !entry.live && !entry.fields.is_empty()));
    }

    #[test]
    fn a_live_list_rules_and_keeps_what_only_we_know() {
        let manifest = rushes_providers::find("sandbox").unwrap().manifest();
        let known = &manifest.bundled()[0];
        let models = [
            live(&known.remote_model, Some(known.modality)),
            live("new/one", Some(Modality::Video)),
            live("sound/only", None),
        ];
        let entries = merge(manifest, Some((&models, "2026-11-22")));
        let ids: Vec<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids, [format!("sandbox:{}", known.remote_model).as_str(), "sandbox:new/one"]);
        assert_eq!(entries[0].licence, known.licence);
        assert_eq!(entries[0].name, known.name);
        assert_eq!(entries[1].licence, Licence::default());
        assert!(entries.iter().all(|entry| entry.as_of == "2026-11-22"));
    }
}
