//! Fetching outputs: begins at once, goes on where it was cut, and never leads to a new render.

use std::time::Duration;

use futures_util::StreamExt;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_RANGE, ETAG, HeaderMap, IF_RANGE, LOCATION, RANGE};
use rushes_providers::net::inside;
use rushes_providers::types::{PollState, RemoteOutput, Task};
use url::Url;

use super::{Engine, StepError, ms};
use crate::chance;
use crate::job::{AttemptState, Outcome, backoff, next};
use crate::library::{LibraryError, Part};
use crate::store::{self, AttemptRow, JobRow, JobUpdate, OutputRow};

/// Longest wait between two tries to fetch.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// A transfer that brings nothing for this long is cut and taken up again.
const STALL: Duration = Duration::from_secs(30);
/// Hops that a download may be sent on.
const MAX_HOPS: usize = 5;

/// How one output's fetch ended.
enum Fetch {
    /// Its bytes are all in the part file.
    Whole(Box<Part>),
    /// The link is dead.
    Gone(String),
    /// The line or the server failed; the same link may work later.
    Later(String),
    /// The provider gave a link that is not followed.
    Unfit(String),
}

impl Engine {
    pub(super) async fn download(&self, attempt: &AttemptRow) -> Result<(), StepError> {
        let (id, job_id) = (attempt.id.clone(), attempt.job.clone());
        let (job, outputs) = self
            .store
            .read(move |sql| {
                Ok((store::jobs::get(sql, &job_id)?, store::outputs::of_attempt(sql, &id)?))
            })
            .await?;
        let id = attempt.id.clone();
        self.store.write(move |tx| tx.take_in_hand(&id)).await?;
        for output in outputs.iter().filter(|o| o.state == "waiting") {
            if !self.fetch_one(attempt, &job, output).await? {
                // It goes on later from where it stopped; the plan is written.
                return Ok(());
            }
        }
        self.fetched(attempt, &job).await
    }

    /// Answers whether this output has ended, one way or the other.
    async fn fetch_one(
        &self,
        attempt: &AttemptRow,
        job: &JobRow,
        output: &OutputRow,
    ) -> Result<bool, StepError> {
        if let Some(stored) = self.placed(&output.id).await? {
            self.enter_print(attempt, job, output, stored).await?;
            return Ok(true);
        }
        let fetched = match &output.source_url {
            Some(link) => self.transfer(job, output, link).await,
            None => self.open_part(&output.id).await.map(|part| Fetch::Whole(Box::new(part))),
        };
        match fetched {
            Ok(Fetch::Whole(part)) => match self.keep(job, *part).await? {
                Ok(stored) => {
                    self.enter_print(attempt, job, output, stored).await?;
                    Ok(true)
                }
                Err(error) if error.is_local() => {
                    self.postpone(attempt, &error.message(), error.hint()).await?;
                    Ok(false)
                }
                Err(error) => {
                    let message = format!("{} It was not saved as a print.", error.message());
                    self.end_output(output, "damaged", &message).await?;
                    Ok(true)
                }
            },
            Ok(Fetch::Gone(why)) => {
                if output.reasked || !self.ask_for_fresh_links(attempt).await? {
                    self.end_output(output, "gone", &why).await?;
                    return Ok(true);
                }
                Ok(false)
            }
            Ok(Fetch::Unfit(why)) => {
                self.end_output(output, "gone", &why).await?;
                Ok(true)
            }
            Ok(Fetch::Later(why)) => {
                let hint = "The render is safe at the provider. We fetch it again by ourselves.";
                self.postpone(attempt, &why, hint).await?;
                Ok(false)
            }
            Err(error) => {
                self.postpone(attempt, &error.message(), error.hint()).await?;
                Ok(false)
            }
        }
    }

    async fn open_part(&self, output: &str) -> Result<Part, LibraryError> {
        let (library, output) = (self.library.clone(), output.to_owned());
        chance::off_thread(move || library.part(&output))
            .await
            .unwrap_or_else(|_| Err(LibraryError::Gone { name: "the part file".into() }))
    }

