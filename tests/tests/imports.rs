//! Who may import whom: the table of ARCHITECTURE.md, read from the sources.

mod tree;

use tree::{File, files};

/// A room, and the words that its files may not contain.
struct Rule {
    room: &'static str,
    never: &'static [&'static str],
}

/// Decides, and does nothing.
const PURE: &[&str] = &[
    "crate::store",
    "crate::engine",
    "crate::library",
    "crate::api",
    "crate::http",
    "tokio::",
    "std::fs",
    "rusqlite::Connection",
];
const BELOW_THE_ENGINE: &[&str] = &["crate::engine", "crate::api", "crate::http"];

const RUST: &[Rule] = &[
    Rule { room: "crates/", never: &["tauri::", "tauri_plugin"] },
    Rule {
        room: "crates/providers/",
        never: &[
            "rushes_studio",
            "rushes_sandbox",
            "rushes_cli",
            "rusqlite",
            "keyring",
            "std::fs::",
        ],
    },
    Rule {
        room: "crates/sandbox/src/",
        never: &["rushes_studio", "rushes_providers", "rushes_cli"],
    },
    Rule { room: "crates/studio/src/job/", never: PURE },
    Rule { room: "crates/studio/src/catalog/", never: PURE },
    Rule { room: "crates/studio/src/find/", never: PURE },
    Rule { room: "crates/studio/src/vary/", never: PURE },
    Rule { room: "crates/studio/src/store/", never: BELOW_THE_ENGINE },
    Rule { room: "crates/studio/src/library/", never: BELOW_THE_ENGINE },
    Rule { room: "crates/studio/src/engine/", never: &["crate::api", "crate::http"] },
    Rule {
        room: "crates/studio/src/gallery/",
        never: &["crate::api", "crate::http", "INSERT INTO", "SELECT "],
    },
    Rule {
        room: "crates/studio/src/doctor/",
        never: &["crate::api", "crate::http", "reqwest", "INSERT INTO", "SELECT "],
    },
    Rule { room: "crates/studio/src/", never: &["rushes_sandbox", "rushes_cli"] },
    Rule {
        room: "crates/cli/src/",
        never: &["rushes_providers", "rusqlite", "reqwest", "hyper::", "SELECT ", "INSERT INTO"],
    },
    Rule {
        room: "src-tauri/src/",
        never: &[
            "rushes_providers",
            "rushes_cli",
            "rusqlite",
            "reqwest",
            "hyper::",
            "SELECT ",
            "INSERT INTO",
        ],
    },
];

/// The providers' rooms, which know nothing of each other but that the sandbox speaks one of the dialects.
const DIALECT_OF_THE_SANDBOX: &str = "wavespeed";

fn breaches(files: &[File], rules: &[Rule]) -> Vec<String> {
    let mut found = Vec::new();
    for Rule { room, never } in rules {
        assert!(files.iter().any(|file| file.path.starts_with(room)), "there is a room {room}");
        for file in files.iter().filter(|file| file.path.starts_with(room) && !file.is_test()) {
            for word in *never {
                let lines =
                    file.shipped().lines().filter(|line| !line.trim_start().starts_with("//"));
                if lines.into_iter().any(|line| line.contains(word)) {
                    found.push(format!("{}: {word}", file.path));
                }
            }
        }
    }
    found
}

#[test]
fn rust_rooms_keep_to_their_table() {
    assert_eq!(breaches(&files("rs"), RUST), Vec::<String>::new());
}

#[test]
fn providers_know_nothing_of_each_other() {
    let files = files("rs");
    let room = |file: &File| -> Option<String> {
        let (room, _) = file.path.strip_prefix("crates/providers/src/")?.split_once('/')?;
        let has_manifest =
            files.iter().any(|f| f.path == format!("crates/providers/src/{room}/mod.rs"));
        (has_manifest && room != "schema" && room != "conformance").then(|| room.to_owned())
    };
    let mut rooms: Vec<String> = files.iter().filter_map(room).collect();
    rooms.dedup();
    assert!(rooms.len() >= 2, "{rooms:?}");
    for file in files.iter().filter(|file| room(file).is_some() && !file.is_test()) {
        let own = room(file);
        for other in rooms.iter().filter(|other| Some(*other) != own.as_ref()) {
            if own.as_deref() == Some("sandbox") && other == DIALECT_OF_THE_SANDBOX {
                continue;
            }
            let imports = [format!("crate::{other}"), format!("super::{other}")];
            assert!(
                !imports.iter().any(|word| file.shipped().contains(word)),
                "{} knows {other}",
                file.path
            );
        }
    }
}

