#![allow(clippy::unwrap_used)] // a test stops at the first surprise

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::library::wrapping::png;

/// Files that `fixtures/recipes/make.py` made.
macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../../fixtures/recipes/", $name)).as_slice()
    };
}

const FILES: &[&[u8]] = &[
    fixture!("a1111.png"),
    fixture!("a1111-ztxt.png"),
    fixture!("a1111-itxt-zip.png"),
    fixture!("a1111.jpg"),
    fixture!("a1111-little.jpg"),
    fixture!("a1111.webp"),
    fixture!("comfyui.png"),
    fixture!("comfyui-flux.png"),
    fixture!("comfyui.webp"),
    fixture!("invokeai.png"),
    fixture!("invokeai-2.png"),
    fixture!("stability-matrix.png"),
];

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn lighthouse() -> Recipe {
    Recipe {
        program: Program::A1111,
        prompt: "a lighthouse at dusk, <lora:fog:0.6>\nsecond line, \"quoted\"".into(),
        negative: Some("blurry, lowres".into()),
        model: Some("dreamshaper_8".into()),
        seed: Some(4_294_967_295),
        steps: Some(28),
        sampler: Some("DPM++ 2M".into()),
        guidance: Some(6.5),
        size: Some((512, 768)),
        inputs: object(&json!({
            "Schedule type": "Karras",
            "Model hash": "6ce0161689",
            "Lora hashes": "fog: 0123456789ab, sea: ba9876543210",
            "Hashes": {"model": "6ce0161689", "lora:fog": "0123456789ab"},
            "Version": "v1.10.1",
        })),
        ..Recipe::default()
    }
}

fn forge() -> Recipe {
    Recipe {
        program: Program::Forge,
        prompt: "夜の灯台、霧".into(),
        model: Some("flux1-dev-bnb-nf4-v2".into()),
        seed: Some(7),
        steps: Some(20),
        sampler: Some("Euler".into()),
        guidance: Some(1.0),
        size: Some((896, 1152)),
        inputs: object(&json!({
            "Schedule type": "Simple",
            "Distilled CFG Scale": 3.5,
            "Model hash": "c161224931",
            "Version": "f2.0.1v1.10.1-previous-669-gdfdcbab6",
        })),
        ..Recipe::default()
    }
}

#[test]
fn automatic1111_is_read_from_every_place_it_writes_to() {
    for (at, file) in [
        fixture!("a1111.png"),
        fixture!("a1111-ztxt.png"),
        fixture!("a1111.jpg"),
        fixture!("a1111.webp"),
        fixture!("a1111-ascii.jpg"),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(read(file), Some(lighthouse()), "file {at}");
    }
    for file in [fixture!("a1111-itxt.png"), fixture!("a1111-itxt-zip.png")] {
        let Recipe { prompt, .. } = lighthouse();
        assert_eq!(read(file), Some(Recipe { prompt: format!("夜 {prompt}"), ..lighthouse() }));
    }
}

#[test]
fn words_beyond_latin_survive_each_encoding() {
    for file in [fixture!("forge.png"), fixture!("a1111-little.jpg"), fixture!("a1111-utf8.webp")] {
        assert_eq!(read(file), Some(forge()));
    }
}

#[test]
fn a_line_of_settings_alone_and_words_alone() {
    let read = |text: &str| a1111::read(text);
    assert_eq!(read("a lighthouse, in: fog"), None);
    assert_eq!(read("{\"sui_image_params\": {\"prompt\": \"x\"}}"), None);
    assert_eq!(read(""), None);
    let bare = read("Steps: 4, Sampler: LCM, Seed: 1").unwrap();
    assert_eq!((bare.prompt.as_str(), bare.steps, bare.seed), ("", Some(4), Some(1)));
    // An extension's lines behind the settings.
    let more = read("a\nSteps: 4, Seed: 1, Version: v1.9.0\nTemplate: {a|b}, Negative Template: c")
        .unwrap();
    assert_eq!(more.prompt, "a");
    assert_eq!(
        more.inputs,
        object(&json!({"Version": "v1.9.0", "Template": "{a|b}", "Negative Template": "c"}))
    );
}

