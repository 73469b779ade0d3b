//! Names for what leaves the library: safe on every file system, unique without regard to case.

use std::collections::HashSet;

/// Most tries for a free name.
const TRIES: u32 = 9_999;
/// Most bytes of a name, so that a number, an ending and `.json` still fit into 255.
const MOST: usize = 200;
/// Names that Windows keeps for devices.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// A name and its ending, e.g. `152-1-2` and `png`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    stem: String,
    ending: String,
}

impl Name {
    /// From the path of a file.
    pub(super) fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        match name.rsplit_once('.') {
            Some((stem, ending)) if !stem.is_empty() => Self::new(stem, ending),
            _ => Self::new(name, ""),
        }
    }

    /// From words that may hold anything.
    pub(super) fn new(stem: &str, ending: &str) -> Self {
        let mut safe = String::new();
        for c in stem.chars() {
            let c = if c.is_control() || r#"/\:*?"<>|·"#.contains(c) || is_hidden(c) {
                '-'
            } else {
                c
            };
            if safe.len() + c.len_utf8() > MOST {
                break;
            }
            safe.push(c);
        }
        let mut stem = safe.trim_matches([' ', '.']).to_owned();
        let device = stem.split('.').next().unwrap_or_default().to_lowercase();
        if stem.is_empty() || DEVICES.contains(&device.as_str()) {
            stem.insert_str(0, "print-");
        }
        let ending = ending.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
        Self { stem, ending }
    }

    /// The name, then the same with `-2`, `-3` and so on.
    pub(super) fn tries(&self) -> impl Iterator<Item = String> {
        (1..=TRIES).map(|at| {
            let again = if at == 1 { String::new() } else { format!("-{at}") };
            let dot = if self.ending.is_empty() { "" } else { "." };
            format!("{}{again}{dot}{}", self.stem, self.ending)
        })
    }

    /// The first that is not among these, which it joins.
    pub(super) fn free(&self, taken: &mut HashSet<String>) -> Option<String> {
        self.tries().find(|name| taken.insert(name.to_lowercase()))
    }
}

/// Characters that turn text around or cannot be seen.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(path: &str) -> Option<String> {
        Name::of(path).tries().next()
    }

    #[test]
    fn nothing_hostile_becomes_a_name() {
        for (path, expected) in [
            ("2026/2026-11-22/1142-boats-1.png", "1142-boats-1.png"),
            ("2026/夜の灯台.webp", "夜の灯台.webp"),
            ("a/..", "print-"),
            ("a\\b:c*?.png", "a-b-c--.png"),
            ("con.png", "print-con.png"),
            (".hidden", "hidden"),
            ("gnp.\u{202e}exe", "gnp.exe"),
            ("x.p/n g", "n g"),
        ] {
            assert_eq!(first(path).as_deref(), Some(expected), "{path:?}");
        }
        let long = first(&format!("{}.png", "夜".repeat(300)));
        assert_eq!(long.map(|name| name.len()), Some(198 + 4));
    }

    #[test]
    fn names_that_differ_in_case_alone_are_kept_apart() {
        let mut taken = HashSet::new();
        let mut free = |path: &str| Name::of(path).free(&mut taken);
        assert_eq!(free("a/Boat.png").as_deref(), Some("Boat.png"));
        assert_eq!(free("b/boat.png").as_deref(), Some("boat-2.png"));
        assert_eq!(free("c/boat.PNG").as_deref(), Some("boat-3.PNG"));
        assert_eq!(free("c/boat.jpg").as_deref(), Some("boat.jpg"));
    }
}
