//! What a record may keep of an answer: no key, no signed URL, and not much of it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// The most of an answer that is kept, in bytes.
const KEEP: usize = 4 * 1024;

/// The most that is looked at; above it an answer is a file, not a message.
const LOOK: usize = 64 * 1024;

const MARK: &str = "<redacted>";

/// Names whose values are never kept, compared without case, `-` and `_`.
const SECRET_NAMES: [&str; 8] =
    ["authorization", "apikey", "xkey", "token", "accesstoken", "secret", "password", "signature"];

/// Takes keys, bearer tokens, secret JSON values, URL user names and URL queries out of `text`
/// and cuts it to 4 KiB. `known_secrets` are removed wherever they stand, encoded too.
pub fn redact(text: &str, known_secrets: &[&str]) -> String {
    let mut kept = window(text).to_owned();
    for secret in known_secrets.iter().filter(|secret| secret.len() >= 4) {
        for form in forms(secret) {
            kept = kept.replace(&form, MARK);
        }
    }
    let kept = hide_urls(&kept);
    let kept = hide_named(&kept);
    cut(&hide_bearer(&kept), KEEP)
}

/// A secret as it is, and as an answer may give it back: in a URL, in JSON with escaped slashes, in
/// base64.
fn forms(secret: &str) -> Vec<String> {
    let in_url: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let mut forms = vec![
        secret.to_owned(),
        in_url.replace("%2F", "%2f").replace("%2B", "%2b").replace("%3D", "%3d"),
        secret.replace('/', "\\/"),
        in_url,
    ];
    for engine in [&STANDARD, &URL_SAFE] {
        for before in 0..3 {
            // Letters that hang on what stands before and after it are none of the secret's own.
            let whole = engine.encode([&[0].repeat(before), secret.as_bytes()].concat());
            let (from, to) = ((before * 8).div_ceil(6), (before + secret.len()) * 8 / 6);
            forms.push(whole[from..to].to_owned());
        }
    }
    forms.sort();
    forms.dedup();
    // The longest first, so that no form is taken apart by one that it contains.
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    forms
}

/// The beginning of a long text, without the word that the cut would split.
fn window(text: &str) -> &str {
    if text.len() <= LOOK {
        return text;
    }
    let end = text.floor_char_boundary(LOOK);
    let ends_word = |c: char| c.is_whitespace() || c == '"';
    text[..end].rfind(ends_word).map_or("", |at| &text[..at])
}

fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(most - '…'.len_utf8());
    format!("{}…", &text[..end])
}

/// `https://user:pass@host/path?query#part` becomes `https://<redacted>@host/path?<redacted>`.
fn hide_urls(text: &str) -> String {
    let ends_url = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '\\' | '`');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let end = after.find(ends_url).unwrap_or(after.len());
        let (url, tail) = after.split_at(end);
        let (main, hidden) = match url.find(['?', '#']) {
            Some(at) => (&url[..at], &url[at..=at]),
            None => (url, ""),
        };
        let host_end = main.find('/').unwrap_or(main.len());
        match main[..host_end].rfind('@') {
            Some(at) => {
                out.push_str(MARK);
                out.push_str(&main[at..]);
            }
            None => out.push_str(main),
        }
        if !hidden.is_empty() {
            out.push_str(hidden);
            out.push_str(MARK);
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// `"api_key": "abc"` becomes `"api_key": "<redacted>"`.
fn hide_named(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, name, between, value, after)) = next_pair(rest) {
        out.push_str(before);
        let plain: String =
            name.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect();
        out.push('"');
        out.push_str(name);
        out.push('"');
        out.push_str(between);
        out.push('"');
        out.push_str(if SECRET_NAMES.contains(&plain.as_str()) { MARK } else { value });
        out.push('"');
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Splits off the first `"name": "value"` of a JSON-like text.
fn next_pair(text: &str) -> Option<(&str, &str, &str, &str, &str)> {
    let mut from = 0;
    loop {
        let open = from + text[from..].find('"')?;
        let close = closing_quote(text, open + 1)?;
        let after_name = &text[close + 1..];
        let gap =
            after_name.len() - after_name.trim_start_matches([' ', '\t', '\n', '\r', ':']).len();
        let between = &after_name[..gap];
        if between.contains(':') && after_name[gap..].starts_with('"') {
            let value_from = close + 1 + gap + 1;
            let value_to = closing_quote(text, value_from).unwrap_or(text.len());
            return Some((
                &text[..open],
                &text[open + 1..close],
                between,
                &text[value_from..value_to],
                text.get(value_to + 1..).unwrap_or_default(),
            ));
        }
        from = close + 1;
    }
}

/// Where the string that begins at `from` ends, if it does.
fn closing_quote(text: &str, from: usize) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(from) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at),
            _ => {}
        }
    }
    None
}

