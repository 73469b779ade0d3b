//! What a field is for, told by its name and its hints.

use serde_json::{Map, Value};

use super::{Field, FieldKind, MediaKind, Role, text};

/// Parts of a name that only say how a file is handed over.
const HANDLES: [&str; 14] = [
    "url", "urls", "uri", "uris", "path", "paths", "file", "files", "link", "upload", "base64",
    "b64", "data", "filepath",
];

/// What a field with this name is for.
pub(super) fn role_of(name: &str, media: Option<MediaKind>, clip: bool) -> Role {
    match name {
        "prompt" | "text_prompt" | "positive_prompt" | "prompt_text" => Role::Prompt,
        "negative_prompt" | "n_prompt" | "neg_prompt" | "negative" | "prompt_negative" => {
            Role::NegativePrompt
        }
        "last_image"
        | "end_image"
        | "last_frame"
        | "end_frame"
        | "last_frame_image"
        | "end_frame_image"
        | "last_image_url"
        | "end_image_url"
        | "last_frame_url"
        | "end_frame_url"
        | "tail_image"
        | "tail_image_url"
        | "last_frame_image_url" => Role::LastFrame,
        "first_image"
        | "start_image"
        | "first_frame"
        | "start_frame"
        | "first_frame_image"
        | "start_image_url"
        | "first_frame_url"
        | "start_frame_url"
        | "first_image_url"
        | "first_frame_image_url" => Role::FirstFrame,
        "image" | "image_url" | "input_image" if clip => Role::FirstFrame,
        _ if media.is_some() && name.contains("mask") => Role::Mask,
        _ if media.is_some() => Role::Reference,
        "size" | "image_size" | "video_size" | "output_size" | "aspect_ratio" | "ratio"
        | "width" | "height" => Role::Shape,
        "resolution" | "video_resolution" | "image_resolution" => Role::Resolution,
        "duration" | "duration_seconds" | "seconds" | "video_duration" => Role::Duration,
        "num_images" | "number_of_images" | "num_outputs" | "number_of_outputs" | "max_images"
        | "num_samples" | "num_videos" | "n" => Role::Count,
        "seed" => Role::Seed,
        "output_format" | "format" | "image_format" | "output_file_format" => Role::Format,
        _ => Role::Other,
    }
}

/// Whether a kind is one that people would know the role by: a seed is a number, whatever a schema
/// calls by that name.
pub(super) fn suits(role: Role, kind: &FieldKind) -> bool {
    match role {
        Role::Prompt | Role::NegativePrompt => matches!(kind, FieldKind::Text { .. }),
        Role::Reference | Role::FirstFrame | Role::LastFrame | Role::Mask => {
            matches!(kind, FieldKind::Media { .. })
        }
        Role::Seed => matches!(kind, FieldKind::Integer { .. } | FieldKind::Number { .. }),
        Role::Count | Role::Duration => {
            matches!(
                kind,
                FieldKind::Integer { .. } | FieldKind::Number { .. } | FieldKind::Choice { .. }
            )
        }
        Role::Shape | Role::Resolution | Role::Format => {
            !matches!(kind, FieldKind::Json | FieldKind::List { .. })
        }
        Role::Other => true,
    }
}

/// Where a role stands when the schema has no order of its own.
pub(super) fn rank(role: Role) -> u8 {
    match role {
        Role::Prompt => 0,
        Role::NegativePrompt => 1,
        Role::FirstFrame => 2,
        Role::Reference => 3,
        Role::LastFrame => 4,
        Role::Mask => 5,
        Role::Shape => 6,
        Role::Resolution => 7,
        Role::Duration => 8,
        Role::Count => 9,
        Role::Seed => 10,
        Role::Format => 11,
        Role::Other => 12,
    }
}

/// Words in the names of fields that mean the prompt where nothing is called so, the likeliest first.
const LIKE_A_PROMPT: [&str; 15] = [
    "prompt",
    "prompts",
    "text",
    "instruction",
    "instructions",
    "caption",
    "description",
    "message",
    "messages",
    "question",
    "query",
    "lyrics",
    "sentence",
    "topic",
    "title",
];

/// Words in the names of texts that stand beside a prompt and are none.
const BESIDE_A_PROMPT: [&str; 8] =
    ["system", "negative", "neg", "pre", "template", "format", "key", "color"];

