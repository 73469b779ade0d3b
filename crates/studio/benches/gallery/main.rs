//! How long the gallery's questions take in a large library.
//!
//! `cargo bench -p rushes-studio --bench gallery -- --rows 250000` fills a book in a temporary folder and
//! asks. With `--fill DATA --library FOLDER` it only fills a data folder, small pictures too, for others to
//! measure; with `--ask DATA --library FOLDER` it asks one that was filled. Beside our pages by key stand pages
//! by OFFSET, and beside our searches LIKE, in the same book and run.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)] // a measuring program

mod library;
mod peers;
mod thumbs;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use rushes_studio::api::types::PrintPage;
use rushes_studio::http::{Desk, DoorConfig};
use rushes_studio::keys::Memory;
use rushes_studio::net::Wired;
use rushes_studio::{Config, Language, Studio, clock};
use serde_json::{Value, json};

/// How often each question is asked.
const TIMES: usize = 100;

#[tokio::main]
async fn main() {
    let asked: Vec<String> = std::env::args().collect();
    let value = |name: &str| {
        asked.iter().position(|word| word == name).and_then(|at| asked.get(at + 1)).cloned()
    };
    let rows: u64 = value("--rows").map_or(250_000, |rows| rows.parse().unwrap());
    let place = |name: &str| value(name).map(PathBuf::from);
    let library = |data: &Path| place("--library").unwrap_or_else(|| data.join("library"));
    if let Some(data) = place("--ask") {
        let library = library(&data);
        return ask(&data, &library).await;
    }
    let filled = place("--fill");
    let passing = tempfile::tempdir().unwrap();
    let data = filled.clone().unwrap_or_else(|| passing.path().to_owned());
    let library = library(&data);
    std::fs::create_dir_all(&data).unwrap();
    let begun = Instant::now();
    library::fill(&data, &library, rows).await.unwrap();
    let size = data.join("studio.db").metadata().unwrap().len();
    println!(
        "{rows} prints filled in {:.1} s, {} bytes each",
        begun.elapsed().as_secs_f64(),
        size / rows
    );
    if filled.is_some() {
        thumbs::lay(&data).unwrap();
    } else {
        ask(&data, &library).await;
    }
}

async fn open(data: &Path, library: &Path) -> Arc<Studio> {
    Studio::open(Config {
        data: data.to_owned(),
        library: library.to_owned(),
        vault: Arc::new(Memory::default()),
        embedded: None,
        door: DoorConfig::default(),
        clock: Arc::new(clock::System),
        net: Arc::new(Wired),
        language: Language::English,
    })
    .await
    .unwrap()
}

async fn ask(data: &Path, library: &Path) {
    let studio = open(data, library).await;
    println!("{:<58} {:>8} {:>8} {:>9}", "", "p50 ms", "p99 ms", "prints");
    let queries = [
        ("", "newest"),
        ("", "rating"),
        ("lighthouse", "fit"),
        ("lighthouse dusk", "fit"),
        ("lighthouse", "newest"),
        ("lighthouse", "rating"),
        ("light", "newest"),
        ("\"golden hour\"", "newest"),
        ("夜景", "newest"),
        ("雨", "newest"),
        ("model:seedream", "newest"),
        ("rating:>=3 licence:commercial", "newest"),
        ("lighthouse tag:portfolio -is:circled", "newest"),
        ("date:2024-06 cost:>0.1 storm", "cost"),
    ];
    // As the page asks: what is seen first, then all.
    let asked = queries.iter().flat_map(|asked| [(asked, Some(1_000)), (asked, None)]);
    for ((query, sort), most) in asked {
        let mut count = 0;
        let mut took = Vec::new();
        for _ in 0..TIMES {
            let begun = Instant::now();
            let bytes = studio.view(query, sort, most).await.unwrap();
            took.push(begun.elapsed().as_secs_f64() * 1_000.0);
            count = u32::from_le_bytes(bytes[4..8].try_into().unwrap());
        }
        let part = if most.is_some() { "first prints" } else { "view" };
        say(&format!("{part} {sort}: {query}"), took, count);
    }
    let bytes = studio.view("", "newest", None).await.unwrap();
    let days = u32::from_le_bytes(bytes[8..12].try_into().unwrap()) as usize;
    let seqs = &bytes[16 + days * 8..];
    let total = u32::from_le_bytes(bytes[4..8].try_into().unwrap()) as usize;
    let page = |from: usize, most: usize| -> Value {
        let some = seqs[..total * 4].chunks_exact(4).skip(from).take(most);
        let some: Vec<u32> =
            some.map(|four| u32::from_le_bytes(four.try_into().unwrap())).collect();
        json!({ "seqs": some })
    };
    for most in [100, 500] {
        let mut took = Vec::new();
        for n in 0..TIMES {
            let wanted = page(n * total / TIMES, most);
            let begun = Instant::now();
            studio.call("view_rows", wanted).await.unwrap();
            took.push(begun.elapsed().as_secs_f64() * 1_000.0);
        }
        say("view_rows", took, most as u32);
    }
    for (find, sort) in [
        ("", "newest"),
        ("lighthouse", "newest"),
        ("light", "newest"),
        ("夜景", "newest"),
        ("lighthouse dusk", "newest"),
        ("storm tag:portfolio rating:>=3", "newest"),
        ("lighthouse", "rating"),
    ] {
        let mut took = Vec::new();
        let mut count = 0;
        for _ in 0..TIMES {
            let begun = Instant::now();
            let asked = json!({ "find": find, "sort": sort, "limit": 100 });
            let answer = studio.call("list_prints", asked).await.unwrap();
            took.push(begun.elapsed().as_secs_f64() * 1_000.0);
            count = serde_json::from_value::<PrintPage>(answer).unwrap().total;
        }
        say(&format!("first page, {sort}: {find}"), took, count);
    }
    peers::ask(data, total);
    for text in ["model:s", "tag:"] {
        let mut took = Vec::new();
        for _ in 0..TIMES {
            let begun = Instant::now();
            let asked = json!({ "text": text, "at": text.len() });
            studio.call("suggest", asked).await.unwrap();
            took.push(begun.elapsed().as_secs_f64() * 1_000.0);
        }
        say(&format!("suggest {text}"), took, 0);
    }
    let some = (total / 3).min(10_000);
    let ids: Vec<String> = (0..some).map(|n| format!("ast_{n:012}")).collect();
    for marks in [json!({ "circled": true }), json!({ "add_tags": ["measured"] })] {
        let mut wanted = marks.clone();
        wanted["ids"] = json!(ids);
        let begun = Instant::now();
        let marked = studio.call("mark_prints", wanted).await.unwrap();
        let marking = begun.elapsed().as_secs_f64() * 1_000.0;
        let begun = Instant::now();
        studio.call("undo_marks", json!({ "undo": marked["undo"] })).await.unwrap();
        let undoing = begun.elapsed().as_secs_f64() * 1_000.0;
        println!("mark {some} prints {marks}: {marking:.0} ms, taken back in {undoing:.0} ms");
    }
    studio.shutdown().await;
}

fn say(what: &str, mut took: Vec<f64>, count: u32) {
    took.sort_by(f64::total_cmp);
    let at = |part: f64| took[((took.len() - 1) as f64 * part) as usize];
    println!("{what:<58} {:>8.2} {:>8.2} {count:>9}", at(0.5), at(0.99));
}