#[test]
fn only_the_bridge_knows_the_shell() {
    let page = [files("ts"), files("svelte")].concat();
    let knows: Vec<&str> = page
        .iter()
        .filter(|file| file.path.starts_with("ui/src/") && file.text.contains("@tauri-apps/"))
        .map(|file| file.path.as_str())
        .collect();
    assert_eq!(knows, ["ui/src/bridge/tauri.ts"]);
}

#[test]
fn the_page_keeps_to_its_rooms() {
    let features = ["studio", "gallery", "viewer", "jobs", "models", "settings", "first-run"];
    for file in [files("ts"), files("svelte")].concat() {
        let Some(inside) = file.path.strip_prefix("ui/src/") else { continue };
        let imports: Vec<&str> =
            file.text.lines().filter(|line| line.contains(" from '")).collect();
        let reaches = |room: &str| imports.iter().any(|line| line.contains(&format!("../{room}/")));
        if ["kit/", "lib/", "bridge/"].iter().any(|room| inside.starts_with(room)) {
            assert!(!reaches("state") && !reaches("features"), "{}", file.path);
        }
        if inside.starts_with("state/") {
            assert!(!reaches("features") && !reaches("kit"), "{}", file.path);
        }
        if let Some((own, _)) =
            inside.strip_prefix("features/").and_then(|rest| rest.split_once('/'))
        {
            for other in features.iter().filter(|other| **other != own) {
                assert!(!reaches(other), "{} reaches into {other}", file.path);
            }
            assert!(!reaches("bridge") || imports.iter().all(|line| !line.contains("bridge/tauri") && !line.contains("bridge/http")), "{}", file.path);
        }
    }
}

/// Whether a text has this word, not as a part of another: `fal` is none in `false`.
fn has_word(text: &str, word: &str) -> bool {
    let whole = |at: usize| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        [before, after].into_iter().flatten().all(|c| !c.is_alphanumeric())
    };
    text.match_indices(word).any(|(at, _)| whole(at))
}

#[test]
fn words_are_told_from_parts_of_words() {
    for (text, there) in
        [("false", false), ("a fal b", true), ("'fal'", true), ("befal, fal", true)]
    {
        assert_eq!(has_word(text, "fal"), there, "{text}");
    }
}

#[test]
fn the_page_names_no_provider() {
    let names: Vec<String> = files("toml")
        .iter()
        .filter(|file| {
            file.path.starts_with("crates/providers/src/") && file.path.ends_with("provider.toml")
        })
        .flat_map(|file| {
            let field = |line: &str| {
                line.split_once('=').map(|(name, value)| {
                    (name.trim().to_owned(), value.trim().trim_matches('"').to_owned())
                })
            };
            file.text
                .lines()
                .filter_map(field)
                .filter(|(name, _)| name == "id" || name == "name")
                .map(|(_, value)| value)
                .collect::<Vec<_>>()
        })
        // The word also names what every sandbox picture carries.
        .filter(|name| !name.eq_ignore_ascii_case("sandbox"))
        .collect();
    assert!(!names.is_empty(), "there are providers");
    for file in [files("ts"), files("svelte")].concat() {
        if !file.path.starts_with("ui/src/") || file.path.contains("/generated/") {
            continue;
        }
        for name in &names {
            assert!(!has_word(&file.text, name), "{} names {name}", file.path);
        }
    }
}

#[test]
fn no_file_names_a_path_of_someones_computer() {
    let own = ["home", "root", "work", "Users"].map(|folder| format!("/{folder}/"));
    for ending in ["rs", "ts", "svelte", "toml", "json", "sh", "py", "md", "html", "css"] {
        for file in files(ending) {
            if file.path == "tests/tests/imports.rs" || file.path.ends_with("package-lock.json") {
                continue;
            }
            for (n, line) in file.text.lines().enumerate() {
                for folder in &own {
                    let at = line.find(folder.as_str());
                    let begins = at.is_some_and(|at| {
                        !line[..at]
                            .ends_with(|c: char| c.is_alphanumeric() || "._-}>$~".contains(c))
                    });
                    assert!(!begins, "{}:{}: {line}", file.path, n + 1);
                }
            }
        }
    }
}
