//! Moving the bytes of one output: from where they stopped where the server can, never faster
//! trusted than they come, never past the limits.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_RANGE, ETAG, HeaderMap, IF_RANGE, LOCATION, RANGE};
use rushes_providers::net::inside;
use rushes_providers::{Call, Provider};
use tokio::time::Instant;
use url::Url;

use super::Engine;
use crate::chance;
use crate::library::{LibraryError, Part, VIDEO_LIMIT};
use crate::store::{JobRow, OutputRow};

/// How long a server may take until its answer begins.
const PATIENCE: Duration = Duration::from_secs(60);
/// Hops that a download may be sent on.
const MAX_HOPS: usize = 5;
/// A body that is slower than 1 KiB/s over half a minute is cut and taken up again.
const PACE: Pace = Pace { window: Duration::from_secs(30), least: 30 * 1024 };

/// How one output's fetch ended.
pub(super) enum Fetch {
    /// Its bytes are all in the part file.
    Whole(Box<Part>),
    /// The link is dead.
    Gone(String),
    /// The line or the server failed; the same link may work later.
    Later(String),
    /// The provider gave a link that is not followed.
    Unfit(String),
}

/// The least that a body must bring.
#[derive(Debug, Clone, Copy)]
struct Pace {
    window: Duration,
    /// Bytes in each window.
    least: u64,
}

/// What a server says about the piece it sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    first: u64,
    total: Option<u64>,
}

impl Engine {
    pub(super) async fn open_part(&self, output: &str) -> Result<Part, LibraryError> {
        let (library, output) = (self.library.clone(), output.to_owned());
        chance::off_thread(move || library.part(&output))
            .await
            .unwrap_or_else(|_| Err(LibraryError::Gone { name: "the part file".into() }))
    }

    /// Moves bytes from the link into the part file, from where it stopped where the server can.
    pub(super) async fn transfer(
        &self,
        job: &JobRow,
        output: &OutputRow,
        link: &str,
    ) -> Result<Fetch, LibraryError> {
        let mut part = self.open_part(&output.id).await?;
        let Ok(url) = Url::parse(link) else {
            return Ok(Fetch::Unfit(t!(
                "{provider_name} sent a link that is none.",
                provider_name = job.provider_name
            )));
        };
        let mut headers = HeaderMap::new();
        let known = output.etag.as_deref().filter(|_| !part.is_empty());
        if let Some(etag) = known
            && let Ok(etag) = etag.parse()
            && let Ok(range) = format!("bytes={}-", part.len()).parse()
        {
            headers.insert(IF_RANGE, etag);
            headers.insert(RANGE, range);
        } else {
            part.truncate()?;
        }
        let home = match self.home(job).await {
            Ok(home) => home,
            Err(why) => return Ok(Fetch::Later(why)),
        };
        let answer = match self.follow(job, home.as_ref(), url, headers).await {
            Ok(answer) => answer,
            Err(ended) => return Ok(ended),
        };
        let etag = strong_etag(answer.headers());
        let expected = match answer.status() {
            StatusCode::RANGE_NOT_SATISFIABLE => {
                // A crash came between the last byte and the name: there is nothing left to fetch.
                if ends_at(answer.headers(), part.len()) {
                    return Ok(Fetch::Whole(Box::new(part)));
                }
                part.truncate()?;
                return Ok(Fetch::Later(t!("The server lost its place in the file.").into()));
            }
            StatusCode::PARTIAL_CONTENT => {
                let other = !part.is_empty() && etag.is_some() && etag.as_deref() != known;
                let piece = Piece::read(answer.headers()).filter(|p| p.first == part.len());
                let Some(piece) = piece.filter(|_| !other) else {
                    part.truncate()?;
                    return Ok(Fetch::Later(
                        t!("The download came in pieces that do not fit.").into(),
                    ));
                };
                piece.total.or_else(|| answer.content_length().map(|rest| part.len() + rest))
            }
            _ => {
                part.truncate()?;
                answer.content_length()
            }
        };
        if let Some(total) = expected {
            // Before anything is said about the disk: no disk should have room for a lie.
            if total > VIDEO_LIMIT {
                return Err(LibraryError::TooLarge { limit: VIDEO_LIMIT });
            }
            self.library.room_for(total.saturating_sub(part.len()))?;
        }
        let id = output.id.clone();
        let noted =
            self.store.write(move |tx| tx.note_download(&id, etag.as_deref(), expected)).await;
        if let Err(error) = noted {
            return Ok(Fetch::Later(format!("{error}.")));
        }
        let (part, ended) = pour(part, answer.bytes_stream(), PACE).await?;
        if ended && expected.is_none_or(|total| part.len() == total) {
            return Ok(Fetch::Whole(Box::new(part)));
        }
        Ok(cut(&part, expected))
    }

