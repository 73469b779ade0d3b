//! Takes media out of an answer while it comes: a long base64 text in JSON goes, decoded, into the
//! tray, and a short name stands in its place.

use std::io;
use std::sync::Arc;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::BytesMut;

use crate::tray::{Bin, Tray};
use crate::types::RemoteOutput;

/// What a name in the place of media begins with.
const MARK: &str = "kept:";

/// A text longer than this is looked at, in bytes. No message is that long in one word.
const LONG: usize = 16 * 1024;

/// Base64 with or without its padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The media that a text in an answer stands for: what the tray took, or what the text itself holds
/// in base64, after a `data:` head or bare. None where it is neither.
pub(crate) fn media(text: &str) -> Option<RemoteOutput> {
    if let Some(id) = text.strip_prefix(MARK) {
        return Some(RemoteOutput::Kept { id: id.to_owned() });
    }
    let bytes = BASE64.decode(without_head(text)).ok()?;
    Some(RemoteOutput::Inline { bytes: bytes.into() })
}

fn without_head(text: &str) -> &str {
    text.strip_prefix("data:")
        .and_then(|rest| rest.split_once(";base64,"))
        .map_or(text, |(_, encoded)| encoded)
}

/// Goes along an answer of JSON texts, in whatever pieces it comes.
pub(crate) struct Sift {
    tray: Option<Arc<dyn Tray>>,
    state: State,
}

enum State {
    /// Between texts.
    Between,
    /// In a text that may yet turn out to be long.
    Held { text: Vec<u8>, escaped: bool },
    /// In a long text that is no media.
    Copied { escaped: bool },
    /// In media.
    Poured { bin: Box<dyn Bin>, rest: Letters, escaped: bool },
}

/// Base64 that waits until it fills a group of four.
#[derive(Default)]
struct Letters {
    waiting: Vec<u8>,
    after_backslash: bool,
}

impl Sift {
    /// Without a tray everything passes.
    pub(crate) fn new(tray: Option<Arc<dyn Tray>>) -> Self {
        Self { tray, state: State::Between }
    }

    /// Takes the next piece; what is not media goes to `out`.
    pub(crate) fn push(&mut self, piece: &[u8], out: &mut BytesMut) -> io::Result<()> {
        let Some(tray) = self.tray.clone() else {
            out.extend_from_slice(piece);
            return Ok(());
        };
        let mut left = piece;
        while !left.is_empty() {
            left = self.step(&*tray, left, out)?;
        }
        Ok(())
    }

    /// The end of the answer: what was held back of a text that broke off.
    pub(crate) fn end(self, out: &mut BytesMut) {
        if let State::Held { text, .. } = self.state {
            out.extend_from_slice(&text);
        }
    }

    /// Goes on to the next turn; answers what is left of the piece.
    fn step<'a>(
        &mut self,
        tray: &dyn Tray,
        piece: &'a [u8],
        out: &mut BytesMut,
    ) -> io::Result<&'a [u8]> {
        match &mut self.state {
            State::Between => {
                let end = piece.iter().position(|byte| *byte == b'"').map_or(piece.len(), |at| {
                    self.state = State::Held { text: Vec::new(), escaped: false };
                    at + 1
                });
                out.extend_from_slice(&piece[..end]);
                Ok(&piece[end..])
            }
            State::Held { text, escaped } => {
                let (end, closed) = span(&piece[..piece.len().min(LONG)], escaped);
                text.extend_from_slice(&piece[..end]);
                if closed {
                    out.extend_from_slice(text);
                    self.state = State::Between;
                } else if text.len() > LONG {
                    let (text, escaped) = (std::mem::take(text), *escaped);
                    self.state = begin(tray, &text, escaped, out)?;
                }
                Ok(&piece[end..])
            }
            State::Copied { escaped } => {
                let (end, closed) = span(piece, escaped);
                out.extend_from_slice(&piece[..end]);
                if closed {
                    self.state = State::Between;
                }
                Ok(&piece[end..])
            }
            State::Poured { bin, rest, escaped } => {
                let (end, closed) = span(piece, escaped);
                let text = if closed { &piece[..end - 1] } else { &piece[..end] };
                rest.pour(&mut **bin, text, closed)?;
                if closed {
                    let State::Poured { bin, .. } =
                        std::mem::replace(&mut self.state, State::Between)
                    else {
                        return Ok(&piece[end..]);
                    };
                    out.extend_from_slice(MARK.as_bytes());
                    out.extend_from_slice(bin.finish()?.as_bytes());
                    out.extend_from_slice(b"\"");
                }
                Ok(&piece[end..])
            }
        }
    }
}

/// How far a text goes in this piece, its closing quote included, and whether it closes.
fn span(piece: &[u8], escaped: &mut bool) -> (usize, bool) {
    for (at, byte) in piece.iter().enumerate() {
        if *escaped {
            *escaped = false;
        } else if *byte == b'\\' {
            *escaped = true;
        } else if *byte == b'"' {
            return (at + 1, true);
        }
    }
    (piece.len(), false)
}

