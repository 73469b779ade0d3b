//! What is said: every sentence of the core and the shell stands in each catalogue, and no catalogue
//! has one that nobody says.

mod tree;

use std::collections::{BTreeMap, BTreeSet};

use tree::{File, files};

/// The crates that speak, and where their sentences in other languages are. The shell has few and
/// keeps them with the studio's.
const CATALOGUES: [(&[&str], &str); 2] = [
    (&["crates/providers/src/"], "crates/providers/locales/"),
    (&["crates/studio/src/", "src-tauri/src/"], "crates/studio/locales/"),
];

/// Rooms whose words are for the command line or for tests only.
const ENGLISH_ONLY: [&str; 6] = [
    "crates/studio/src/doctor/", // the findings of `rushes doctor`
    "crates/providers/src/conformance/",
    "crates/providers/src/probe.rs",
    "crates/providers/src/fuzz.rs",
    "crates/studio/src/job/walk.rs",
    "crates/studio/src/library/testkit.rs",
];

/// Sentences that stay as they are, each for its reason.
const AS_THEY_ARE: [&str; 2] = [
    "An enumeration.",         // what generators of schemas write, to be left out
    "Removed with the trash.", // a mark in the book, which the money book looks for
];

/// A text in the source of a file.
struct Text {
    line: usize,
    /// The code before it, without comments and other texts.
    before: String,
    /// As the program has it.
    says: String,
}

/// The texts of what ships of a file, in order.
fn texts(file: &File) -> Vec<Text> {
    let source: Vec<char> = file.shipped().chars().collect();
    let starts = |at: usize, sign: &str| {
        sign.chars().enumerate().all(|(n, c)| source.get(at + n) == Some(&c))
    };
    let (mut found, mut code, mut at, mut line) = (Vec::new(), String::new(), 0, 1);
    while at < source.len() {
        let begin = at;
        if starts(at, "//") {
            at += source[at..].iter().take_while(|c| **c != '\n').count();
        } else if starts(at, "r\"") || starts(at, "r#\"") {
            let close = if starts(at, "r#") { "\"#" } else { "\"" };
            at += 1 + close.len();
            while !starts(at, close) {
                at += 1;
            }
            at += close.len();
        } else if source[at] == '"' {
            at += 1;
            let mut text = String::new();
            while source[at] != '"' {
                if source[at] != '\\' {
                    text.push(source[at]);
                    at += 1;
                    continue;
                }
                at += 2;
                match source[at - 1] {
                    'n' => text.push('\n'),
                    'r' => text.push('\r'),
                    't' => text.push('\t'),
                    '0' => text.push('\0'),
                    '\n' => at += source[at..].iter().take_while(|c| c.is_whitespace()).count(),
                    'u' | 'x' => text.push('?'),
                    sign => text.push(sign),
                }
            }
            at += 1;
            found.push(Text { line, before: code.clone(), says: text });
            code.push('_');
        } else if source[at] == '\'' && source.get(at + 1) == Some(&'\\') {
            at += 3;
            while source[at] != '\'' {
                at += 1;
            }
            at += 1;
        } else if source[at] == '\'' && source.get(at + 2) == Some(&'\'') {
            at += 3;
        } else {
            code.push(source[at]);
            at += 1;
        }
        line += source[begin..at].iter().filter(|c| **c == '\n').count();
        if code.len() > 4_000 {
            code = code.split_off(code.floor_char_boundary(2_000));
        }
    }
    found
}

impl Text {
    /// Whether it is handed to `t!` or `key!`.
    fn is_spoken(&self) -> bool {
        let before = self.before.trim_end();
        ["t!(", "key!("].iter().any(|call| {
            before
                .strip_suffix(call)
                .is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        })
    }

    /// The statement before it, from where it begins.
    fn statement(&self) -> &str {
        self.before.rsplit([';', '{', '}']).next().unwrap_or_default()
    }
}

/// The sources of these rooms, without their tests.
fn sources(rooms: &[&str]) -> Vec<File> {
    let mut found = files("rs");
    found.retain(|file| rooms.iter().any(|room| file.path.starts_with(room)) && !file.is_test());
    assert!(!found.is_empty(), "{rooms:?}");
    found
}

/// The names of the values in a sentence.
fn names(text: &str) -> BTreeSet<String> {
    let text = text.replace("{{", "").replace("}}", "");
    let named = text.split('{').skip(1).filter_map(|part| part.split_once('}'));
    named.map(|(name, _)| name.to_owned()).collect()
}

