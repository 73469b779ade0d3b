//! What is said between the studio and a process that reads media: a length, JSON, then the bytes of
//! small pictures or of a file's words. What the other side says is not trusted: it has read foreign bytes.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::super::error::{LibraryError, Result};
use super::super::form::{Form, Inspected};
use super::super::reading::{Done, Still, Stills, Task};

/// Largest head of a message, in bytes.
const MAX_HEAD: usize = 64 << 10;
/// Largest small picture, in bytes: a PNG of 1024 by 1024 with nothing to pack.
const MAX_STILL: usize = 8 << 20;
/// Largest ThumbHash, in bytes.
const MAX_HASH: usize = 32;
/// Longest words of a file, in bytes of JSON: graphs of several megabytes are usual.
const MAX_WORDS: usize = 32 << 20;
/// Said by a reader as soon as it has a file: from here on, its end is the file's doing.
pub(super) const TAKEN: u8 = b'!';

/// What is asked of a reader.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) task: Task,
    pub(super) form: Form,
    /// The file, where it cannot be handed over open.
    pub(super) path: Option<PathBuf>,
}

/// What a reader answers.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Told {
    said: Said,
    /// Whether it goes now and takes no further file.
    pub(super) last: bool,
}

#[derive(Debug, Serialize, Deserialize)]
enum Said {
    Inspected { width: u32, height: u32, duration_ms: Option<i64> },
    Stills { hash: Vec<u8>, small: [(bool, usize); 3] },
    Words { length: usize },
    Damaged { detail: String },
    NoPoster { codec: String },
    TooLarge { limit: u64 },
    Unread { detail: String },
}

/// Sends one message.
pub(super) fn send(to: &mut impl Write, head: &impl Serialize) -> io::Result<()> {
    let head = serde_json::to_vec(head)?;
    let length = u32::try_from(head.len()).map_err(io::Error::other)?;
    to.write_all(&[&length.to_le_bytes()[..], &head].concat())
}

/// Takes one message.
pub(super) fn take<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<T> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_HEAD {
        return Err(io::Error::other("too long a message"));
    }
    let mut head = vec![0; length];
    from.read_exact(&mut head)?;
    Ok(serde_json::from_slice(&head)?)
}

/// Sends what came of a task.
pub(super) fn answer(to: &mut impl Write, done: Result<Done>, last: bool) -> io::Result<()> {
    let mut bodies = Vec::new();
    let said = match done {
        Ok(Done::Inspected(Inspected { width, height, duration_ms, .. })) => {
            Said::Inspected { width, height, duration_ms }
        }
        Ok(Done::Stills(Stills { hash, small })) => {
            let said = small.each_ref().map(|still| (still.png, still.bytes.len()));
            bodies.extend(small.into_iter().map(|still| still.bytes));
            Said::Stills { hash, small: said }
        }
        Ok(Done::Words(words)) => match serde_json::to_vec(&words) {
            Ok(words) if words.len() <= MAX_WORDS => {
                let length = words.len();
                bodies.push(words);
                Said::Words { length }
            }
            Ok(_) => Said::Unread { detail: "the words are too long".into() },
            Err(error) => Said::Unread { detail: cut(&error.to_string()) },
        },
        Err(LibraryError::Damaged { detail, .. }) => Said::Damaged { detail: cut(&detail) },
        Err(LibraryError::NoPoster { codec }) => Said::NoPoster { codec: cut(&codec) },
        Err(LibraryError::TooLarge { limit }) => Said::TooLarge { limit },
        Err(error) => Said::Unread { detail: cut(&error.to_string()) },
    };
    send(to, &Told { said, last })?;
    bodies.iter().try_for_each(|bytes| to.write_all(bytes))
}

/// A decoder's words can hold what the file says, at any length.
fn cut(words: &str) -> String {
    words.chars().take(1_000).collect()
}