/// A text has turned out long: media, or words that pass.
fn begin(tray: &dyn Tray, text: &[u8], escaped: bool, out: &mut BytesMut) -> io::Result<State> {
    let encoded = std::str::from_utf8(text).map(without_head).unwrap_or_default().as_bytes();
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=\\".contains(byte);
    if encoded.is_empty() || !encoded.iter().all(fits) {
        out.extend_from_slice(text);
        return Ok(State::Copied { escaped });
    }
    let (mut bin, mut rest) = (tray.open()?, Letters::default());
    rest.pour(&mut *bin, encoded, false)?;
    Ok(State::Poured { bin, rest, escaped })
}

impl Letters {
    /// Decodes as much as stands in whole groups; at the end, the rest.
    fn pour(&mut self, bin: &mut dyn Bin, text: &[u8], last: bool) -> io::Result<()> {
        for byte in text {
            match (std::mem::take(&mut self.after_backslash), byte) {
                (false, b'\\') => self.after_backslash = true,
                // JSON may write a slash with a backslash before it, and some wrap their lines.
                (true, b'n' | b'r') => {}
                (true, b'/') | (false, _) => self.waiting.push(*byte),
                (true, _) => return Err(io::ErrorKind::InvalidData.into()),
            }
        }
        let whole = if last { self.waiting.len() } else { self.waiting.len() / 4 * 4 };
        let bytes = BASE64
            .decode(&self.waiting[..whole])
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        bin.write(&bytes)?;
        self.waiting.drain(..whole);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::Mutex;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    /// A tray in memory.
    #[derive(Default)]
    struct Shelf(Arc<Mutex<Vec<Vec<u8>>>>);

    struct Box1(Arc<Mutex<Vec<Vec<u8>>>>, Vec<u8>);

    impl Tray for Shelf {
        fn open(&self) -> io::Result<Box<dyn Bin>> {
            Ok(Box::new(Box1(self.0.clone(), Vec::new())))
        }
        fn preview(&self, _: RemoteOutput) {}
        fn progress(&self, _: Option<f32>, _: &str) {}
    }

    impl Bin for Box1 {
        fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
            self.1.extend_from_slice(bytes);
            Ok(())
        }
        fn finish(self: Box<Self>) -> io::Result<String> {
            let mut shelf = self.0.lock().unwrap();
            shelf.push(self.1);
            Ok((shelf.len() - 1).to_string())
        }
    }

    fn sifted(answer: &str, piece: usize) -> (Value, Vec<Vec<u8>>) {
        let shelf = Arc::new(Shelf::default());
        let mut sift = Sift::new(Some(shelf.clone()));
        let mut out = BytesMut::new();
        for piece in answer.as_bytes().chunks(piece) {
            sift.push(piece, &mut out).unwrap();
        }
        sift.end(&mut out);
        let kept = shelf.0.lock().unwrap().clone();
        (serde_json::from_slice(&out).unwrap(), kept)
    }

    #[test]
    fn pictures_leave_the_answer_and_words_stay() {
        let picture: Vec<u8> = (0..40_000_u32).map(|n| (n * 7 % 251) as u8).collect();
        let encoded = BASE64.encode(&picture);
        let words = "a long \"story\" ".repeat(4_000);
        let answer = json!({
            "created": 7,
            "data": [{"b64_json": encoded}, {"b64_json": format!("data:image/png;base64,{encoded}")}],
            "revised_prompt": words,
        });
        let escaped = answer.to_string().replace('/', "\\/");
        for (answer, piece) in
            [(answer.to_string(), 1), (answer.to_string(), 8_192), (escaped, 777)]
        {
            let (rest, kept) = sifted(&answer, piece);
            assert_eq!(
                rest,
                json!({
                    "created": 7,
                    "data": [{"b64_json": "kept:0"}, {"b64_json": "kept:1"}],
                    "revised_prompt": words,
                })
            );
            assert_eq!(kept, [picture.clone(), picture.clone()]);
        }
    }

    #[test]
    fn base64_that_breaks_off_in_the_middle_of_a_letter_is_an_error() {
        let answer = format!(r#"{{"a":"{}~"}}"#, "A".repeat(3 * LONG));
        let mut sift = Sift::new(Some(Arc::new(Shelf::default())));
        let mut out = BytesMut::new();
        assert!(sift.push(answer.as_bytes(), &mut out).is_err());
    }

    proptest! {
        #[test]
        fn answers_without_media_pass_unchanged(text in ".{0,200}", piece in 1_usize..40) {
            let answer = json!({"text": text, "more": [text.clone(), 1, null]});
            prop_assert_eq!(sifted(&answer.to_string(), piece), (answer, vec![]));
        }

        #[test]
        fn media_arrive_whole_in_whatever_pieces(
            bytes in proptest::collection::vec(any::<u8>(), 40_000..40_010),
            piece in 1_usize..5_000,
        ) {
            let answer = json!({"a": BASE64.encode(&bytes)}).to_string();
            let (rest, kept) = sifted(&answer, piece);
            prop_assert_eq!(rest, json!({"a": "kept:0"}));
            prop_assert_eq!(kept, vec![bytes]);
        }
    }
}