#[test]
fn comfyui_is_read_by_its_graph() {
    let expected = Recipe {
        program: Program::Comfyui,
        prompt: "beautiful scenery, 夜の灯台".into(),
        negative: Some("text, watermark".into()),
        model: Some("v1-5-pruned-emaonly.safetensors".into()),
        seed: Some(156_680_208_700_286),
        steps: Some(20),
        sampler: Some("euler".into()),
        guidance: Some(8.0),
        size: Some((640, 384)),
        inputs: object(
            &json!({"scheduler": "normal", "denoise": 1.0, "loras": ["fog.safetensors"]}),
        ),
        ..Recipe::default()
    };
    for file in [fixture!("comfyui.png"), fixture!("comfyui.webp"), fixture!("comfyui.jpg")] {
        let mut read = read(file).unwrap();
        let (graph, workflow) = (read.graph.take().unwrap(), read.workflow.take().unwrap());
        // Letter for letter, NaN and all.
        assert!(
            graph.starts_with("{\"3\": {\"class_type\": \"KSampler\"") && graph.contains("[NaN]")
        );
        assert!(workflow.starts_with("{\"last_node_id\": 11, ") && workflow.ends_with('}'));
        assert_eq!(read, expected);
    }
}

#[test]
fn a_graph_with_a_guider_is_walked_too() {
    let mut read = read(fixture!("comfyui-flux.png")).unwrap();
    assert!(read.graph.take().is_some());
    let expected = Recipe {
        program: Program::Comfyui,
        prompt: "a fox in the snow".into(),
        model: Some("flux1-dev.safetensors".into()),
        seed: Some(219_670_278_747_233),
        steps: Some(25),
        sampler: Some("euler".into()),
        guidance: Some(3.5),
        size: Some((1024, 1024)),
        inputs: object(&json!({"scheduler": "simple", "denoise": 1.0})),
        ..Recipe::default()
    };
    assert_eq!(read, expected);
}

#[test]
fn the_invokeai_generations() {
    let newest = Recipe {
        program: Program::Invokeai,
        prompt: "landscape, oil".into(),
        negative: Some("low quality".into()),
        model: Some("juggernaut-xl".into()),
        seed: Some(356_120_443),
        steps: Some(50),
        sampler: Some("dpmpp_2m_sde_k".into()),
        guidance: Some(7.5),
        size: Some((768, 432)),
        inputs: object(&json!({
            "generation_mode": "txt2img", "rand_device": "cpu", "clip_skip": 0, "loras": [], "app_version": "5.6.0",
        })),
        ..Recipe::default()
    };
    assert_eq!(read(fixture!("invokeai.png")), Some(newest));
    let second = Recipe {
        program: Program::Invokeai,
        prompt: "a castle at noon".into(),
        negative: Some("fog, rain".into()),
        model: Some("stable-diffusion-1.5".into()),
        seed: Some(3_281_041_921),
        steps: Some(50),
        sampler: Some("k_lms".into()),
        guidance: Some(7.5),
        size: Some((640, 512)),
        inputs: object(&json!({
            "threshold": 0, "perlin": 0, "type": "txt2img", "variations": [], "model": "stable diffusion",
            "model_hash": "cc6cb27103", "app_id": "invoke-ai/InvokeAI", "app_version": "2.2.5",
        })),
        ..Recipe::default()
    };
    assert_eq!(read(fixture!("invokeai-2.png")), Some(second));
    let first = Recipe {
        program: Program::Invokeai,
        prompt: "a castle \"by the sea\"".into(),
        negative: Some("fog".into()),
        seed: Some(3_281_041_921),
        steps: Some(50),
        sampler: Some("k_lms".into()),
        guidance: Some(7.5),
        size: Some((512, 640)),
        inputs: object(&json!({"U": "2.0 0.75"})),
        ..Recipe::default()
    };
    assert_eq!(read(fixture!("invokeai-1.png")), Some(first));
}

#[test]
fn stability_matrix_with_its_project_and_graph() {
    let mut read = read(fixture!("stability-matrix.png")).unwrap();
    assert!(read.graph.take().unwrap().contains("SamplerCustomAdvanced"));
    let expected = Recipe {
        program: Program::StabilityMatrix,
        prompt: "a red kite".into(),
        negative: Some("clouds".into()),
        model: Some("sd_xl_base_1.0".into()),
        seed: Some(u64::MAX),
        steps: Some(30),
        sampler: Some("DPM++ 2M Karras".into()),
        guidance: Some(5.0),
        size: Some((832, 1216)),
        inputs: object(&json!({
            "ModelHash": "31e35c80fc",
            "smproj": {"Version": 2, "ProjectType": "TextToImage", "State": {"Seed": {"Seed": "1"}}},
        })),
        ..Recipe::default()
    };
    assert_eq!(read, expected);
}

#[test]
fn nothing_is_made_up() {
    for file in
        [fixture!("plain.png"), b"", b"\x89PNG\r\n\x1a\n", b"RIFF\xff\xff\xff\xffWEBP", b"<html>"]
    {
        assert_eq!(read(file), None);
    }
}

