#![allow(clippy::unwrap_used)] // a test stops at the first surprise
use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

use rushes_providers::types::{Commercial, Licence, Price};
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::*;
use crate::clock::System;
use crate::gallery::sidecars::of_print;
use crate::job::AttemptState;
use crate::store::{
    Begin, JobUpdate, LedgerKind, Marks, NewImport, NewJob, NewOutput, Store, StoreError, Tx,
};
use crate::view::Reference;

/// How many prints the book has; `RUSHES_REBUILD` says otherwise, in threes.
const PRINTS: usize = 600;

struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("data")).unwrap();
        std::fs::create_dir_all(folder.path().join("library")).unwrap();
        Self { folder }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn library(&self) -> PathBuf {
        self.folder.path().join("library")
    }

    fn database(&self) -> PathBuf {
        self.data().join("studio.db")
    }

    fn write(&self, relative: &str, bytes: &[u8]) {
        let path = self.library().join(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        File::create(path).unwrap().write_all(bytes).unwrap();
    }

    fn rebuild(&self, anew: bool) -> Result<RebuildReport, ApiError> {
        rebuild_book(&self.data(), &self.library(), &System, anew, &mut |_, _| {})
    }

    /// Removes the job book and keeps it under another name, to compare with.
    fn take_book_away(&self) -> Connection {
        let away = self.folder.path().join("before.db");
        std::fs::rename(self.database(), &away).unwrap();
        let _ = std::fs::remove_file(self.data().join("studio.clean"));
        Connection::open(away).unwrap()
    }

    /// A book of this many prints, each with a file and a story beside it.
    async fn book(&self, prints: usize) {
        let store = Store::open(&self.database(), &self.library()).unwrap();
        store
            .write(|tx| {
                let png = png(0);
                tx.insert_asset(&NewAsset {
                    path: "references/2026-11/r.png".into(),
                    blake3: blake3::hash(&png).to_hex().to_string(),
                    ..asset("ast_r", None, 0)
                })?;
                tx.keep_collection("col_1", "Best of", 5)?;
                tx.keep_collection("col_2", "Für später", 6).map(drop)
            })
            .await
            .unwrap();
        self.write("references/2026-11/r.png", &png(0));
        // Whole threads at a time, so that each story is told after its job has ended.
        assert!(prints.is_multiple_of(3));
        for from in (0..prints).step_by(600) {
            let to = prints.min(from + 600);
            store.write(move |tx| (from..to).try_for_each(|n| make(tx, n))).await.unwrap();
            store.write(move |tx| (from..to).try_for_each(|n| marked(tx, n))).await.unwrap();
            let stories = store
                .read(move |sql| {
                    (from..to).map(|n| of_print(sql, &id(n))).collect::<Result<Vec<_>, _>>()
                })
                .await
                .unwrap();
            for (n, story) in (from..to).zip(stories) {
                self.write(&path(n), &png(n));
                self.write(&format!("{}.json", path(n)), &serde_json::to_vec(&story).unwrap());
            }
        }
        store.close().await;
    }
}

fn id(n: usize) -> String {
    format!("ast_{n:08}")
}

fn path(n: usize) -> String {
    format!("2026/2026-11-{:02}/{n}.png", 1 + n % 28)
}

/// A PNG picture of one pixel; each with other bytes.
fn png(n: usize) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let pixel = image::Rgb([(n >> 16) as u8, (n >> 8) as u8, n as u8]);
    image::DynamicImage::from(image::RgbImage::from_pixel(1, 1, pixel))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

fn asset(id: &str, job: Option<String>, n: usize) -> NewAsset {
    NewAsset {
        id: id.into(),
        job,
        number: 1 + (n % 3) as u32,
        path: path(n),
        media: MediaKind::Image,
        media_type: "image/png".into(),
        width: 1,
        height: 1,
        duration_ms: None,
        bytes: png(n).len() as i64,
        blake3: blake3::hash(&png(n)).to_hex().to_string(),
        day: format!("2026-11-{:02}", 1 + n % 28),
        created_at: 10_000 + n as i64,
    }
}

