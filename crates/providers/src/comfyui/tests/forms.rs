//! Workflows as forms.

use serde_json::{Map, Value, json};

use super::{COMFYUI, call};
use crate::Provider;
use crate::comfyui::workflow::{check, fields, filled, modality, name_of, task};
use crate::comfyui::{bundled, workflow};
use crate::conformance::{Peer, Reply};
use crate::error::Kind;
use crate::schema::{Field, FieldKind, MediaKind, Role};
use crate::types::{Modality, Price};

fn shown(fields: &[Field]) -> Vec<(&str, &str, Role)> {
    fields.iter().map(|field| (field.name.as_str(), field.label.as_str(), field.role)).collect()
}

#[test]
fn the_bundled_workflows_are_forms() {
    let words = fields(bundled("text-to-image").unwrap(), &Map::new());
    assert_eq!(
        shown(&words),
        [
            ("prompt", "Prompt", Role::Prompt),
            ("negative_prompt", "Negative prompt", Role::NegativePrompt),
            ("width", "Width", Role::Shape),
            ("height", "Height", Role::Shape),
            ("batch_size", "Batch size", Role::Count),
            ("seed", "Seed", Role::Seed),
            ("steps", "KSampler: steps", Role::Other),
            ("cfg", "KSampler: cfg", Role::Other),
            ("sampler_name", "KSampler: sampler name", Role::Other),
            ("scheduler", "KSampler: scheduler", Role::Other),
            ("denoise", "KSampler: denoise", Role::Other),
            ("ckpt_name", "Load Checkpoint: ckpt name", Role::Other),
        ]
    );
    assert!(words.iter().all(|field| field.advanced == (field.role == Role::Other)));
    assert_eq!(words[2].default, Some(json!(512)));
    assert_eq!(words[5].default, None, "a seed is drawn afresh");
    let picture = fields(bundled("image-to-image").unwrap(), &Map::new());
    let image = picture.iter().find(|field| field.name == "image").unwrap();
    assert_eq!(image.role, Role::Reference);
    let kind = FieldKind::Media { media: MediaKind::Image, max_items: 1, list: false };
    assert_eq!(image.kind, kind);
    assert!(image.help.contains("example.png"));
    for known in COMFYUI.manifest().bundled() {
        let file = bundled(&known.remote_model).unwrap();
        assert_eq!(known.fields, fields(file, &Map::new()));
        assert_eq!((known.task.as_str(), known.modality), (task(file), modality(file)));
        let nothing = Some(Price { micros: 0, currency: "USD".into(), exact: true });
        assert_eq!(known.price, nothing, "it bills nobody, before it has answered too");
    }
}

/// Prompts that pass other nodes and text boxes on their way, two samplers, two pictures, a clip.
fn tangled() -> Value {
    json!({
        "1": {"class_type": "KSamplerAdvanced", "inputs": {
            "noise_seed": 5, "positive": ["2", 0], "negative": ["2", 1], "model": ["9", 0]}},
        "2": {"class_type": "ControlNetApplyAdvanced", "inputs": {
            "positive": ["3", 0], "negative": ["4", 0], "strength": 1, "image": ["7", 0]}},
        "3": {"class_type": "CLIPTextEncode", "inputs": {"text": ["5", 0], "clip": ["9", 1]}},
        "4": {"class_type": "CLIPTextEncode", "_meta": {"title": "Wanted"},
              "inputs": {"text": "blur", "clip": ["9", 1]}},
        "5": {"class_type": "PrimitiveStringMultiline", "inputs": {"value": "a hill"}},
        "6": {"class_type": "KSampler", "_meta": {"title": "Second pass"}, "inputs": {
            "seed": 6, "positive": ["3", 0], "negative": ["4", 0], "latent_image": ["1", 0]}},
        "7": {"class_type": "LoadImage", "inputs": {"image": "pose.png"}},
        "8": {"class_type": "LoadImage", "inputs": {"image": "face.png"}},
        "9": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "a.safetensors"}},
        "10": {"class_type": "VHS_VideoCombine", "inputs": {
            "images": ["6", 0], "frame_rate": 24, "workflow": "inside", "sizes": [1, 2]}},
        "11": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["6", 0]}},
    })
}

