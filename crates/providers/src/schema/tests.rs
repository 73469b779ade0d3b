#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests")]

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Field, FieldKind, MaskForm, MediaKind, Problem, Role, validate};

/// The one field of a schema with one property.
fn field(name: &str, property: Value) -> Field {
    field_for("", name, property)
}

fn field_for(task: &str, name: &str, property: Value) -> Field {
    let mut properties = Map::new();
    properties.insert(name.into(), property);
    let mut fields = Field::for_task(&json!({"properties": properties}), task);
    assert_eq!(fields.len(), 1);
    fields.remove(0)
}

fn size(min: u32, max: u32, separator: &str, options: &[&str]) -> FieldKind {
    FieldKind::Size {
        min,
        max,
        separator: separator.into(),
        options: options.iter().map(ToString::to_string).collect(),
        words: Vec::new(),
    }
}

/// fal's size: an object of both sides, or one of these words.
fn sides(min: u32, max: u32, words: &[&str]) -> FieldKind {
    FieldKind::Size {
        min,
        max,
        separator: "×".into(),
        options: Vec::new(),
        words: words.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn kinds_follow_the_schema() {
    let image = |max_items, list| FieldKind::Media { media: MediaKind::Image, max_items, list };
    let cases = [
        (
            "prompt",
            json!({"type": "string", "maxLength": 400}),
            FieldKind::Text { max_length: Some(400), multiline: true },
        ),
        (
            "style",
            json!({"type": "string"}),
            FieldKind::Text { max_length: None, multiline: false },
        ),
        (
            "style",
            json!({"type": "string", "x-ui-component": "textarea"}),
            FieldKind::Text { max_length: None, multiline: true },
        ),
        (
            "style",
            json!({"enum": ["a", "b"]}),
            FieldKind::Choice { options: vec![json!("a"), json!("b")] },
        ),
        (
            "fps",
            json!({"type": "integer", "enum": [24, 30]}),
            FieldKind::Choice { options: vec![json!(24), json!(30)] },
        ),
        (
            "steps",
            json!({"type": "integer", "minimum": 1, "maximum": 50, "step": 1}),
            FieldKind::Integer { min: Some(1), max: Some(50), step: Some(1) },
        ),
        (
            "steps",
            json!({"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 10}),
            FieldKind::Integer { min: Some(1), max: Some(9), step: None },
        ),
        (
            "width",
            json!({"type": "integer", "multipleOf": 16}),
            FieldKind::Integer { min: None, max: None, step: Some(16) },
        ),
        (
            "guidance",
            json!({"type": "number", "minimum": 1.5, "maximum": 10, "step": 0.1}),
            FieldKind::Number { min: Some(1.5), max: Some(10.0), step: Some(0.1) },
        ),
        ("sound", json!({"type": "boolean"}), FieldKind::Switch),
        ("sound", json!({"default": true}), FieldKind::Switch),
        ("image", json!({"type": "string"}), image(1, false)),
        ("image_url", json!({"type": "string"}), image(1, false)),
        ("input_image_2", json!({"type": "string"}), image(1, false)),
        (
            "images",
            json!({"type": "array", "items": {"type": "string"}, "maxItems": 14}),
            image(14, true),
        ),
        (
            "image_urls",
            json!({"type": "array", "items": {"type": "string", "maxItems": 3}}),
            image(3, true),
        ),
        ("reference", json!({"type": "string", "x-ui-component": "uploader"}), image(1, false)),
        (
            "source",
            json!({"type": "string", "x-ui-component": "uploader", "x-accept": "video/*"}),
            FieldKind::Media { media: MediaKind::Video, max_items: 1, list: false },
        ),
        (
            "video",
            json!({"type": "string"}),
            FieldKind::Media { media: MediaKind::Video, max_items: 1, list: false },
        ),
        (
            "audio",
            json!({"type": "string"}),
            FieldKind::Media { media: MediaKind::Audio, max_items: 1, list: false },
        ),
        (
            "tags",
            json!({"type": "array", "items": {"type": "string"}, "maxItems": 5}),
            FieldKind::List { max_items: Some(5) },
        ),
        ("loras", json!({"type": "array", "items": {"type": "object"}}), FieldKind::Json),
        ("camera", json!({"type": "object", "properties": {}}), FieldKind::Json),
        ("thing", json!({"oneOf": [{"type": "string"}, {"type": "integer"}]}), FieldKind::Json),
        ("thing", json!(true), FieldKind::Json),
        (
            "size",
            json!({"type": "string", "default": "1024*1024", "minimum": 256, "maximum": 1536}),
            size(256, 1536, "*", &[]),
        ),
        (
            "size",
            json!({"type": "string", "x-placeholder": "1024x1024", "x-size-minimum": 512}),
            size(512, 8192, "x", &[]),
        ),
        (
            "size",
            json!({"type": "string", "minimum": 256, "maximum": 1536}),
            size(256, 1536, "*", &[]),
        ),
        (
            "size",
            json!({"type": "string", "enum": ["1280*720", "720*1280"]}),
            size(720, 1280, "*", &["1280*720", "720*1280"]),
        ),
        (
            "size",
            json!({"type": "string", "enum": ["1K", "2K"]}),
            FieldKind::Choice { options: vec![json!("1K"), json!("2K")] },
        ),
        ("size", json!({"type": "string"}), FieldKind::Text { max_length: None, multiline: false }),
    ];
    for (name, property, kind) in cases {
        assert_eq!(field(name, property.clone()).kind, kind, "{name}: {property}");
    }
}

#[test]
fn a_type_that_is_only_wrapped_in_or_null_is_itself() {
    let plain = json!({"type": "integer", "minimum": 1, "default": 3});
    let expected = field("steps", plain.clone());
    for wrapped in [
        json!({"anyOf": [plain, {"type": "null"}], "default": 3}),
        json!({"type": ["integer", "null"], "minimum": 1, "default": 3}),
        json!({"allOf": [plain]}),
        json!({"type": "integer", "minimum": 1, "default": 3, "nullable": true}),
    ] {
        assert_eq!(field("steps", wrapped.clone()), expected, "{wrapped}");
    }
    assert_eq!(field("steps", json!({"type": "integer", "default": null})).default, None);
}

#[test]
fn roles_follow_the_names_and_the_task() {
    let text = json!({"type": "string"});
    let whole = json!({"type": "integer"});
    let cases = [
        ("", "prompt", &text, Role::Prompt),
        ("", "negative_prompt", &text, Role::NegativePrompt),
        ("image-to-image", "image", &text, Role::Reference),
        ("image-to-video", "image", &text, Role::FirstFrame),
        ("video-to-video", "video", &text, Role::Reference),
        ("image-to-video", "last_image", &text, Role::LastFrame),
        ("image-to-video", "end_image", &text, Role::LastFrame),
        ("", "mask_image", &text, Role::Mask),
        ("", "aspect_ratio", &text, Role::Shape),
        ("", "width", &whole, Role::Shape),
        ("", "resolution", &text, Role::Resolution),
        ("", "duration", &whole, Role::Duration),
        ("", "num_images", &whole, Role::Count),
        ("", "seed", &whole, Role::Seed),
        ("", "output_format", &text, Role::Format),
        ("", "voice", &text, Role::Other),
        // A name alone makes no role: the kind must be one that people know it by.
        ("", "seed", &text, Role::Other),
        ("", "image", &whole, Role::Other),
    ];
    for (task, name, property, role) in cases {
        assert_eq!(field_for(task, name, property.clone()).role, role, "{task} {name} {property}");
    }
}

#[test]
fn how_a_model_knows_its_files_is_read_where_it_is_told() {
    let images = field(
        "images",
        json!({"type": "array", "items": {"type": "string"}, "x-mention": "@image{n}"}),
    );
    assert_eq!((images.mention.as_deref(), images.mask), (Some("@image{n}"), None));
    let mask = field("mask", json!({"type": "string", "x-mask": "clear"}));
    assert_eq!((mask.mention, mask.mask), (None, Some(MaskForm::Clear)));
}

#[test]
fn a_pair_of_frames_tells_a_clip_without_a_task() {
    let schema =
        json!({"properties": {"image": {"type": "string"}, "last_image": {"type": "string"}}});
    let roles: Vec<Role> =
        Field::from_json_schema(&schema).iter().map(|field| field.role).collect();
    assert_eq!(roles, [Role::FirstFrame, Role::LastFrame]);
}

#[test]
fn fields_stand_in_the_schemas_order_or_in_ours() {
    let names = |schema: Value| {
        Field::from_json_schema(&schema).into_iter().map(|field| field.name).collect::<Vec<_>>()
    };
    let text = json!({"type": "string"});
    let whole = json!({"type": "integer"});
    let properties = json!({"seed": whole, "style": text, "duration": whole, "image": text, "prompt": text, "size": {"type": "string", "default": "1*1"}});
    assert_eq!(
        names(json!({"properties": properties})),
        ["prompt", "image", "size", "duration", "seed", "style"]
    );
    assert_eq!(
        names(json!({"properties": properties, "x-order-properties": ["style", "seed"]})),
        ["style", "seed", "prompt", "image", "size", "duration"]
    );
    let ordered =
        json!({"b": {"type": "string", "x-order": 1}, "a": {"type": "string", "x-order": 0}});
    assert_eq!(names(json!({"properties": ordered})), ["a", "b"]);
}

#[test]
fn what_rushes_sets_itself_is_hidden_and_the_rest_is_advanced() {
    let flags = |name: &str, property: Value| {
        let field = field(name, property);
        (field.hidden, field.advanced)
    };
    assert_eq!(flags("prompt", json!({"type": "string"})), (false, false));
    assert_eq!(flags("seed", json!({"type": "integer"})), (false, false));
    assert_eq!(flags("output_format", json!({"type": "string"})), (false, true));
    assert_eq!(flags("cfg_scale", json!({"type": "number"})), (false, true));
    assert_eq!(flags("cfg_scale", json!({"type": "number", "x-hidden": true})), (true, true));
    for ours in ["enable_sync_mode", "enable_base64_output", "webhook", "webhook_url"] {
        assert!(flags(ours, json!({"type": "boolean"})).0, "{ours}");
    }
    let required = Field::from_json_schema(
        &json!({"required": ["style"], "properties": {"style": {"type": "string"}}}),
    );
    assert!(!required[0].advanced, "nobody should have to look for what is needed");
}

#[test]
fn labels_are_readable() {
    assert_eq!(field("aspect_ratio", json!({})).label, "Aspect ratio");
    assert_eq!(field("aspect_ratio", json!({"title": "aspect_ratio"})).label, "Aspect ratio");
    assert_eq!(field("fps", json!({"title": "Frames per second"})).label, "Frames per second");
    assert_eq!(field("seed", json!({"description": " Any number. "})).help, "Any number.");
}

fn clip() -> Vec<Field> {
    Field::for_task(
        &json!({
            "required": ["prompt", "image"],
            "properties": {
                "prompt": {"type": "string", "maxLength": 5},
                "image": {"type": "string"},
                "images": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
                "duration": {"type": "integer", "minimum": 1, "maximum": 10},
                "resolution": {"type": "string", "enum": ["480p", "720p"]},
                "fps": {"type": "integer", "enum": [24, 30]},
                "size": {"type": "string", "default": "1024*1024", "minimum": 256, "maximum": 2048},
                "guidance": {"type": "number", "minimum": 1.5, "step": 0.5},
                "seed": {"type": "integer", "maximum": 99},
                "sound": {"type": "boolean"},
                "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 1},
                "camera": {"type": "object"},
            },
        }),
        "image-to-video",
    )
}

fn problems(inputs: Value) -> Vec<(String, String)> {
    let problems = validate(&clip(), inputs.as_object().unwrap());
    problems.into_iter().map(|Problem { field, message }| (field, message)).collect()
}

#[test]
fn good_inputs_have_no_problems() {
    let good = json!({
        "prompt": "hills", "image": "https://a.test/1.png", "images": ["https://a.test/2.png"], "duration": 10,
        "resolution": "720p", "fps": 24.0, "size": "256*2048", "guidance": 2.5, "seed": -1, "sound": false,
        "tags": ["a"], "camera": {"anything": [1]},
    });
    assert_eq!(problems(good), []);
    assert_eq!(
        problems(json!({"prompt": "hills", "image": "https://a.test/1.png", "duration": null})),
        []
    );
}

#[test]
fn each_problem_says_what_to_do() {
    let cases = [
        ("prompt", json!(null), "Write a prompt first."),
        ("prompt", json!("  "), "Write a prompt first."),
        ("prompt", json!("mountains"), "Prompt takes 5 characters, this is 9."),
        ("prompt", json!(7), "Prompt takes words."),
        ("image", json!(null), "Image needs a picture."),
        ("image", json!(""), "Image needs a picture."),
        ("image", json!(["x"]), "Image takes a picture."),
        ("images", json!("x"), "Images takes a list."),
        ("images", json!([""]), "Each of Images is a picture."),
        ("images", json!(["a", "b", "c"]), "Images takes up to 2, these are 3."),
        ("duration", json!(11), "Duration goes from 1 to 10 seconds."),
        ("duration", json!(0), "Duration goes from 1 to 10 seconds."),
        ("duration", json!(2.5), "Duration takes a whole number."),
        ("duration", json!("5"), "Duration takes a whole number."),
        ("resolution", json!("4k"), "Resolution is one of 480p, 720p."),
        ("fps", json!(25), "Fps is one of 24, 30."),
        ("size", json!("big"), "Size is written like 1024*1024."),
        ("size", json!("1024x1024"), "Size is written like 1024*1024."),
        ("size", json!(1024), "Size is written like 1024*1024."),
        ("size", json!("1024*4096"), "Size goes from 256 to 2048 pixels a side."),
        ("guidance", json!(1), "Guidance starts at 1.5."),
        ("guidance", json!(1.7), "Guidance goes in steps of 0.5."),
        ("guidance", json!("2"), "Guidance takes a number."),
        ("seed", json!(100), "Seed goes up to 99."),
        ("sound", json!("yes"), "Sound is on or off."),
        ("tags", json!(["a", "b"]), "Tags takes up to 1, these are 2."),
        ("tags", json!([{}]), "Tags takes words and numbers."),
        ("tags", json!("a"), "Tags takes a list."),
        (
            "resoluton",
            json!("480p"),
            "This model does not take “resoluton”. Did you mean “resolution”?",
        ),
        ("zzzzzz", json!(1), "This model does not take “zzzzzz”."),
    ];
    for (name, value, message) in cases {
        let mut inputs = json!({"prompt": "hills", "image": "https://a.test/1.png"});
        inputs[name] = value.clone();
        assert_eq!(problems(inputs), [(name.to_owned(), message.to_owned())], "{name}: {value}");
    }
}

#[test]
fn listed_sizes_are_the_only_ones() {
    let fields = [field("size", json!({"type": "string", "enum": ["1280*720", "720*1280"]}))];
    let wrong = json!({"size": "1000*1000"});
    let expected =
        Problem { field: "size".into(), message: "Size is one of 1280*720, 720*1280.".into() };
    assert_eq!(validate(&fields, wrong.as_object().unwrap()), [expected]);
}

#[test]
fn a_size_that_is_an_object_is_written_as_text_or_as_one_of_its_words() {
    let side = json!({"type": "integer", "exclusiveMinimum": 0, "maximum": 4096});
    let object = json!({"type": "object", "title": "ImageSize", "properties": {"width": side, "height": side}});
    let words = json!({"type": "string", "enum": ["square_hd", "landscape_16_9"]});
    let either = field(
        "image_size",
        json!({"anyOf": [object, words, {"type": "null"}], "default": {"width": 2048, "height": 1024}}),
    );
    assert_eq!(either.kind, sides(64, 4096, &["square_hd", "landscape_16_9"]));
    assert_eq!((either.label.as_str(), either.role), ("Image size", Role::Shape));
    assert_eq!(either.default, Some(json!("2048×1024")));
    assert_eq!(field("image_size", object.clone()).kind, sides(64, 4096, &[]));
    // Sides beside any other word, and what only looks like a size.
    let any = json!({"anyOf": [object, {"type": "string"}], "default": "square_hd"});
    let any = field("image_size", any);
    assert_eq!((any.kind, any.default), (sides(64, 4096, &[]), Some(json!("square_hd"))));
    assert_eq!(field("padding", object).kind, FieldKind::Json);
    assert_eq!(field("size", json!({"type": "object"})).kind, FieldKind::Json);
    let problem = |value: Value| {
        let inputs = json!({"image_size": value});
        let mut problems =
            validate(std::slice::from_ref(&either), inputs.as_object().unwrap()).into_iter();
        problems.next().map(|problem| problem.message)
    };
    let shape =
        "Image size is one of square_hd, landscape_16_9, or written like 1024×1024.".to_owned();
    for (value, message) in [
        (json!("square_hd"), None),
        (json!("1024×768"), None),
        (json!("1024×8000"), Some("Image size goes from 64 to 4096 pixels a side.".to_owned())),
        (json!("1024x768"), Some(shape.clone())),
        (json!("portrait"), Some(shape.clone())),
        (json!({"width": 1024, "height": 768}), Some(shape)),
    ] {
        assert_eq!(problem(value.clone()), message, "{value}");
    }
}

#[test]
fn a_size_is_spelt_as_its_field_wants_it() {
    let listed = json!({"type": "string", "enum": ["1024x1024", "1536x1024"]});
    let starred = json!({"type": "string", "default": "1024*1024"});
    let side = json!({"type": "integer"});
    let object = json!({"anyOf": [
        {"type": "object", "properties": {"width": side, "height": side}},
        {"enum": ["square_hd", "2x2"]},
    ]});
    for (schema, typed, spelt) in [
        (&listed, "1024*1024", "1024x1024"),
        (&listed, "1024x1024", "1024x1024"),
        (&starred, "640 × 480", "640*480"),
        (&object, "640x480", "640×480"),
        (&object, "square_hd", "square_hd"),
        (&object, "2x2", "2x2"),
        (&object, "large", "large"),
    ] {
        assert_eq!(field("image_size", schema.clone()).spelt(&json!(typed)), json!(spelt));
    }
    let words = field("prompt", json!({"type": "string"}));
    assert_eq!(words.spelt(&json!("640x480")), json!("640x480"));
    assert_eq!(super::sides("640×480"), Some((640, 480)));
    assert_eq!(super::sides("640x480"), None);
    assert_eq!(super::sides("×"), None);
}

#[test]
fn a_default_stands_in_for_what_is_required() {
    let fields = Field::from_json_schema(&json!({
        "required": ["style"], "properties": {"style": {"type": "string", "default": "plain"}},
    }));
    assert_eq!(validate(&fields, &Map::new()), []);
}

proptest! {
    #[test]
    fn what_the_range_allows_has_no_problem(value in 1i64..=10) {
        let inputs = json!({"prompt": "a", "image": "https://a.test", "duration": value});
        prop_assert_eq!(problems(inputs), []);
    }

    #[test]
    fn any_size_text_is_judged_without_panic(text in "\\PC{0,14}") {
        let _ = problems(json!({"prompt": "a", "image": "https://a.test", "size": text}));
    }
}