/// One finished job in each three prints, in takes and threads of several; some made from a print, some
/// from a reference, some partly.
fn make(tx: &mut Tx<'_>, n: usize) -> Result<(), StoreError> {
    let at = 1_000 + n as i64;
    let (job, attempt) = (format!("job_{:08}", n / 3), format!("att_{:08}", n / 3));
    if n.is_multiple_of(3) {
        let shot = format!("shot_{:08}", n / 12);
        let prompt = format!("hills at dawn {} 夜", n / 12);
        let wanted = (!n.is_multiple_of(12)).then_some(shot.as_str());
        let (shot, take) = tx.shot_for(wanted, &prompt, &shot, at)?;
        let from = if n > 9 && n.is_multiple_of(6) { id(n - 9) } else { "ast_r".into() };
        let price = Some(Price { micros: 40_000 + n as i64, currency: "USD".into(), exact: true });
        let inputs: Map<String, Value> =
            json!({"prompt": prompt, "size": "64*64", "n": n}).as_object().unwrap().clone();
        tx.insert_job(&NewJob {
            row: JobRow {
                id: job.clone(),
                shot,
                state: JobState::Queued,
                endpoint: format!("fal:acme/{}", n % 7),
                remote_model: format!("acme/{}", n % 7),
                model_name: format!("Acme {}", n % 7),
                provider: "fal".into(),
                provider_name: "fal".into(),
                modality: Modality::Image,
                sandbox: n.is_multiple_of(5),
                prompt,
                inputs: inputs.clone(),
                seed: (n.is_multiple_of(4)).then_some(7),
                seed_field: Some("seed".into()),
                price: price.clone(),
                licence: Licence { commercial: Commercial::Yes, ..Licence::default() },
                output_terms: Licence { name: Some("Terms".into()), ..Licence::default() },
                waits: 0,
                cancel_wished: false,
                created_at: at,
            },
            take,
            place: 1,
            references: if n.is_multiple_of(9) {
                Vec::new()
            } else {
                vec![(Reference { field: "images".into(), asset: from }, true)]
            },
            route: (n.is_multiple_of(2)).then(|| "Hero".into()),
            steps: Vec::new(),
            left_out: Vec::new(),
        })?;
        tx.begin_attempt(&Begin {
            id: attempt.clone(),
            job: job.clone(),
            endpoint: format!("fal:acme/{}", n % 7),
            provider: "fal".into(),
            account: "a".into(),
            remote_model: format!("acme/{}", n % 7),
            model_name: format!("Acme {}", n % 7),
            provider_name: "fal".into(),
            client_ref: format!("ref_{n}"),
            seed: Some(n as i64),
            inputs_sent: inputs,
            request_hash: "h".into(),
            at: at + 1,
        })?;
        tx.enter(&attempt, LedgerKind::Reserved, price.as_ref(), "quote", at + 1)?;
        step(tx, &job, &attempt, (JobState::Queued, JobState::Running), at + 1)?;
        tx.record_accepted(&attempt, &format!("remote-{n}"), None, "", None, at + 2)?;
        tx.move_attempt(
            &attempt,
            AttemptState::Submitting,
            AttemptState::Accepted,
            None,
            "",
            at + 2,
        )?;
        tx.count_poll(&attempt)?;
        tx.record_done(&attempt, "", at + 3)?;
        tx.move_attempt(
            &attempt,
            AttemptState::Accepted,
            AttemptState::Downloading,
            None,
            "",
            at + 3,
        )?;
        let output = |place: u32| NewOutput {
            id: format!("out_{:08}_{place}", n / 3),
            place,
            source_url: None,
            url_expires_at: None,
        };
        tx.expect_outputs(&attempt, &[output(1), output(2), output(3)], at + 3)?;
    }
    tx.insert_asset(&asset(&id(n), Some(job.clone()), n))?;
    tx.keep_thumb_hash(&id(n), &n.to_le_bytes())?;
    tx.end_output(&format!("out_{:08}_{}", n / 3, 1 + n % 3), "saved", Some(&id(n)), "")?;
    if n % 3 == 2 {
        let at = 10_001 + n as i64;
        tx.move_attempt(
            &attempt,
            AttemptState::Downloading,
            AttemptState::Succeeded,
            None,
            "Saved.",
            at,
        )?;
        tx.enter(&attempt, LedgerKind::Confirmed, None, "done", at)?;
        step(tx, &job, &attempt, (JobState::Running, JobState::Completed), at)?;
    }
    Ok(())
}

