//! Names that a person can read, made so that nothing a provider or a prompt says can become a
//! path.

use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Most characters of the prompt in a name.
const PROMPT_CHARS: usize = 40;
/// Most characters of the model in a name.
const MODEL_CHARS: usize = 32;
/// Most characters of a name that a file brings along.
const NAME_CHARS: usize = 60;
/// Most bytes of either: with all of it and the sidecar's ending a name stays under 255 bytes.
const SLUG_BYTES: usize = 100;

/// What a print's name is made of.
#[derive(Debug, Clone)]
pub struct Naming<'a> {
    /// When it was made, ms UTC.
    pub at_ms: i64,
    /// The user's zone: names tell local time.
    pub zone: TimeZone,
    /// The words it was made from; may be anything.
    pub prompt: &'a str,
    /// The model's slug; may be anything.
    pub model: &'a str,
    /// Place in the take, from 1.
    pub number: u32,
}

impl Naming<'_> {
    /// Folder of the day, relative: `2026/2026-11-22`.
    pub(super) fn folder(&self) -> String {
        self.local().strftime("%Y/%Y-%m-%d").to_string()
    }

    /// File name without ending: `1142-lighthouse-at-dusk-flux-2-pro-1`.
    pub(super) fn stem(&self) -> String {
        let prompt = slug(self.prompt, PROMPT_CHARS);
        let model = slug(self.model, MODEL_CHARS);
        let mut stem = self.local().strftime("%H%M").to_string();
        for part in [if prompt.is_empty() { "untitled" } else { &prompt }, &model] {
            if !part.is_empty() {
                stem.push('-');
                stem.push_str(part);
            }
        }
        format!("{stem}-{}", self.number)
    }

    fn local(&self) -> jiff::Zoned {
        local(self.at_ms, &self.zone)
    }
}

/// Folder for imports of a month, relative: `imports/2026-11`.
pub(super) fn import_month(at_ms: i64, zone: &TimeZone) -> String {
    local(at_ms, zone).strftime("imports/%Y-%m").to_string()
}

/// File name of an import without ending, after the name that it had: `img-0042`.
pub(super) fn import_stem(name: &str) -> String {
    let stem = Path::new(name).file_stem().unwrap_or_default().to_string_lossy();
    let slug = slug(&stem, NAME_CHARS);
    if slug.is_empty() { "untitled".into() } else { slug }
}

/// Folder for references of a month, relative: `references/2026-11`.
pub(super) fn month(at_ms: i64, zone: &TimeZone) -> String {
    local(at_ms, zone).strftime("references/%Y-%m").to_string()
}

fn local(at_ms: i64, zone: &TimeZone) -> jiff::Zoned {
    Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone.clone())
}

/// Letters and digits of any script, in lower case, with single hyphens between; cut between
/// words where that leaves something. Since nothing else passes, no slug can climb, hide, turn
/// text around or be anything to a shell.
fn slug(words: &str, most: usize) -> String {
    let mut out = String::new();
    let mut chars = 0;
    let mut gap = false;
    // A name needs a few words; a prompt may be a book.
    for c in words.chars().take(1_000).flat_map(char::to_lowercase) {
        if !c.is_alphanumeric() {
            gap = !out.is_empty();
            continue;
        }
        let more = usize::from(gap) + 1;
        if chars + more > most || out.len() + c.len_utf8() + usize::from(gap) > SLUG_BYTES {
            // The last word is cut in two unless it was just complete.
            if !gap && let Some(end) = out.rfind('-') {
                out.truncate(end);
            }
            break;
        }
        if gap {
            out.push('-');
            gap = false;
        }
        out.push(c);
        chars += more;
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use super::*;

    fn named(prompt: &str, model: &str) -> String {
        let naming = Naming {
            at_ms: "2026-11-22T09:42:30Z".parse::<Timestamp>().unwrap().as_millisecond(),
            zone: TimeZone::fixed(jiff::tz::offset(2)),
            prompt,
            model,
            number: 1,
        };
        format!("{}/{}", naming.folder(), naming.stem())
    }

    #[test]
    fn a_name_tells_when_what_and_by_which_model() {
        assert_eq!(
            named("Lighthouse at dusk!", "flux-2-pro"),
            "2026/2026-11-22/1142-lighthouse-at-dusk-flux-2-pro-1"
        );
    }

    #[test]
    fn the_day_is_the_users_day() {
        let at_ms = "2026-12-31T23:30:00Z".parse::<Timestamp>().unwrap().as_millisecond();
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let naming = Naming { at_ms, zone: zone.clone(), prompt: "a", model: "b", number: 2 };
        assert_eq!(
            (naming.folder().as_str(), naming.stem().as_str()),
            ("2027/2027-01-01", "0030-a-b-2")
        );
        assert_eq!(month(at_ms, &zone), "references/2027-01");
    }

    #[test]
    fn long_prompts_are_cut_between_words() {
        assert_eq!(
            slug("A very long prompt about the sea and the gulls above it", 40),
            "a-very-long-prompt-about-the-sea-and-the"
        );
        assert_eq!(slug("one two three", 7), "one-two");
        assert_eq!(slug("one twofold", 7), "one");
        assert_eq!(slug(&"x".repeat(90), 40), "x".repeat(40));
    }

    #[test]
    fn nothing_hostile_gets_through() {
        let cases = [
            ("../../.ssh/x", "ssh-x"),
            ("C:\\Windows\\System32", "c-windows-system32"),
            ("CON", "con"),
            ("a\0b", "a-b"),
            ("\u{202e}gnp.exe", "gnp-exe"),
            ("-rf --", "rf"),
            (".hidden", "hidden"),
            ("$(reboot) `id` 'x' \"y\" ; | & < > * ?\n\r\t", "reboot-id-x-y"),
            ("🦊🌊", ""),
            ("Fuchs 🦊 im Schnee", "fuchs-im-schnee"),
            ("夜の灯台", "夜の灯台"),
            ("ÄÖÜ Straße İstanbul", "äöü-straße-i-stanbul"),
            ("", ""),
        ];
        for (words, expected) in cases {
            assert_eq!(slug(words, 40), expected, "{words:?}");
        }
        assert_eq!(named("🦊", "../etc/passwd"), "2026/2026-11-22/1142-untitled-etc-passwd-1");
        assert_eq!(named("CON", ""), "2026/2026-11-22/1142-con-1");
    }

    #[test]
    fn an_import_keeps_what_can_be_kept_of_its_name() {
        for (name, stem) in [
            ("IMG_0042.PNG", "img-0042"),
            ("00012-7 (copy).png", "00012-7-copy"),
            ("../../etc/passwd", "passwd"),
            (".png", "png"),
            ("🦊.webp", "untitled"),
        ] {
            assert_eq!(import_stem(name), stem, "{name}");
        }
    }

    #[test]
    fn a_name_of_4_kib_fits_every_file_system() {
        for long in ["a".repeat(4096), "夜".repeat(1365), "𐍈".repeat(1024), "word ".repeat(820)]
        {
            let stem = named(&long, &long);
            let name = stem.rsplit('/').next().unwrap();
            assert!(name.len() + "-99.webm.json".len() <= 255, "{} bytes", name.len());
        }
    }
}