    /// Moves bytes from the link into the part file, from where it stopped where the server can.
    async fn transfer(
        &self,
        job: &JobRow,
        output: &OutputRow,
        link: &str,
    ) -> Result<Fetch, LibraryError> {
        let mut part = self.open_part(&output.id).await?;
        let Ok(url) = Url::parse(link) else {
            return Ok(Fetch::Unfit(format!("{} sent a link that is none.", job.provider_name)));
        };
        let mut headers = HeaderMap::new();
        if let Some(etag) = output.etag.as_deref().filter(|_| !part.is_empty())
            && let Ok(etag) = etag.parse()
        {
            headers.insert(IF_RANGE, etag);
            if let Ok(range) = format!("bytes={}-", part.len()).parse() {
                headers.insert(RANGE, range);
            }
        } else {
            part.truncate()?;
        }
        let answer = match self.follow(job, url, headers).await {
            Ok(answer) => answer,
            Err(ended) => return Ok(ended),
        };
        let status = answer.status();
        if status == StatusCode::RANGE_NOT_SATISFIABLE {
            // A crash came between the last byte and the name: there is nothing left to fetch.
            if ends_at(answer.headers(), part.len()) {
                return Ok(Fetch::Whole(Box::new(part)));
            }
            part.truncate()?;
            return Ok(Fetch::Later("The server lost its place in the file.".into()));
        }
        if status == StatusCode::PARTIAL_CONTENT {
            if !goes_on_at(answer.headers(), part.len()) {
                part.truncate()?;
                return Ok(Fetch::Later("The download came in pieces that do not fit.".into()));
            }
        } else {
            part.truncate()?;
        }
        let expected = answer.content_length().map(|rest| part.len() + rest);
        if let Some(total) = expected {
            self.library.room_for(total - part.len())?;
        }
        let etag = answer
            .headers()
            .get(ETAG)
            .and_then(|value| value.to_str().ok())
            .filter(|etag| !etag.starts_with("W/"))
            .map(str::to_owned);
        let id = output.id.clone();
        let noted =
            self.store.write(move |tx| tx.note_download(&id, etag.as_deref(), expected)).await;
        if let Err(error) = noted {
            return Ok(Fetch::Later(format!("{error}.")));
        }
        let mut body = answer.bytes_stream();
        loop {
            let chunk = match tokio::time::timeout(STALL, body.next()).await {
                Ok(Some(Ok(chunk))) => chunk,
                Ok(None) => break,
                Ok(Some(Err(_))) | Err(_) => return Ok(cut(&part, expected)),
            };
            part = write_chunk(part, chunk).await?;
        }
        match expected {
            Some(total) if part.len() != total => Ok(cut(&part, expected)),
            _ => Ok(Fetch::Whole(Box::new(part))),
        }
    }

    /// Asks with the client that carries no key; each hop is checked before it is taken.
    async fn follow(
        &self,
        job: &JobRow,
        mut url: Url,
        headers: HeaderMap,
    ) -> Result<reqwest::Response, Fetch> {
        for _ in 0..=MAX_HOPS {
            if !self.fit(job, &url) {
                return Err(Fetch::Unfit(format!(
                    "{} sent a link that Rushes does not open.",
                    job.provider_name
                )));
            }
            let mut request = reqwest::Request::new(reqwest::Method::GET, url.clone());
            *request.headers_mut() = headers.clone();
            let asked = self.lines.net().fetch(request);
            let Ok(Ok(answer)) = tokio::time::timeout(STALL * 2, asked).await else {
                return Err(Fetch::Later("The finished file can't be reached right now.".into()));
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
                    None => return Err(Fetch::Gone("The link to the file leads nowhere.".into())),
                }
            }
            return match status.as_u16() {
                200 | 206 | 416 => Ok(answer),
                403 | 404 | 410 => {
                    Err(Fetch::Gone(format!("{} no longer keeps the file.", job.provider_name)))
                }
                status => Err(Fetch::Later(format!(
                    "The server with the finished file answered {status}."
                ))),
            };
        }
        Err(Fetch::Gone("The link to the file was passed on too often.".into()))
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

    /// One poll for fresh links; answers whether there may be any.
    async fn ask_for_fresh_links(&self, attempt: &AttemptRow) -> Result<bool, StepError> {
        let Some(remote_id) = attempt.remote_id.clone() else {
            return Ok(false);
        };
        let Ok(line) = self.lines.open(&attempt.provider).await else {
            return Ok(false);
        };
        let task = Task {
            remote_id,
            remote_model: attempt.remote_model.clone(),
            poll_url: attempt.poll_url.clone(),
        };
        let links: Vec<Option<String>> = match line.provider.poll(&line.call, &task).await {
            Ok(poll) => match poll.state {
                PollState::Done { outputs } => outputs
                    .into_iter()
                    .map(|output| match output {
                        RemoteOutput::Link { url } => Some(url),
                        _ => None,
                    })
                    .collect(),
                _ => Vec::new(),
            },
            Err(_) => Vec::new(),
        };
        let at = self.clock.now_ms();
        let id = attempt.id.clone();
        let fresh = self
            .store
            .write(move |tx| {
                tx.note_reasked(&id)?;
                let known = tx.outputs(&id)?;
                let renewed: Vec<store::NewOutput> = known
                    .iter()
                    .filter_map(|row| {
                        let link = links.get(row.place as usize - 1)?.clone()?;
                        Some(store::NewOutput {
                            id: row.id.clone(),
                            place: row.place,
                            source_url: Some(link),
                            url_expires_at: None,
                        })
                    })
                    .collect();
                tx.expect_outputs(&id, &renewed, at)?;
                tx.plan_attempt(&id, AttemptState::Downloading, Some(at), 0, "")?;
                Ok(!renewed.is_empty())
            })
            .await?;
        Ok(fresh)
    }