fn step(
    tx: &mut Tx<'_>,
    job: &str,
    attempt: &str,
    (from, to): (JobState, JobState),
    at: i64,
) -> Result<(), StoreError> {
    tx.move_job(&JobUpdate {
        id: job,
        from: &[from],
        to,
        attempt: Some(attempt),
        charge: to.over().then_some(Charge::Charged),
        run_at: None,
        cause: "",
        message: "",
        hint: "",
        log: "",
        at,
    })
}

fn marked(tx: &mut Tx<'_>, n: usize) -> Result<(), StoreError> {
    let marks = Marks {
        rating: (n.is_multiple_of(2)).then_some((n % 6) as u8),
        circled: (n.is_multiple_of(7)).then_some(true),
        note: (n.is_multiple_of(11)).then(|| format!("for the poster \u{202e}{n}")),
        add_tags: if n.is_multiple_of(3) {
            vec!["Golden hour".into(), format!("t{}", n % 40)]
        } else {
            vec![]
        },
        remove_tags: Vec::new(),
        trashed: (n.is_multiple_of(50)).then_some(true),
        add_to: (n.is_multiple_of(5)).then(|| "col_1".into()),
        remove_from: None,
    };
    tx.mark(&[id(n)], &marks, 20_000 + n as i64)?;
    if n.is_multiple_of(8) {
        tx.mark(&[id(n)], &Marks { add_to: Some("col_2".into()), ..Marks::default() }, 30_000)?;
    }
    Ok(())
}

/// Every table that the files beside prints can carry, row by row. Numbers of rows are left out where only
/// their order matters, and what no sidecar tells: what was on the wire, and the log.
const TABLES: [&str; 15] = [
    "SELECT id, number, prompt, created_at FROM shot ORDER BY id",
    "SELECT id, shot, take, place, state, endpoint, remote_model, model_name, provider, provider_name, modality,
       sandbox, prompt, inputs, seed, seed_field, price_micros, price_currency, price_exact, licence, charge,
       cause, message, hint, created_at, started_at, finished_at, route, step FROM job ORDER BY id",
    "SELECT job, place, field, asset, list FROM job_reference ORDER BY job, place",
    "SELECT id, job, n, endpoint, provider, remote_model, model_name, provider_name, state, seed,
       submit_started_at, accepted_at, done_at, finished_at, rendered_ms, remote_id, polls, resolved_by, message
       FROM attempt ORDER BY id",
    "SELECT id, attempt, place, state, asset FROM output ORDER BY id",
    "SELECT attempt, kind, micros, currency, source, at FROM ledger ORDER BY attempt, at",
    "SELECT id, origin, job, number, path, media, media_type, width, height, duration_ms, bytes, blake3, day,
       circled, present, created_at, rating, note, trashed_at, thumb_hash FROM asset ORDER BY id",
    "SELECT id FROM asset WHERE origin = 'output' ORDER BY seq",
    "SELECT key, name FROM tag ORDER BY key",
    "SELECT asset.id, tag.key FROM asset_tag JOIN asset ON asset.seq = asset_seq JOIN tag ON tag.id = asset_tag.tag
       ORDER BY asset.id, tag.key",
    "SELECT id, key, name, created_at FROM collection ORDER BY id",
    "SELECT collection, asset.id, added_at FROM collection_asset JOIN asset ON asset.seq = asset_seq
       ORDER BY collection, asset.id",
    "SELECT asset.id, f.media, f.ratio, f.day, f.micros, f.render_ms, f.seed, f.licence, f.shot, f.refs, f.rating,
       f.circled, f.trashed, f.present, f.noted, m.endpoint, m.model_name, w.prompt, w.model, w.note, w.tags
       FROM print_fact AS f JOIN asset USING (seq) JOIN print_maker AS m ON m.id = f.maker
       JOIN print_words AS w ON w.rowid = f.seq ORDER BY asset.id",
    "SELECT asset, clip, clip_code, at_ms FROM kept_frame ORDER BY asset",
    "SELECT asset.id, name, made_at, program, prompt, model, seed, recipe
       FROM import JOIN asset ON seq = asset_seq ORDER BY asset.id",
];

fn text(text: impl Into<String>) -> rusqlite::types::Value {
    rusqlite::types::Value::Text(text.into())
}

fn rows(sql: &Connection, query: &str) -> Vec<Vec<rusqlite::types::Value>> {
    let mut query = sql.prepare(query).unwrap();
    let columns = query.column_count();
    let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
    query.query_map([], row).unwrap().collect::<Result<_, _>>().unwrap()
}