    /// Where the provider's results lie behind its key, or in the user's own network; None where
    /// they lie out on the internet for whoever has the link.
    async fn home(&self, job: &JobRow) -> Result<Option<Call>, String> {
        let provider = rushes_providers::find(&job.provider).map(Provider::manifest);
        if !provider.is_some_and(|manifest| manifest.keyed_results || manifest.plain_http) {
            return Ok(None);
        }
        let line = self.lines.open(&job.provider).await.map_err(|error| error.to_string())?;
        Ok(Some(line.call))
    }

    /// Asks with the client that carries no key; each hop is checked before it is taken. Only the
    /// provider's own host, where its results lie behind the key, sees it.
    async fn follow(
        &self,
        job: &JobRow,
        home: Option<&Call>,
        mut url: Url,
        headers: HeaderMap,
    ) -> Result<reqwest::Response, Fetch> {
        for _ in 0..=MAX_HOPS {
            let own = home.filter(|home| home.base().origin() == url.origin());
            if own.is_none() && !self.fit(job, &url) {
                return Err(Fetch::Unfit(t!(
                    "{provider_name} sent a link that Rushes does not open.",
                    provider_name = job.provider_name
                )));
            }
            let mut request = reqwest::Request::new(reqwest::Method::GET, url.clone());
            *request.headers_mut() = headers.clone();
            if let Some((name, value)) = own.and_then(Call::key_for_results) {
                request.headers_mut().insert(name, value);
            }
            let net = self.lines.net();
            // The user chose that host: it may well stand in their own network.
            let asked = if own.is_some() { net.send(request) } else { net.fetch(request) };
            let Ok(Ok(answer)) = tokio::time::timeout(PATIENCE, asked).await else {
                return Err(Fetch::Later(
                    t!("The finished file can't be reached right now.").into(),
                ));
            };
            let status = answer.status();
            if status.is_redirection() {
                let next = answer
                    .headers()
                    .get(LOCATION)
                    .and_then(|to| to.to_str().ok())
                    .and_then(|to| url.join(to).ok());
                match next {
                    Some(next) => {
                        url = next;
                        continue;
                    }
                    None => {
                        return Err(Fetch::Gone(t!("The link to the file leads nowhere.").into()));
                    }
                }
            }
            return match status.as_u16() {
                200 | 206 | 416 => Ok(answer),
                404 | 410 => Err(Fetch::Gone(t!(
                    "{provider_name} no longer keeps the file.",
                    provider_name = job.provider_name
                ))),
                // How stores decline a signature that has ended, each in its own way.
                400 | 401 | 403 => Err(Fetch::Gone(t!(
                    "The link to the file that {provider_name} gave does not open it.",
                    provider_name = job.provider_name
                ))),
                status => Err(Fetch::Later(t!(
                    "The server with the finished file answered {status}.",
                    status
                ))),
            };
        }
        Err(Fetch::Gone(t!("The link to the file was passed on too often.").into()))
    }

    /// https out on the internet; this computer only for a provider that is there itself.
    fn fit(&self, job: &JobRow, url: &Url) -> bool {
        if !url.username().is_empty() || url.password().is_some() {
            return false;
        }
        if on_loopback(url) {
            return matches!(url.scheme(), "http" | "https")
                && rushes_providers::find(&job.provider).is_some_and(|provider| {
                    provider.manifest().sandbox
                        || Url::parse(&self.lines.base_url(provider.manifest()))
                            .is_ok_and(|base| on_loopback(&base))
                });
        }
        url.scheme() == "https" && !inside(url)
    }
}

/// Writes a body into the part. Answers with the part, and whether the body came to its end; a
/// line that breaks and a body that falls below the pace did not.
async fn pour<E>(
    mut part: Part,
    mut body: impl Stream<Item = Result<Bytes, E>> + Unpin,
    pace: Pace,
) -> Result<(Part, bool), LibraryError> {
    let (mut until, mut brought) = (Instant::now() + pace.window, 0);
    loop {
        let chunk = match tokio::time::timeout_at(until, body.next()).await {
            Ok(Some(Ok(chunk))) => chunk,
            Ok(None) => return Ok((part, true)),
            Ok(Some(Err(_))) | Err(_) => return Ok((part, false)),
        };
        brought += chunk.len() as u64;
        part = chance::off_thread(move || {
            part.write(&chunk)?;
            Ok(part)
        })
        .await
        .unwrap_or_else(|_| Err(LibraryError::Gone { name: "the part file".into() }))?;
        if brought >= pace.least {
            (until, brought) = (Instant::now() + pace.window, 0);
        }
    }
}