/// A picture whose head alone is real, with this chunk in it.
fn with_chunk(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let plain = fixture!("plain.png");
    [&plain[..33], &png::chunk(kind, body), &plain[33..]].concat()
}

#[test]
fn what_is_too_long_is_passed_over_and_the_rest_is_read() {
    let mut bomb =
        flate2::write::ZlibEncoder::new(b"parameters\0\0".to_vec(), flate2::Compression::best());
    std::io::copy(&mut std::io::Read::take(std::io::repeat(b'a'), 64 << 20), &mut bomb).unwrap();
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < 100_000);
    assert_eq!(read(&with_chunk(*b"zTXt", &bomb)), None);

    let mut long = b"parameters\0".to_vec();
    long.resize(9 << 20, b'x');
    long.extend(b"\nSteps: 1, Seed: 2, Size: 8x8");
    assert_eq!(read(&with_chunk(*b"tEXt", &long)), None);
    let short = with_chunk(*b"tEXt", b"parameters\0a\nSteps: 1, Seed: 2, Size: 8x8");
    let both = [&short[..33], &png::chunk(*b"tEXt", &long), &short[33..]].concat();
    assert_eq!(read(&both).map(|recipe| recipe.prompt), Some("a".into()));
}

#[test]
fn a_graph_that_bites_its_tail_ends() {
    let graph = json!({
        "1": {"class_type": "KSampler", "inputs": {
            "seed": 1, "positive": ["2", 0], "negative": ["2", 0], "model": ["1", 0], "latent_image": ["1", 0]}},
        "2": {"class_type": "ConditioningCombine", "inputs": {"conditioning_1": ["2", 0], "conditioning_2": ["1", 0]}},
        "3": {"class_type": "SaveImage", "inputs": {"images": ["1", 0]}},
    });
    let file = with_chunk(*b"tEXt", format!("prompt\0{graph}").as_bytes());
    let recipe = read(&file).unwrap();
    assert_eq!((recipe.seed, recipe.prompt.as_str()), (Some(1), ""));
}

#[test]
fn a_sidecar_counts_only_for_its_own_file() {
    let bench = crate::library::testkit::Bench::new();
    let picture = fixture!("a1111.png");
    let sidecar = json!({
        "rushes": 1, "id": "ast_1", "code": "152-1·2", "prompt": "boats", "model": "flux-2-pro",
        "provider": "wavespeed", "endpoint": "wavespeed:flux/2-pro",
        "inputs": {"size": "1024*768", "num_inference_steps": 30, "guidance_scale": 2.5}, "seed": 9,
        "references": [], "price": null, "licence": rushes_providers::types::Licence::default(), "remote_id": null,
        "created_at": 1, "blake3": blake3::hash(picture).to_hex().to_string(), "bytes": picture.len(),
        "width": 16, "height": 12, "duration_ms": null,
    });
    let path = bench.file("a.png", picture);
    bench.file("a.png.json", sidecar.to_string().as_bytes());
    let expected = Recipe {
        program: Program::Rushes,
        prompt: "boats".into(),
        model: Some("flux-2-pro".into()),
        seed: Some(9),
        steps: Some(30),
        guidance: Some(2.5),
        size: Some((1024, 768)),
        inputs: object(&sidecar["inputs"]),
        ..Recipe::default()
    };
    assert_eq!(read_file(&path).unwrap(), Some(expected));
    // Another picture took the name: what stands in it counts.
    bench.file("a.png", fixture!("forge.png"));
    assert_eq!(read_file(&path).unwrap(), Some(forge()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_makes_a_reader_fall(
        at in any::<prop::sample::Index>(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        end in any::<prop::sample::Index>(),
        whole in any::<bool>(),
    ) {
        let mut file = at.get(FILES).to_vec();
        for (at, byte) in cuts {
            let at = at.index(file.len());
            file[at] = byte;
        }
        if !whole {
            file.truncate(end.index(file.len()));
        }
        crate::library::probe_words(&file);
    }

    #[test]
    fn no_line_of_settings_makes_a_reader_fall(text in "\\PC{0,80}(\n|, )(Steps: [0-9]{0,12}, )?([\\PC:,\"{}\\[\\]]{0,20}: ?[\\PC\"{,]{0,12},? ?){0,6}") {
        a1111::read(&text);
        let file = with_chunk(*b"tEXt", format!("Dream\0\"{text}").as_bytes());
        read(&file);
    }
}