fn same(before: &Connection, after: &Connection) {
    for query in TABLES {
        let (before, after) = (rows(before, query), rows(after, query));
        assert_eq!(before.len(), after.len(), "{query}");
        for (before, after) in before.into_iter().zip(after) {
            assert_eq!(before, after, "{query}");
        }
    }
}

#[tokio::test]
async fn a_book_that_was_lost_comes_back_row_by_row_from_the_folder_alone() {
    let prints = std::env::var("RUSHES_REBUILD").map_or(PRINTS, |n| n.parse().unwrap());
    let bench = Bench::new();
    bench.book(prints).await;
    let before = bench.take_book_away();
    let report = bench.rebuild(false).unwrap();
    assert_eq!(
        report,
        RebuildReport { prints: prints as u32, references: 1, ..RebuildReport::default() }
    );
    let after = Connection::open(bench.database()).unwrap();
    same(&before, &after);
    let logs = rows(&after, "SELECT DISTINCT entered, cause FROM event");
    let said = vec![text("completed"), text("Rebuilt from the file beside its print.")];
    assert_eq!(logs, vec![said]);
    assert_eq!(crate::store::check::words_astray(&after).unwrap(), 0);
    assert_eq!(crate::store::check::strange_parts(&after).unwrap(), Vec::<String>::new());
    drop((before, after));
    // It opens as any other, and nothing of it is due: the files tell it already.
    let store = Store::open(&bench.database(), &bench.library()).unwrap();
    let due = store.read(|sql| crate::store::due::some(sql, 0, 9)).await.unwrap();
    assert_eq!(due, []);
    store.close().await;
}

#[tokio::test]
async fn a_book_that_is_there_is_put_aside_and_never_lost() {
    let bench = Bench::new();
    bench.book(6).await;
    let refused = bench.rebuild(false).unwrap_err();
    assert_eq!(refused.code, "exists");
    let lock = Lock::take(&bench.data()).unwrap().unwrap();
    assert_eq!(bench.rebuild(true).unwrap_err().code, "locked");
    drop(lock);
    let report = bench.rebuild(true).unwrap();
    let aside = PathBuf::from(report.aside.unwrap());
    assert!(aside.file_name().unwrap().to_str().unwrap().starts_with("studio-before-rebuild-20"));
    same(&Connection::open(aside).unwrap(), &Connection::open(bench.database()).unwrap());
    std::fs::rename(bench.library(), bench.folder.path().join("away")).unwrap();
    assert_eq!(bench.rebuild(true).unwrap_err().code, "away_library");
    assert!(bench.database().exists());
}

#[tokio::test]
async fn what_is_damaged_gone_copied_or_nobodys_is_named_and_kept() {
    let bench = Bench::new();
    bench.book(9).await;
    let before = bench.take_book_away();
    // Cut off; not to be used though it can be read; the file gone; a copy; files of no story.
    bench.write(&format!("{}.json", path(0)), b"{ half");
    let mut told: Value =
        serde_json::from_slice(&std::fs::read(bench.library().join(path(1) + ".json")).unwrap())
            .unwrap();
    let story = std::fs::read(bench.library().join(path(3) + ".json")).unwrap();
    told["id"] = "../../x".into();
    bench.write(&format!("{}.json", path(1)), told.to_string().as_bytes());
    std::fs::remove_file(bench.library().join(path(2))).unwrap();
    bench.write("copy/3.png", &png(3));
    bench.write("copy/3.png.json", &story);
    bench.write("mine/holiday.png", &png(77));
    bench.write("notes.txt", b"buy milk");
    bench.write("settings.json", b"{}");

    let report = bench.rebuild(false).unwrap();
    assert_eq!(
        report,
        RebuildReport {
            prints: 11,
            references: 1,
            missing: vec![path(2)],
            bare: vec![path(0), path(1), "mine/holiday.png".into()],
            damaged: vec![path(0) + ".json", path(1) + ".json"],
            copies: vec!["copy/3.png".into()],
            strangers: vec!["notes.txt".into(), "settings.json".into()],
            aside: None,
        }
    );
    let after = Connection::open(bench.database()).unwrap();
    let kept = |path: &str| std::fs::read(bench.library().join(path)).unwrap();
    assert_eq!(kept(&(path(0) + ".json.damaged")), b"{ half");
    let known =
        "SELECT path, blake3, bytes, width FROM asset WHERE origin <> 'reference' ORDER BY path";
    let of_book = |sql: &Connection| rows(sql, known);
    let all = of_book(&after);
    for row in of_book(&before) {
        assert!(all.contains(&row), "{row:?}");
    }
    let missing = rows(&after, "SELECT path FROM asset WHERE present = 0");
    assert_eq!(missing, vec![vec![text(path(2))]]);
    // What told less than the book knows now is written again.
    let due =
        rows(&after, "SELECT path FROM sidecar_due JOIN asset ON seq = asset_seq ORDER BY path");
    let wanted = ["copy/3.png".to_owned(), "mine/holiday.png".into(), path(0), path(1)];
    let mut wanted = wanted.map(|path| vec![text(path)]).to_vec();
    wanted.sort_by_key(|row| format!("{row:?}"));
    assert_eq!(due, wanted);
    assert_eq!(crate::store::check::loose_rows(&after).unwrap().len(), 0);
}