    async fn end_output(
        &self,
        output: &OutputRow,
        state: &'static str,
        message: &str,
    ) -> Result<(), StepError> {
        let (id, message) = (output.id.clone(), message.to_owned());
        self.store.write(move |tx| tx.end_output(&id, state, None, &message)).await?;
        Ok(())
    }

    async fn postpone(
        &self,
        attempt: &AttemptRow,
        message: &str,
        hint: &str,
    ) -> Result<(), StepError> {
        let at = self.clock.now_ms();
        let wait = backoff::after_failure(attempt.tries, LONGEST_WAIT, chance::fraction());
        let (id, job, tries) = (attempt.id.clone(), attempt.job.clone(), attempt.tries + 1);
        let (message, hint) = (message.to_owned(), hint.to_owned());
        self.store
            .write(move |tx| {
                tx.plan_attempt(&id, AttemptState::Downloading, Some(at + ms(wait)), tries, "")?;
                tx.say(&job, "download", &message, &hint)
            })
            .await?;
        Ok(())
    }

    /// Every output has ended: so has the attempt, and the job with it.
    async fn fetched(&self, attempt: &AttemptRow, job: &JobRow) -> Result<(), StepError> {
        let at = self.clock.now_ms();
        let (id, job_id) = (attempt.id.clone(), job.id.clone());
        let provider = job.provider_name.clone();
        self.store
            .write(move |tx| {
                let outputs = tx.outputs(&id)?;
                let count =
                    |state: &str| outputs.iter().filter(|o| o.state == state).count() as u32;
                let (saved, total) = (count("saved"), outputs.len() as u32);
                let damaged = count("damaged");
                let outcome = Outcome::Fetched { saved, total, damaged };
                let Some(step) = next(AttemptState::Downloading, &outcome) else {
                    return Ok(());
                };
                let why = outputs
                    .iter()
                    .find(|o| !o.message.is_empty())
                    .map_or("", |o| o.message.as_str());
                let (message, hint) = match step.attempt {
                    AttemptState::Succeeded => (String::new(), ""),
                    AttemptState::Partial => (format!("{saved} of {total} prints. {why}"), ""),
                    AttemptState::Expired => (
                        format!("{why} It was rendered and charged, and is gone at {provider}."),
                        "Copy the task id for a refund request, or try again.",
                    ),
                    _ => (
                        format!("What {provider} sent is no picture or clip. {why}"),
                        "Copy the task id for a refund request, or try again.",
                    ),
                };
                let log = if saved == total {
                    "Saved to the library and checked.".to_owned()
                } else {
                    message.clone()
                };
                tx.move_attempt(&id, AttemptState::Downloading, step.attempt, None, &log, at)?;
                tx.move_job(&JobUpdate {
                    id: &job_id,
                    from: &[crate::job::JobState::Running],
                    to: step.job,
                    attempt: Some(&id),
                    charge: step.charge,
                    run_at: None,
                    cause: if saved == total { "" } else { "output" },
                    message: &message,
                    hint,
                    log: &log,
                    at,
                })
            })
            .await?;
        Ok(())
    }
}

async fn write_chunk(mut part: Part, chunk: bytes::Bytes) -> Result<Part, LibraryError> {
    chance::off_thread(move || {
        part.write(&chunk)?;
        Ok(part)
    })
    .await
    .unwrap_or_else(|_| Err(LibraryError::Gone { name: "the part file".into() }))
}

fn cut(part: &Part, expected: Option<u64>) -> Fetch {
    let so_far = part.len();
    Fetch::Later(match expected {
        Some(total) => format!("The file stopped at {so_far} of {total} bytes."),
        None => format!("The file stopped after {so_far} bytes."),
    })
}

fn goes_on_at(headers: &HeaderMap, start: u64) -> bool {
    headers
        .get(CONTENT_RANGE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("bytes "))
        .and_then(|range| range.split('-').next())
        .and_then(|first| first.parse::<u64>().ok())
        == Some(start)
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

fn on_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
