//! A job book with as many prints as are asked for, written through the store's own doors. There are no
//! files behind the prints.

use std::path::Path;

use rushes_studio::job::JobState;
use rushes_studio::schema::MediaKind;
use rushes_studio::store::{JobRow, JobUpdate, Marks, NewAsset, NewJob, Store, StoreError, Tx};
use rushes_studio::types::{Commercial, Licence, Modality, Price};
use serde_json::{Map, json};

/// How many prints a job has, as most do.
const PER_JOB: u64 = 4;
/// How many jobs are written in one commit.
const PER_COMMIT: u64 = 250;
/// 2024-01-01, ms UTC. The prints spread over the days after it.
const FIRST: i64 = 1_704_067_200_000;
/// ms between two prints.
const APART: i64 = 300_000;

const MODELS: [(&str, &str, &str); 8] = [
    ("Seedream 4.5", "bytedance/seedream-v4.5", "WaveSpeed"),
    ("FLUX.2 pro", "flux-2-pro", "Black Forest Labs"),
    ("Nano Banana 2", "google/nano-banana-2", "fal"),
    ("GPT Image 2", "gpt-image-2", "OpenAI"),
    ("Kling 3", "kling/v3", "fal"),
    ("Qwen Image", "qwen/image", "WaveSpeed"),
    ("Imagen 5", "imagen-5", "Google Gemini"),
    ("Stills", "sandbox/stills", "Sandbox"),
];

const WORDS: [&str; 64] = [
    "lighthouse",
    "harbour",
    "dusk",
    "dawn",
    "fog",
    "storm",
    "portrait",
    "woman",
    "man",
    "child",
    "dog",
    "cat",
    "horse",
    "forest",
    "river",
    "mountain",
    "city",
    "street",
    "neon",
    "rain",
    "snow",
    "summer",
    "winter",
    "golden",
    "hour",
    "cinematic",
    "35mm",
    "film",
    "grain",
    "macro",
    "wide",
    "angle",
    "studio",
    "light",
    "shadow",
    "silver",
    "crimson",
    "teal",
    "pastel",
    "oil",
    "painting",
    "watercolour",
    "sketch",
    "render",
    "isometric",
    "minimal",
    "baroque",
    "gothic",
    "futuristic",
    "rusty",
    "wooden",
    "glass",
    "marble",
    "velvet",
    "feather",
    "smoke",
    "mirror",
    "garden",
    "desert",
    "ocean",
    "temple",
    "bridge",
    "train",
    "café",
];

const JAPANESE: [&str; 6] = ["夜景の写真", "東京の雨", "桜の庭", "静かな港", "山の朝", "赤い電車"];

/// The same numbers each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len() as u64) as usize]
    }
}

/// Fills the book of a data folder with so many prints.
pub(crate) async fn fill(data: &Path, library: &Path, prints: u64) -> Result<(), StoreError> {
    let store = Store::open(&data.join("studio.db"), library).expect("the book opens");
    let jobs = prints.div_ceil(PER_JOB);
    let mut first = 0;
    while first < jobs {
        let last = (first + PER_COMMIT).min(jobs);
        store.write(move |tx| (first..last).try_for_each(|job| one(tx, job, prints))).await?;
        first = last;
    }
    mark(&store, prints).await?;
    store.close().await;
    // Times at providers are of attempts, and these jobs had none.
    let book = rusqlite::Connection::open(data.join("studio.db"))?;
    book.execute("UPDATE print_fact SET render_ms = (seq * 7919) % 240000", [])?;
    book.execute_batch("INSERT INTO print_words (print_words) VALUES ('optimize'); ANALYZE")?;
    Ok(())
}