/// Makes a prompt of the field that is one by another name, where there is none: of a known other
/// name, or the first text that has to be there, or the text that its maker put first.
pub(super) fn find_prompt(fields: &mut [Field], ordered: bool) {
    if fields.iter().any(|field| field.role == Role::Prompt) {
        return;
    }
    let is_text = |field: &Field| {
        field.role == Role::Other && !field.hidden && matches!(field.kind, FieldKind::Text { .. })
    };
    let named = |field: &Field, wanted: &str| {
        let words = words(&field.name);
        let beside = words.iter().any(|word| BESIDE_A_PROMPT.contains(&word.as_str()));
        !beside && words.iter().any(|word| word == wanted)
    };
    let by_name = LIKE_A_PROMPT
        .iter()
        .find_map(|wanted| fields.iter().position(|field| is_text(field) && named(field, wanted)));
    // A picture is enough to begin with; without one some text has to be what it is about.
    let has_media = fields.iter().any(|field| matches!(field.kind, FieldKind::Media { .. }));
    let needed = || fields.iter().position(|field| field.required && is_text(field));
    let leading = || fields.first().filter(|field| ordered && is_text(field)).map(|_| 0);
    let by_place = || if has_media { None } else { needed().or_else(leading) };
    let Some(at) = by_name.or_else(by_place) else { return };
    let field = &mut fields[at];
    field.role = Role::Prompt;
    field.advanced = false;
    if let FieldKind::Text { multiline, .. } = &mut field.kind {
        *multiline = true;
    }
}

/// What file a field takes, told by its name, by an uploader in its interface hints, or by what is
/// said about it where it takes an address.
pub(super) fn media_kind(name: &str, flat: &Map<String, Value>) -> Option<MediaKind> {
    let kind = text(flat, "type").unwrap_or("string");
    if !matches!(kind, "string" | "array") || flat.contains_key("enum") {
        return None;
    }
    let items = flat.get("items").and_then(|items| items["format"].as_str());
    let is_address = text(flat, "format").or(items) == Some("uri");
    let told = text(flat, "description").unwrap_or_default().to_lowercase();
    // "A picture or a zip" takes a picture, "a zip of pictures" does not.
    let told = told
        .split(|c: char| !c.is_alphanumeric())
        .find(|word| by_word(word).is_some() || NO_MEDIA.contains(word) || ARCHIVES.contains(word));
    if is_address && told.is_some_and(|word| ARCHIVES.contains(&word)) {
        return None;
    }
    let words: Vec<String> = words(name);
    let last = words.last().map(String::as_str);
    let plain = [
        "image", "images", "img", "frame", "mask", "picture", "photo", "video", "videos", "audio",
        "audios",
    ];
    if last.is_some_and(|word| plain.contains(&word)) {
        return last.and_then(by_word);
    }
    if text(flat, "x-ui-component") == Some("uploader") {
        let accepts = text(flat, "x-accept").unwrap_or_default();
        return Some(if accepts.contains("video") {
            MediaKind::Video
        } else if accepts.contains("audio") {
            MediaKind::Audio
        } else {
            MediaKind::Image
        });
    }
    if !is_address {
        return None;
    }
    // Weights and archives are addresses too, whatever they were made of.
    if words
        .iter()
        .any(|word| NO_MEDIA.contains(&word.as_str()) || ARCHIVES.contains(&word.as_str()))
    {
        return None;
    }
    words.iter().find_map(|word| by_word(word)).or_else(|| told.and_then(by_word))
}

/// Words about addresses of something that is neither seen nor heard, whatever it was made of.
const NO_MEDIA: [&str; 10] = [
    "weights",
    "safetensors",
    "lora",
    "loras",
    "model",
    "checkpoint",
    "dataset",
    "json",
    "pdf",
    "glb",
];

/// Words about files that hold other files.
const ARCHIVES: [&str; 5] = ["zip", "tar", "tgz", "archive", "csv"];

/// What a word means a file of.
fn by_word(word: &str) -> Option<MediaKind> {
    match word {
        "image" | "images" | "img" | "imgs" | "frame" | "frames" | "mask" | "masks" | "picture"
        | "pictures" | "photo" | "photos" | "portrait" | "selfie" | "face" | "png" | "jpg"
        | "jpeg" => Some(MediaKind::Image),
        "video" | "videos" | "clip" | "mp4" => Some(MediaKind::Video),
        "audio" | "audios" | "sound" | "voice" | "speech" | "song" | "music" | "wav" | "mp3"
        | "melody" | "recording" => Some(MediaKind::Audio),
        _ => None,
    }
}

/// The words of a name without numbers and without how the file is handed over: `imageUrl_2` is
/// `image`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = '_';
    for letter in name.chars() {
        let begins = letter.is_ascii_uppercase() && before.is_ascii_lowercase();
        if begins || !letter.is_alphanumeric() || letter.is_ascii_digit() && !name.contains("64") {
            words.push(String::new());
        }
        // A number belongs to its word only in base64.
        let counts = letter.is_alphabetic()
            || letter.is_ascii_digit() && before.is_alphanumeric() && name.contains("64");
        if let Some(word) = words.last_mut().filter(|_| counts) {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    words.retain(|word| !word.is_empty() && !HANDLES.contains(&word.as_str()));
    words
}

/// Inputs that Rushes sets itself: how the answer comes is not the user's business.
pub(super) fn is_ours(name: &str) -> bool {
    matches!(name, "enable_sync_mode" | "enable_base64_output" | "sync_mode")
        || name.starts_with("webhook")
}

/// `aspect_ratio` reads "Aspect ratio".
pub(super) fn label(name: &str) -> String {
    let words = name.replace(['_', '-'], " ");
    let mut letters = words.trim().chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}