#[tokio::test]
async fn older_sidecars_give_back_what_they_tell() {
    let bench = Bench::new();
    bench.book(6).await;
    let before = bench.take_book_away();
    for n in 0..6 {
        let file = format!("{}.json", path(n));
        let mut told: Value =
            serde_json::from_slice(&std::fs::read(bench.library().join(&file)).unwrap()).unwrap();
        for later in [
            "media_type",
            "number",
            "day",
            "trashed_at",
            "thumb_hash",
            "collections",
            "made_from",
            "job",
        ] {
            told.as_object_mut().unwrap().remove(later).unwrap();
        }
        bench.write(&file, told.to_string().as_bytes());
    }
    let report = bench.rebuild(false).unwrap();
    assert_eq!((report.prints, report.references, report.damaged.len()), (6, 1, 0));
    let after = Connection::open(bench.database()).unwrap();
    for query in [
        "SELECT id, path, number, blake3, bytes, rating, circled, note, created_at FROM asset
         WHERE origin = 'output' ORDER BY id",
        "SELECT asset.id, job.prompt, job.inputs, job.price_micros, job.licence, job.endpoint, job.remote_model,
           job.provider, job.model_name, job.take, shot.number, attempt.seed, attempt.remote_id
         FROM asset JOIN job ON job.id = asset.job JOIN shot ON shot.id = job.shot
         JOIN attempt ON attempt.job = job.id ORDER BY asset.id",
        "SELECT asset.id, tag.name FROM asset_tag JOIN asset ON seq = asset_seq JOIN tag ON tag.id = tag
         ORDER BY asset.id, tag.key",
        "SELECT count(*) FROM job",
        "SELECT job_reference.place, blake3 FROM job_reference JOIN asset ON asset.id = job_reference.asset",
    ] {
        assert_eq!(rows(&before, query), rows(&after, query), "{query}");
    }
    let due = rows(&after, "SELECT count(*) FROM sidecar_due");
    assert_eq!(due, vec![vec![rusqlite::types::Value::Integer(6)]]);
}

#[tokio::test]
async fn frames_of_clips_come_back_with_where_they_were_taken() {
    let bench = Bench::new();
    bench.book(6).await;
    let store = Store::open(&bench.database(), &bench.library()).unwrap();
    let (id_of, print_path) = (id, path);
    let frames = ["ast_f1", "ast_f2", "ast_f3"];
    let path = |id: &str| format!("references/2026-12/{id}.png");
    let kept = move |tx: &mut Tx<'_>| {
        for (n, id) in frames.into_iter().enumerate() {
            let told = asset(id, None, 100 + n);
            tx.insert_asset(&NewAsset { path: path(id), number: 1, ..told })?;
            tx.note_frame(id, &id_of(n), &format!("1-{n}\u{b7}1"), 40)?;
        }
        Ok(())
    };
    store.write(kept).await.unwrap();
    let told = |id: &'static str| store.read(move |sql| crate::store::story::frame(sql, id));
    for (n, id) in frames.into_iter().enumerate() {
        bench.write(&path(id), &png(100 + n));
        let (picture, frame_of) = told(id).await.unwrap().unwrap();
        let told = FrameSidecar { rushes: Sidecar::VERSION, picture, frame_of };
        bench.write(&format!("{}.json", path(id)), &serde_json::to_vec(&told).unwrap());
    }
    let due = store.read(|sql| crate::store::due::some(sql, 0, 99)).await.unwrap();
    let due: Vec<_> = due.into_iter().map(|due| due.asset).filter(|id| id.contains('f')).collect();
    assert_eq!(due, frames);
    store.close().await;
    let before = bench.take_book_away();
    // One of the pictures is gone, and one of the clips was removed with its story.
    std::fs::remove_file(bench.library().join(path("ast_f2"))).unwrap();
    for ending in ["", ".json"] {
        std::fs::remove_file(bench.library().join(print_path(2) + ending)).unwrap();
    }
    let report = bench.rebuild(false).unwrap();
    assert_eq!((report.references, report.bare, report.damaged), (4, vec![], vec![]));
    let after = Connection::open(bench.database()).unwrap();
    let frames = "SELECT asset, clip, clip_code, at_ms FROM kept_frame ORDER BY asset";
    let mut wanted = rows(&before, frames);
    wanted[2][1] = rusqlite::types::Value::Null;
    assert_eq!(rows(&after, frames), wanted);
    let pictures = "SELECT id, path, width, height, bytes, blake3, day, created_at FROM asset
        WHERE origin = 'reference' ORDER BY id";
    assert_eq!(rows(&after, pictures), rows(&before, pictures));
    assert_eq!(rows(&after, "SELECT id FROM asset WHERE present = 0"), vec![vec![text("ast_f2")]]);
}