fn one(tx: &mut Tx<'_>, n: u64, prints: u64) -> Result<(), StoreError> {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ (n + 1));
    dice.below(2);
    let (model, path, provider) = *dice.of(&MODELS);
    let mut words: Vec<&str> = (0..28).map(|_| *dice.of(&WORDS)).collect();
    if dice.below(10) == 0 {
        words.push(*dice.of::<&str>(&JAPANESE));
    }
    let prompt = words.join(" ");
    let id = format!("job_{n:012}");
    let created_at = FIRST + (n * PER_JOB) as i64 * APART;
    let (shot, take) = tx.shot_for(None, &prompt, &format!("shot_{n:012}"), created_at)?;
    let kind = provider.to_lowercase().replace(' ', "-");
    let video = path == "kling/v3";
    tx.insert_job(&NewJob {
        row: JobRow {
            id: id.clone(),
            shot,
            state: JobState::Queued,
            endpoint: format!("{kind}:{path}"),
            remote_model: path.into(),
            model_name: model.into(),
            provider: kind,
            provider_name: provider.into(),
            modality: if video { Modality::Video } else { Modality::Image },
            sandbox: provider == "Sandbox",
            prompt: prompt.clone(),
            inputs: Map::from_iter([("prompt".to_owned(), json!(prompt))]),
            seed: Some(dice.below(1 << 31) as i64),
            seed_field: None,
            price: Some(Price {
                micros: 10_000 * (1 + dice.below(30)) as i64,
                currency: "USD".into(),
                exact: true,
            }),
            licence: Licence {
                commercial: if dice.below(3) == 0 { Commercial::No } else { Commercial::Yes },
                ..Licence::default()
            },
            output_terms: Licence::default(),
            waits: 0,
            cancel_wished: false,
            created_at,
        },
        take,
        place: 1,
        references: Vec::new(),
        route: None,
        steps: Vec::new(),
        left_out: Vec::new(),
    })?;
    tx.move_job(&JobUpdate {
        id: &id,
        from: &[JobState::Queued],
        to: JobState::Completed,
        attempt: None,
        charge: None,
        run_at: None,
        cause: "",
        message: "",
        hint: "",
        log: "Written for a measurement.",
        at: created_at,
    })?;
    for place in 0..PER_JOB.min(prints - n * PER_JOB) {
        let print = n * PER_JOB + place;
        let at = FIRST + print as i64 * APART;
        let day = day(at);
        let (width, height) =
            *dice.of(&[(1024, 1024), (1024, 1536), (1536, 1024), (1920, 1080), (2048, 1365)]);
        tx.insert_asset(&NewAsset {
            id: format!("ast_{print:012}"),
            job: Some(id.clone()),
            number: place as u32 + 1,
            path: format!("{}/{day}/print-{print:012}.png", &day[..4]),
            media: if video { MediaKind::Video } else { MediaKind::Image },
            media_type: if video { "video/mp4" } else { "image/png" }.into(),
            width,
            height,
            duration_ms: video.then_some(5_000),
            bytes: 1_500_000,
            blake3: format!("{print:064x}"),
            day,
            created_at: at,
        })?;
    }
    Ok(())
}

/// Stars on every fifth print, a circle on every fiftieth, tags on every tenth.
async fn mark(store: &Store, prints: u64) -> Result<(), StoreError> {
    let every = |step: u64, first: u64| -> Vec<String> {
        (first..prints).step_by(step as usize).map(|n| format!("ast_{n:012}")).collect()
    };
    let mut wanted = vec![(every(50, 7), Marks { circled: Some(true), ..Marks::default() })];
    for stars in 1..=5_u8 {
        let ids = every(25, u64::from(stars) * 5 - 5);
        wanted.push((ids, Marks { rating: Some(stars), ..Marks::default() }));
    }
    for (first, tag) in ["golden hour", "portfolio", "夜景"].into_iter().enumerate() {
        let marks = Marks { add_tags: vec![tag.into()], ..Marks::default() };
        wanted.push((every(30, first as u64), marks));
    }
    for (ids, marks) in wanted {
        for some in ids.chunks(10_000).map(<[String]>::to_vec) {
            let marks = marks.clone();
            store.write(move |tx| tx.mark(&some, &marks, FIRST).map(drop)).await?;
        }
    }
    Ok(())
}

fn day(at_ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(at_ms).unwrap_or_default();
    at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}
