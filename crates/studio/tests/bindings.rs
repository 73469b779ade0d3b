//! The window's types are made from the Rust declarations and committed; this fails when they are
//! stale. `RUSHES_UPDATE_BINDINGS=1 cargo test -p rushes-studio --test bindings` writes them.
#![allow(clippy::unwrap_used)]
#![allow(clippy::disallowed_methods)] // writes source files, not the user's

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use rushes_studio::api::commands::{export_types, typescript_map};
use rushes_studio::api::types::{ApiError, Change};
use ts_rs::TS;

const HEAD: &str = "// Made from the Rust declarations by `cargo test -p rushes-studio --test bindings`. Do not edit.\n";

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/bridge/generated")
}

/// Every file of the generated folder by name.
fn made(into: &Path) -> BTreeMap<String, String> {
    let config = ts_rs::Config::default().with_large_int("number").with_out_dir(into);
    export_types(&config).unwrap();
    Change::export_all(&config).unwrap();
    ApiError::export_all(&config).unwrap();
    let mut files = read(into);
    let names: Vec<String> =
        files.keys().map(|name| name.trim_end_matches(".ts").to_owned()).collect();
    let map = typescript_map(&config);
    let spoken = |name: &str| map.split(|c: char| !c.is_alphanumeric()).any(|word| word == name);
    let mut commands = String::from(HEAD);
    for name in names.iter().filter(|name| spoken(name)) {
        writeln!(commands, "import type {{ {name} }} from \"./{name}\";").unwrap();
    }
    commands.push('\n');
    commands.push_str(&map);
    let mut index = String::from(HEAD);
    for name in &names {
        writeln!(index, "export type {{ {name} }} from \"./{name}\";").unwrap();
    }
    index.push_str("export type { Commands } from \"./commands\";\n");
    files.insert("commands.ts".into(), commands);
    files.insert("index.ts".into(), index);
    files
}

fn read(folder: &Path) -> BTreeMap<String, String> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "ts"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect()
}

#[test]
fn the_windows_types_are_current() {
    let folder = tempfile::tempdir().unwrap();
    let fresh = made(folder.path());
    if std::env::var_os("RUSHES_UPDATE_BINDINGS").is_some() {
        for name in read(&committed()).keys().filter(|name| !fresh.contains_key(*name)) {
            std::fs::remove_file(committed().join(name)).unwrap();
        }
        for (name, text) in &fresh {
            std::fs::write(committed().join(name), text).unwrap();
        }
    }
    let kept = read(&committed());
    let stale: Vec<&String> = kept
        .keys()
        .chain(fresh.keys())
        .filter(|name| kept.get(*name) != fresh.get(*name))
        .collect();
    assert!(stale.is_empty(), "stale: {stale:?}; run it with RUSHES_UPDATE_BINDINGS=1 and commit");
}