#[test]
fn prompts_are_found_behind_other_nodes() {
    let fields = fields(&tangled(), &Map::new());
    assert_eq!(
        shown(&fields),
        [
            ("prompt", "Prompt", Role::Prompt),
            ("negative_prompt", "Negative prompt", Role::NegativePrompt),
            ("image", "Image", Role::Reference),
            ("image_8", "Image", Role::Reference),
            ("seed", "Seed", Role::Seed),
            ("seed_6", "Second pass: seed", Role::Other),
            ("strength", "ControlNetApplyAdvanced: strength", Role::Other),
            ("ckpt_name", "CheckpointLoaderSimple: ckpt name", Role::Other),
            ("frame_rate", "VHS_VideoCombine: frame rate", Role::Other),
            // The plain name is the workflow's own.
            ("workflow_10", "VHS_VideoCombine: workflow", Role::Other),
            ("sizes", "VHS_VideoCombine: sizes", Role::Other),
        ]
    );
    assert_eq!(fields[0].default, Some(json!("a hill")));
    assert_eq!(fields[10].kind, FieldKind::Json);
    assert_eq!(modality(&tangled()), Modality::Video);
    assert_eq!(task(&tangled()), "image-to-video");
    assert_eq!(name_of(&tangled(), "8", "image").as_deref(), Some("image_8"));
}

#[test]
fn a_filled_form_is_the_same_workflow_but_for_its_inputs() {
    let inputs = json!({"prompt": "a sea", "image_8": "rushes/r.png", "seed": 9, "strength": null});
    let mut expected = tangled();
    expected["5"]["inputs"]["value"] = "a sea".into();
    expected["8"]["inputs"]["image"] = "rushes/r.png".into();
    expected["1"]["inputs"]["noise_seed"] = 9.into();
    assert_eq!(filled(&tangled(), inputs.as_object().unwrap()), Ok(expected));
    assert_eq!(filled(&tangled(), &Map::new()), Ok(tangled()));
    let unknown = json!({"nowhere": 1});
    assert_eq!(filled(&tangled(), unknown.as_object().unwrap()), Err("nowhere".to_owned()));
}

#[test]
fn what_the_server_says_makes_choices_and_limits() {
    let nodes = json!({
        "CheckpointLoaderSimple": {"input": {"required": {"ckpt_name": [["a", "b"], {}]}}},
        "EmptyLatentImage": {"input": {"required": {
            "width": ["INT", {"default": 512, "min": 16, "max": 16384, "step": 8}]}}},
        "KSampler": {"input": {"required": {
            "seed": ["INT", {"min": 0, "max": 18_446_744_073_709_551_615_u64}],
            "cfg": ["FLOAT", {"min": 0.0, "max": 100.0, "step": 0.1}],
            "sampler_name": ["COMBO", {"options": ["euler", "heun"]}],
            "scheduler": ["SOMETHING_NEW", {}]},
            "optional": {"denoise": ["BOOLEAN", {}]}}},
    });
    let file = bundled("text-to-image").unwrap();
    let fields = fields(file, nodes.as_object().unwrap());
    let kind = |name: &str| fields.iter().find(|f| f.name == name).unwrap().kind.clone();
    let choice =
        |options: Value| FieldKind::Choice { options: options.as_array().unwrap().clone() };
    assert_eq!(kind("ckpt_name"), choice(json!(["a", "b"])));
    assert_eq!(kind("sampler_name"), choice(json!(["euler", "heun"])));
    let width = FieldKind::Integer { min: Some(16), max: Some(16384), step: Some(8) };
    assert_eq!(kind("width"), width);
    let cfg = FieldKind::Number { min: Some(0.0), max: Some(100.0), step: None };
    assert_eq!(kind("cfg"), cfg);
    assert_eq!(kind("denoise"), FieldKind::Switch);
    assert_eq!(kind("scheduler"), FieldKind::Text { max_length: None, multiline: false });
    let FieldKind::Integer { max: Some(most), .. } = kind("seed") else { panic!() };
    assert_eq!(most, 9_007_199_254_740_991);
    // Names are the same whether the server was asked or not.
    let names = |fields: &[Field]| fields.iter().map(|f| f.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&fields), names(&workflow::fields(file, &Map::new())));
}

