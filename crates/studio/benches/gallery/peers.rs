//! The same questions as others ask them: pages by OFFSET, words by LIKE.

use std::path::Path;
use std::time::Instant;

use rusqlite::Connection;

use crate::say;

/// LIKE reads every prompt, so it is asked less often.
const TIMES: usize = 20;

const ROWS: &str =
    "SELECT asset.id, asset.path, asset.width, asset.height, job.prompt, job.model_name
     FROM asset JOIN job ON job.id = asset.job";

pub(crate) fn ask(data: &Path, total: usize) {
    let book = Connection::open(data.join("studio.db")).unwrap();
    let mut took = Vec::new();
    for n in 0..TIMES {
        let offset = n * total / TIMES;
        let page = format!("{ROWS} ORDER BY asset.seq DESC LIMIT 100 OFFSET {offset}");
        took.push(timed(&book, &page, []));
    }
    say("by OFFSET: a page of 100, all over", took, 100);
    let mut took = Vec::new();
    for n in 0..TIMES {
        let before = total - n * total / TIMES;
        let page = format!("{ROWS} WHERE asset.seq < {before} ORDER BY asset.seq DESC LIMIT 100");
        took.push(timed(&book, &page, []));
    }
    say("by key: the same pages", took, 100);
    for words in ["lighthouse", "light", "夜景", "雨", "lighthouse dusk", "nowhere at all"] {
        let search = format!("{ROWS} WHERE job.prompt LIKE ?1 ORDER BY asset.seq DESC LIMIT 100");
        let pattern = format!("%{words}%");
        let took = (0..TIMES).map(|_| timed(&book, &search, [&pattern])).collect();
        say(&format!("by LIKE, the newest hundred: {words}"), took, 100);
    }
}

fn timed<P: rusqlite::Params>(book: &Connection, sql: &str, values: P) -> f64 {
    let begun = Instant::now();
    let mut query = book.prepare(sql).unwrap();
    let ids: Vec<String> =
        query.query_map(values, |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    std::hint::black_box(ids);
    begun.elapsed().as_secs_f64() * 1_000.0
}