impl Piece {
    /// Reads `bytes 5-9/10`, or `bytes 5-9/*`.
    fn read(headers: &HeaderMap) -> Option<Self> {
        let range = headers.get(CONTENT_RANGE)?.to_str().ok()?.strip_prefix("bytes ")?;
        let (span, total) = range.split_once('/')?;
        let (first, last) = span.split_once('-')?;
        let (first, last) = (first.parse().ok()?, last.parse::<u64>().ok()?);
        let total = if total == "*" { None } else { Some(total.parse().ok()?) };
        let sound = first <= last && total.is_none_or(|total| last < total);
        sound.then_some(Self { first, total })
    }
}

/// The name of exactly these bytes. A weak one does not promise that.
fn strong_etag(headers: &HeaderMap) -> Option<String> {
    let etag = headers.get(ETAG)?.to_str().ok()?;
    (!etag.starts_with("W/")).then(|| etag.to_owned())
}

/// Whether a refused range says that the file has just so many bytes.
fn ends_at(headers: &HeaderMap, length: u64) -> bool {
    headers
        .get(CONTENT_RANGE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("bytes */"))
        .and_then(|total| total.parse::<u64>().ok())
        == Some(length)
}

fn cut(part: &Part, expected: Option<u64>) -> Fetch {
    let so_far = part.len();
    Fetch::Later(match expected {
        Some(total) => t!("The file stopped at {so_far} of {total} bytes.", so_far, total),
        None => t!("The file stopped after {so_far} bytes.", so_far),
    })
}

fn on_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::convert::Infallible;

    use futures_util::stream;

    use super::*;
    use crate::library::Library;

    /// A body of so many chunks, each so long, fifty a second; then nothing, and no end.
    fn dripping(chunks: usize, length: usize) -> impl Stream<Item = Result<Bytes, Infallible>> {
        let drops = stream::iter(0..chunks).then(move |_| async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok(Bytes::from(vec![7; length]))
        });
        drops.chain(stream::pending())
    }

    /// Bytes that came, time it took, whether it came to an end.
    async fn poured(chunks: usize, length: usize, pace: Pace) -> (u64, Duration, bool) {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(&folder.path().join("library"), folder.path()).unwrap();
        let part = library.part("out_1").unwrap();
        let began = Instant::now();
        let body = Box::pin(dripping(chunks, length));
        let (part, ended) = pour(part, body, pace).await.unwrap();
        (part.len(), began.elapsed(), ended)
    }

    #[tokio::test]
    async fn a_body_below_the_pace_is_cut_and_one_above_it_is_not() {
        let pace = Pace { window: Duration::from_millis(500), least: 4_000 };
        let most = pace.window + Duration::from_millis(400);
        // It never stops, and brings too little.
        let (length, took, ended) = poured(1_000, 100, pace).await;
        assert!((1..=2_500).contains(&length) && took >= pace.window && took < most, "{took:?}");
        assert!(!ended);
        // Enough, for as long as it comes; then silence.
        let (length, took, ended) = poured(75, 1_000, pace).await;
        assert_eq!((length, ended), (75_000, false));
        assert!(took > Duration::from_millis(1_500), "{took:?}");
        // Silence from the start.
        let (length, took, ended) = poured(0, 0, pace).await;
        assert_eq!((length, ended), (0, false));
        assert!(took >= pace.window && took < most, "{took:?}");
    }

    #[tokio::test]
    async fn a_body_without_an_end_is_left_at_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(&folder.path().join("library"), folder.path()).unwrap();
        let part = library.part("out_1").unwrap();
        let chunk = Bytes::from(vec![7; 16 << 20]);
        let endless = stream::repeat_with(|| Ok::<_, Infallible>(chunk.clone()));
        let error = pour(part, Box::pin(endless), PACE).await.map(|_| ()).unwrap_err();
        assert!(matches!(error, LibraryError::TooLarge { limit } if limit == 256 << 20));
        assert_eq!(library.part("out_1").unwrap().len(), 256 << 20, "no byte past it was written");
    }

    #[test]
    fn pieces_are_read_and_nonsense_is_not() {
        for (text, piece) in [
            ("bytes 5-9/10", Some(Piece { first: 5, total: Some(10) })),
            ("bytes 0-0/1", Some(Piece { first: 0, total: Some(1) })),
            ("bytes 5-9/*", Some(Piece { first: 5, total: None })),
            ("bytes 5-9/7", None),
            ("bytes 9-5/10", None),
            ("bytes */10", None),
            ("lines 0-1/2", None),
            ("bytes 5-", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_RANGE, text.parse().unwrap());
            assert_eq!(Piece::read(&headers), piece, "{text}");
        }
    }
}