/// What a program wrote, as the book keeps it.
fn recipe() -> crate::library::recipe::Recipe {
    crate::library::recipe::Recipe {
        prompt: "a lighthouse".into(),
        model: Some("dreamshaper".into()),
        seed: Some(77),
        inputs: json!({ "Clip skip": "2", "A": 1 }).as_object().unwrap().clone(),
        ..Default::default()
    }
}

#[tokio::test]
async fn imports_come_back_with_what_their_files_said() {
    let bench = Bench::new();
    bench.book(6).await;
    let store = Store::open(&bench.database(), &bench.library()).unwrap();
    let path = |n: usize| format!("imports/2026-12/{n}.png");
    let imports: Vec<NewImport> = (0..3)
        .map(|n| NewImport {
            asset: NewAsset { path: path(n), ..asset(&format!("ast_i{n}"), None, 300 + n) },
            record: crate::gallery::imports::record(
                format!("Old {n}.PNG"),
                Some(1_700_000_000_000),
                (n < 2).then(recipe),
            ),
            glance: Some(vec![1, 2, n as u8]),
        })
        .collect();
    store.write(move |tx| tx.insert_imports(&imports, true)).await.unwrap();
    let marks = Marks {
        rating: Some(4),
        note: Some("from before".into()),
        add_tags: vec!["Old".into()],
        add_to: Some("col_1".into()),
        ..Marks::default()
    };
    store.write(move |tx| tx.mark(&["ast_i1".into()], &marks, 40_000)).await.unwrap();
    for n in 0..3 {
        let told = store.read(move |sql| of_print(sql, &format!("ast_i{n}"))).await.unwrap();
        bench.write(&path(n), &png(300 + n));
        bench.write(&format!("{}.json", path(n)), &serde_json::to_vec(&told).unwrap());
    }
    store.close().await;
    let before = bench.take_book_away();
    let report = bench.rebuild(false).unwrap();
    assert_eq!(report, RebuildReport { prints: 9, references: 1, ..RebuildReport::default() });
    let after = Connection::open(bench.database()).unwrap();
    same(&before, &after);
    assert_eq!(rows(&after, "SELECT count(*) FROM sidecar_due"), rows(&after, "SELECT 0"));
    drop((before, after));

    // Of one that is told nothing of, the file itself is asked.
    let [told, bare] = [path(0), path(2)];
    std::fs::remove_file(bench.library().join(format!("{bare}.json"))).unwrap();
    let report = bench.rebuild(true).unwrap();
    assert_eq!((report.prints, report.bare), (9, vec![bare.clone()]));
    let after = Connection::open(bench.database()).unwrap();
    let numbers = "SELECT path, number FROM asset WHERE origin = 'import' ORDER BY number";
    let numbers = rows(&after, numbers);
    assert_eq!((&numbers[0][0], &numbers[2][0]), (&text(told), &text(bare)));
    let names = rows(&after, "SELECT name FROM import ORDER BY asset_seq DESC LIMIT 1");
    assert_eq!(names, vec![vec![text("2.png")]]);
}