/// What the manifests of providers and their bundled models say to people.
fn data() -> BTreeSet<String> {
    let mut said = BTreeSet::new();
    for provider in rushes_providers::all() {
        let manifest = provider.manifest();
        said.extend([manifest.key_hint.clone(), manifest.address_hint.clone()]);
        for endpoint in manifest.bundled() {
            said.extend(endpoint.retired.iter().map(|retired| retired.reason.clone()));
            // The fields of a workflow are called as its nodes are.
            let shown = endpoint.fields.iter().filter(|f| !f.hidden && !manifest.workflows);
            said.extend(shown.flat_map(|field| [field.label.clone(), field.help.clone()]));
        }
    }
    said.remove("");
    said
}

/// A catalogue by its path: English, and what stands for it.
type Catalogue = (String, BTreeMap<String, String>);

fn catalogues() -> Vec<(Vec<File>, Vec<Catalogue>)> {
    let of = |(rooms, folder): (&[&str], &str)| {
        let languages = files("toml").into_iter().filter(|file| file.path.starts_with(folder));
        let read = languages.map(|file| {
            let sentences = toml::from_str(&file.text);
            (file.path.clone(), sentences.unwrap_or_else(|error| panic!("{}: {error}", file.path)))
        });
        (sources(rooms), read.collect())
    };
    CATALOGUES.into_iter().map(of).collect()
}

#[test]
fn catalogues_have_what_is_said_and_nothing_else() {
    for (sources, languages) in catalogues() {
        let spoken = sources.iter().flat_map(texts).filter(Text::is_spoken);
        let mut said: BTreeSet<String> = spoken.map(|text| text.says).collect();
        if sources[0].path.starts_with("crates/providers/") {
            said.extend(data());
        }
        assert!(said.len() > 100, "the sentences are found");
        assert_eq!(languages.len(), 1, "Japanese; a new language is one more file of each crate");
        for (path, sentences) in languages {
            let known: BTreeSet<String> = sentences.keys().cloned().collect();
            assert_eq!(
                said.difference(&known).collect::<Vec<_>>(),
                Vec::<&String>::new(),
                "missing in {path}"
            );
            assert_eq!(
                known.difference(&said).collect::<Vec<_>>(),
                Vec::<&String>::new(),
                "nobody says in {path}"
            );
            for (english, other) in &sentences {
                assert_eq!(names(english), names(other), "{path}: {english}");
                assert!(!other.trim().is_empty(), "{path}: {english}");
            }
        }
    }
}

/// Whether a sentence tells of money is asked in `rushes_providers::tells_of_money`, by a word that all have in common.
#[test]
fn what_tells_of_money_does_so_in_every_language() {
    let all: Vec<_> = catalogues().into_iter().flat_map(|(_, languages)| languages).collect();
    let language = |path: &str| path.rsplit('/').next().map(ToOwned::to_owned);
    for (path, sentences) in &all {
        let mut of_it = all.iter().filter(|(other, _)| language(other) == language(path));
        let common = of_it.find_map(|(_, sentences)| sentences.get("harged"));
        let common = common.unwrap_or_else(|| panic!("{path} has a word for it"));
        for (english, other) in sentences {
            assert_eq!(
                english.contains("harged"),
                other.contains(common.as_str()),
                "{path}: {english}"
            );
        }
    }
}

#[test]
fn no_sentence_for_people_is_said_in_english_only() {
    let rooms: Vec<&str> = CATALOGUES.iter().flat_map(|(rooms, _)| *rooms).copied().collect();
    let mut found = Vec::new();
    for file in sources(&rooms) {
        if ENGLISH_ONLY.iter().any(|room| file.path.starts_with(room)) {
            continue;
        }
        for text in texts(&file).into_iter().filter(|text| !text.is_spoken()) {
            let words = text.says.split_whitespace().count();
            let begins = text.says.starts_with(|c: char| c.is_uppercase() || c == '{' || c == '“');
            let is_sentence = begins && words >= 3 && text.says.ends_with('.');
            let inside = ["tracing::", "expect(", "panic!(", "assert", "#[error(", "Regex"];
            let for_us = inside.iter().any(|word| text.statement().contains(word));
            if is_sentence && !for_us && !AS_THEY_ARE.contains(&text.says.as_str()) {
                found.push(format!("{}:{}: {}", file.path, text.line, text.says));
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}