impl Told {
    /// What came of a task; takes the small pictures that follow. An error of the wire where the
    /// answer is none that an honest reader gives.
    pub(super) fn done(self, form: Form, from: &mut impl Read) -> io::Result<Result<Done>> {
        Ok(match self.said {
            Said::Inspected { width, height, duration_ms } => {
                Ok(Done::Inspected(Inspected { form, width, height, duration_ms }))
            }
            Said::Stills { hash, small } => {
                if hash.len() > MAX_HASH || small.iter().any(|(_, length)| *length > MAX_STILL) {
                    return Err(io::Error::other("a small picture of impossible size"));
                }
                let mut still = |(png, length): (bool, usize)| {
                    let mut bytes = vec![0; length];
                    from.read_exact(&mut bytes)?;
                    Ok::<_, io::Error>(Still { png, bytes })
                };
                let [a, b, c] = small;
                Ok(Done::Stills(Stills { small: [still(a)?, still(b)?, still(c)?], hash }))
            }
            Said::Words { length } => {
                if length > MAX_WORDS {
                    return Err(io::Error::other("words of impossible length"));
                }
                let mut bytes = vec![0; length];
                from.read_exact(&mut bytes)?;
                Ok(Done::Words(serde_json::from_slice(&bytes)?))
            }
            Said::Damaged { detail } => Err(LibraryError::Damaged { what: form.words(), detail }),
            Said::NoPoster { codec } => Err(LibraryError::NoPoster { codec }),
            Said::TooLarge { limit } => Err(LibraryError::TooLarge { limit }),
            Said::Unread { detail } => Err(LibraryError::unread(io::Error::other(detail))),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use super::super::super::recipe::Recipe;
    use super::super::super::words::Words;
    use super::*;

    fn told(done: Result<Done>, last: bool) -> (Result<Done>, bool) {
        let mut line = Vec::new();
        answer(&mut line, done, last).unwrap();
        let mut line = line.as_slice();
        let told: Told = take(&mut line).unwrap();
        let last = told.last;
        let done = told.done(Form::Png, &mut line).unwrap();
        assert!(line.is_empty());
        (done, last)
    }

    #[test]
    fn answers_arrive_as_they_were_given() {
        let still = |n: u8| Still { png: n == 2, bytes: vec![n; usize::from(n) * 100] };
        let stills = Stills { small: [still(1), still(2), still(3)], hash: vec![9; 25] };
        let (done, last) = told(Ok(Done::Stills(stills.clone())), true);
        assert!(matches!(done, Ok(Done::Stills(came)) if came == stills) && last);
        let inspected = Inspected { form: Form::Png, width: 3, height: 4, duration_ms: Some(5) };
        let (done, last) = told(Ok(Done::Inspected(inspected)), false);
        assert!(matches!(done, Ok(Done::Inspected(came)) if came == inspected) && !last);
        let words = Words {
            recipe: Some(Recipe { seed: Some(u64::MAX), ..Recipe::default() }),
            credentials: None,
        };
        let (done, _) = told(Ok(Done::Words(Box::new(words.clone()))), false);
        assert!(matches!(done, Ok(Done::Words(came)) if *came == words));
        let long = "\u{e9}".repeat(100_000);
        let (done, _) = told(Err(LibraryError::Damaged { what: "any", detail: long }), false);
        assert!(
            matches!(done, Err(LibraryError::Damaged { what: "PNG picture", detail }) if detail.chars().count() == 1_000)
        );
    }

    #[test]
    fn a_liar_is_not_believed() {
        let mut long = (MAX_HEAD as u32 + 1).to_le_bytes().to_vec();
        long.resize(MAX_HEAD + 100, b' ');
        assert!(take::<Told>(&mut long.as_slice()).is_err());
        let mut line = Vec::new();
        let said = Said::Stills { hash: Vec::new(), small: [(false, usize::MAX); 3] };
        send(&mut line, &Told { said, last: false }).unwrap();
        let told: Told = take(&mut line.as_slice()).unwrap();
        assert!(told.done(Form::Png, &mut io::repeat(0)).is_err());
        let told = Told { said: Said::Words { length: usize::MAX }, last: false };
        assert!(told.done(Form::Png, &mut io::repeat(0)).is_err());
    }
}