#[test]
fn files_that_are_no_workflow_are_told_from_those_that_are() {
    assert_eq!(check(&tangled()), Ok(()));
    for wrong in [
        json!({}),
        json!([]),
        json!(null),
        json!({"1": {"class_type": "A"}}),
        json!({"1": {"inputs": {}}}),
        json!({"nodes": [], "links": []}),
        json!({"links": [], "version": 0.4}),
    ] {
        assert!(check(&wrong).is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn a_file_is_a_model_that_brings_itself_along() {
    let with_server = Peer::start(|seen, _| match seen.path.as_str() {
        "/object_info/CheckpointLoaderSimple" => Reply::Json(
            200,
            json!({"CheckpointLoaderSimple": {"input": {"required": {"ckpt_name": [["x", "y"]]}}}}),
        ),
        "/object_info/PrimitiveStringMultiline" => Reply::Json(404, json!({})),
        _ => Reply::Json(200, json!({})),
    })
    .await;
    let alone = COMFYUI.workflow(None, &tangled()).await.unwrap().unwrap();
    let asked = COMFYUI.workflow(Some(&call(&with_server)), &tangled()).await.unwrap().unwrap();
    for model in [&alone, &asked] {
        let last = model.fields.last().unwrap();
        assert_eq!(
            (last.name.as_str(), last.hidden, &last.kind),
            ("workflow", true, &FieldKind::Json)
        );
        assert_eq!(last.default, Some(tangled()));
        assert_eq!(model.modality, Some(Modality::Video));
    }
    let choices = |fields: &[Field]| {
        let checkpoint = fields.iter().find(|field| field.name == "ckpt_name").unwrap();
        matches!(checkpoint.kind, FieldKind::Choice { .. })
    };
    assert!(!choices(&alone.fields) && choices(&asked.fields));
    // Each class once, and none that has no say in the form.
    let seen = with_server.seen();
    assert_eq!(seen.iter().filter(|seen| seen.path == "/object_info/LoadImage").count(), 1);
    assert!(!seen.iter().any(|seen| seen.path == "/object_info/SaveImage"));
    let error = COMFYUI.workflow(None, &json!({"nodes": []})).await.unwrap_err();
    assert_eq!(error.kind, Kind::Invalid { field: Some("workflow".into()) });
    assert!(error.hint.unwrap().contains("Export (API)"));
}

#[tokio::test]
async fn a_workflow_has_to_end_in_something() {
    let ending = |class: &str| {
        json!({
            "1": {"class_type": "LoadImage", "inputs": {"image": "a.png"}},
            "2": {"class_type": class, "inputs": {"images": ["1", 0]}},
        })
    };
    let server = Peer::start(|seen, _| {
        let class = seen.path.rsplit('/').next().unwrap_or_default();
        let known = json!({class: {"input": {}, "output_node": class == "Postbox"}});
        Reply::Json(200, if class == "Unheard" { json!({}) } else { known })
    })
    .await;
    let server = call(&server);
    for class in ["SaveImage", "VHS_VideoCombine", "easy imageSave", "PreviewImage"] {
        assert!(COMFYUI.workflow(None, &ending(class)).await.is_ok(), "{class}");
    }
    // Only a server knows what a node of such a name does, if it has it.
    for class in ["Postbox", "Sharpen", "Unheard"] {
        assert!(COMFYUI.workflow(None, &ending(class)).await.is_ok(), "{class}");
        let told = COMFYUI.workflow(Some(&server), &ending(class)).await;
        assert_eq!(told.is_ok(), class != "Sharpen", "{class}");
    }
    for call in [None, Some(&server)] {
        let error = COMFYUI.workflow(call, &ending("VAEDecode")).await.unwrap_err();
        assert_eq!(error.message, "Nothing in this workflow saves a picture or a clip.");
        assert!(error.hint.unwrap().contains("Save Image"));
    }
}

#[test]
fn a_class_of_any_name_can_be_asked_about() {
    use crate::comfyui::wire::info_path;
    assert_eq!(info_path("KSampler").as_deref(), Some("object_info/KSampler"));
    assert_eq!(
        info_path("Power Lora? (a/b)").as_deref(),
        Some("object_info/Power%20Lora%3F%20(a%2Fb)")
    );
    assert_eq!(info_path(".."), None);
}