/// `Bearer abc` becomes `Bearer <redacted>`, but for the `<key>` of an explanation.
fn hide_bearer(text: &str) -> String {
    let is_token =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '+' | '/' | '=');
    // ASCII lower case keeps every byte's place.
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    while let Some(at) = lower[done..].find("bearer ") {
        let from = done + at + "bearer ".len();
        let length = text[from..].find(|c| !is_token(c)).unwrap_or(text.len() - from);
        out.push_str(&text[done..from]);
        if length > 0 {
            out.push_str(MARK);
        }
        done = from + length;
    }
    out.push_str(&text[done..]);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{KEEP, redact};

    #[test]
    fn secrets_go_and_the_rest_stays() {
        let cases = [
            ("the key is abcd1234.", "the key is <redacted>."),
            ("Authorization: Bearer eyJ.x-y_z, then", "Authorization: Bearer <redacted>, then"),
            ("bearer abc", "bearer <redacted>"),
            ("Send it as: Bearer <key>", "Send it as: Bearer <key>"),
            ("https://a.test/p?sig=1&x=2 next", "https://a.test/p?<redacted> next"),
            ("\"https://a.test/p#t\"", "\"https://a.test/p#<redacted>\""),
            ("https://me:pw@a.test/p@q", "https://<redacted>@a.test/p@q"),
            ("https://a.test/p", "https://a.test/p"),
            (r#"{"api_key": "x", "prompt":"a"}"#, r#"{"api_key": "<redacted>", "prompt":"a"}"#),
            (
                r#"{"X-Key":"a\"b","n":1,"token" : "c"}"#,
                r#"{"X-Key":"<redacted>","n":1,"token" : "<redacted>"}"#,
            ),
            (r#"{"token":"cut off"#, r#"{"token":"<redacted>""#),
            (r#"["token", "kept"]"#, r#"["token", "kept"]"#),
            ("", ""),
        ];
        for (text, kept) in cases {
            assert_eq!(redact(text, &["abcd1234"]), kept);
        }
    }

    #[test]
    fn an_encoded_secret_goes_too() {
        use base64::Engine as _;
        let secret = "k/4711+secret=x";
        for text in ["k%2F4711%2Bsecret%3Dx", "k%2f4711%2bsecret%3dx", "k\\/4711+secret=x"] {
            assert_eq!(redact(text, &[secret]), "<redacted>");
        }
        for before in ["", "B", "Be", "Bearer:", "Key "] {
            for engine in [&super::STANDARD, &super::URL_SAFE] {
                let hidden = engine.encode(format!("{before}{secret} and more"));
                let kept = redact(&hidden, &[secret]);
                assert!(kept.contains("<redacted>"), "after {before:?}: {kept}");
            }
        }
    }

    #[test]
    fn a_secret_too_short_to_be_one_takes_nothing_away() {
        assert_eq!(redact("banana", &["", "a"]), "banana");
    }

    #[test]
    fn a_long_text_is_cut_between_letters() {
        let kept = redact(&"ä".repeat(5000), &[]);
        assert!(kept.len() <= KEEP && kept.ends_with('…'), "{} bytes", kept.len());
        assert_eq!(redact(&"a".repeat(KEEP), &[]), "a".repeat(KEEP));
    }

    #[test]
    fn a_secret_across_the_edge_of_what_is_looked_at_is_dropped_whole() {
        // One URL that shrinks to nothing, so that the far edge comes near.
        let text = format!("https://a.test/?{} {}", "q".repeat(64 * 1024 - 22), "secret-key-1234");
        assert_eq!(redact(&text, &["secret-key-1234"]), "https://a.test/?<redacted>");
    }

    proptest! {
        #[test]
        fn no_text_keeps_a_known_secret_or_panics(before in "\\PC{0,40}", after in "\\PC{0,40}", quoted in any::<bool>()) {
            let text = if quoted { format!("{before}\"k-4711-secret\"{after}") } else { format!("{before} k-4711-secret {after}") };
            prop_assert!(!redact(&text, &["k-4711-secret"]).contains("4711"));
        }

        #[test]
        fn no_text_is_kept_beyond_measure(
            parts in prop::collection::vec(prop::sample::select(vec!["\"", "://", "?", "@", ":", "\\", " ", "ä", "token", "bearer "]), 0..400),
            times in 1usize..30,
        ) {
            prop_assert!(redact(&parts.concat().repeat(times), &[]).len() <= KEEP);
        }
    }
}
