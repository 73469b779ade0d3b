//! `thumbnails FOLDER [within]`: makes the thumbnails of a folder's pictures, each in three sizes, two at
//! a time, and prints how many pictures a second. In processes of their own, as the hosts do it, or within.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measuring program")]
#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "the names are the bench's own"
)]

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use rushes_studio::library::Library;

fn main() {
    if std::env::args().nth(2).as_deref() != Some("within") {
        rushes_studio::library::read_apart();
    }
    let folder = PathBuf::from(std::env::args_os().nth(1).unwrap());
    let pictures: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".jpg") || name.ends_with(".png"))
        .collect();
    let cache = tempfile::tempdir().unwrap();
    let library = Library::open(&folder, cache.path()).unwrap();
    let next = AtomicUsize::new(0);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(name) = pictures.get(next.fetch_add(1, Ordering::Relaxed)) {
                    library.thumb(name, &format!("ast_{}", name.replace('.', ""))).unwrap();
                }
            });
        }
    });
    println!("{:.2}", pictures.len() as f64 / start.elapsed().as_secs_f64());
}
