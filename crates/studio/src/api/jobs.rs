//! Jobs: written down, watched, cancelled, tried again.

use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::sync::broadcast::error::RecvError;

use super::commands::{ById, Composition, ListJobs, ResolveDoubt, RunAgain, WaitJob};
use super::settings::begins;
use super::steps::{Laid, lay_out};
use crate::Studio;
use crate::chance;
use crate::job::{AttemptState, JobState, calendar, words};
use crate::store::{self, JobRow, NewJob, StoreError, Which};
use crate::view::{ApiError, Change, DoubtChoice, Job, JobBook, Submission};

const PAGE: u32 = 100;
const LONGEST_PAGE: u32 = 1_000;
const LONGEST_WAIT_MS: u64 = 30_000;
/// A look that comes this soon is worth waiting for before a doubt is called one.
const SOON_MS: i64 = 5_000;

pub(super) async fn submit_job(
    studio: &Studio,
    wanted: Composition,
) -> Result<Submission, ApiError> {
    submit(studio, wanted, None).await
}

/// Writes jobs down. `again`: the job that is made once more.
async fn submit(
    studio: &Studio,
    wanted: Composition,
    again: Option<&Job>,
) -> Result<Submission, ApiError> {
    let laid = match lay_out(studio, &wanted, again).await? {
        Ok(laid) => laid,
        Err(problems) => {
            return Ok(Submission { jobs: Vec::new(), problems });
        }
    };
    let count = wanted.count.unwrap_or(1);
    let at = studio.clock.now_ms();
    let row = row(&laid, at);
    let (endpoint, modality) = (row.endpoint.clone(), laid.modality);
    let shot = wanted.shot.clone();
    let yes = wanted.accept_unpriced.unwrap_or(false);
    let written = studio
        .store
        .write_anew(move |tx| {
            let batch = vec![laid.at_stake(); count as usize];
            if let Err(refused) = tx.within_caps(&batch, yes, begins(at))? {
                return Ok(Err(refused));
            }
            let (shot, take) =
                tx.shot_for(shot.as_deref(), &row.prompt, &chance::id("shot"), at)?;
            let mut ids = Vec::with_capacity(count as usize);
            for place in 1..=count {
                let id = chance::id("job");
                tx.insert_job(&NewJob {
                    row: JobRow { id: id.clone(), shot: shot.clone(), ..row.clone() },
                    take,
                    place,
                    references: laid.first.references.clone(),
                    route: laid.route.clone(),
                    steps: laid.others.clone(),
                    left_out: laid.left_out.clone(),
                })?;
                ids.push(id);
            }
            Ok(Ok(ids))
        })
        .await?;
    let ids: Vec<String> = written?;
    studio.engine.wake();
    let jobs = studio
        .store
        .read(move |sql| ids.iter().map(|id| store::jobs::view(sql, id)).collect())
        .await?;
    remember_endpoint(studio, &endpoint, modality).await;
    Ok(Submission { jobs, problems: Vec::new() })
}

/// What a job's row says of what was laid out; it gets its id and its thread when it is written down.
pub(super) fn row(laid: &Laid, at: i64) -> JobRow {
    let first = laid.first.clone();
    JobRow {
        id: String::new(),
        shot: String::new(),
        state: JobState::Queued,
        endpoint: first.endpoint,
        remote_model: first.remote_model,
        model_name: first.model_name,
        provider: first.provider,
        provider_name: first.provider_name,
        modality: laid.modality,
        sandbox: first.sandbox,
        prompt: laid.prompt.clone(),
        inputs: first.inputs,
        seed: first.seed,
        seed_field: first.seed_field,
        price: first.price,
        licence: first.licence,
        output_terms: first.output_terms,
        waits: 0,
        cancel_wished: false,
        created_at: at,
    }
}

/// The next start begins with the endpoint of the last render. Failing to note it costs nothing.
pub(super) async fn remember_endpoint(
    studio: &Studio,
    endpoint: &str,
    modality: rushes_providers::types::Modality,
) {
    let name = match modality {
        rushes_providers::types::Modality::Image => "image",
        rushes_providers::types::Modality::Video => "video",
    };
    let endpoint = endpoint.to_owned();
    let noted = async {
        let mut settings = studio.store.read(store::settings::settings).await?;
        if settings.last_endpoint.get(name) == Some(&endpoint) {
            return Ok(());
        }
        settings.last_endpoint.insert(name.to_owned(), endpoint);
        studio.store.write(move |tx| tx.keep_settings(&settings)).await
    };
    if let Err(error) = noted.await {
        tracing::warn!(%error, "the last endpoint could not be noted");
    }
}

pub(super) async fn rerun_job(studio: &Studio, wanted: RunAgain) -> Result<Submission, ApiError> {
    let id = wanted.id.clone();
    let (job, row) = studio
        .store
        .read(move |sql| Ok((store::jobs::view(sql, &id)?, store::jobs::get(sql, &id)?)))
        .await?;
    let name = job.route.clone();
    let route = studio
        .store
        .read(move |sql| match name.map(|name| store::routes::get(sql, &name)).transpose() {
            // It was removed since: the endpoint that made it is enough.
            Err(StoreError::NotFound(_)) => Ok(None),
            route => route,
        })
        .await?;
    let wanted = Composition {
        endpoint: row.endpoint,
        route: route.map(|route| route.name),
        // All of them: what ran with a workflow runs with the same one, whatever became of its file.
        inputs: row.inputs,
        references: job.references.clone(),
        count: wanted.count,
        shot: Some(row.shot),
        keep_seed: Some(false),
        accept_unpriced: wanted.accept_unpriced,
    };
    // What was left behind could not do it then: again begins where it was made.
    submit(studio, wanted, Some(&job)).await
}

pub(super) async fn list_jobs(studio: &Studio, wanted: ListJobs) -> Result<Vec<Job>, ApiError> {
    let limit = wanted.limit.unwrap_or(PAGE).clamp(1, LONGEST_PAGE);
    if let Some(day) = &wanted.day {
        let span = calendar::day(day, &TimeZone::system()).ok_or_else(|| {
            ApiError::new("invalid", t!("“{day}” is no day.", day), t!("Give it like 2026-11-22."))
        })?;
        return Ok(studio
            .store
            .read(move |sql| store::spending::jobs_of(sql, span, limit))
            .await?);
    }
    let which = match wanted {
        ListJobs { needing: Some(true), .. } => Which::Needing,
        ListJobs { open: Some(true), .. } => Which::Open,
        _ => Which::All,
    };
    let before = wanted.before.unwrap_or(i64::MAX);
    Ok(studio.store.read(move |sql| store::jobs::list(sql, which, before, limit)).await?)
}

pub(super) async fn get_job(studio: &Studio, wanted: ById) -> Result<JobBook, ApiError> {
    let root = studio.library.root();
    Ok(studio
        .store
        .read(move |sql| {
            Ok(JobBook {
                job: store::jobs::view(sql, &wanted.id)?,
                attempts: store::attempts::of_job(sql, &wanted.id)?,
                events: store::events::of_job(sql, &wanted.id)?,
                prints: store::assets::of_job(sql, &root, &wanted.id)?,
            })
        })
        .await?)
}

async fn view(studio: &Studio, id: &str) -> Result<Job, ApiError> {
    let id = id.to_owned();
    Ok(studio.store.read(move |sql| store::jobs::view(sql, &id)).await?)
}

pub(super) async fn wait_job(studio: &Studio, wanted: WaitJob) -> Result<Job, ApiError> {
    let patience = Duration::from_millis(wanted.timeout_ms.min(LONGEST_WAIT_MS));
    let mut changes = studio.changes();
    let waiting = async {
        loop {
            let (id, now) = (wanted.id.clone(), studio.clock.now_ms());
            let (job, rests) = studio
                .store
                .read(move |sql| {
                    let job = store::jobs::view(sql, &id)?;
                    let in_doubt = job.phase == Some(AttemptState::InDoubt);
                    let look = store::attempts::due_of_newest(sql, &id)?;
                    let left_alone = look.is_none_or(|at| at > now + SOON_MS);
                    let rests = job.state.over()
                        || (in_doubt && left_alone)
                        || (job.needs_you && job.wait_until.is_none_or(|at| at > now + SOON_MS));
                    Ok((job, rests))
                })
                .await?;
            if rests {
                return Ok(job);
            }
            loop {
                match changes.recv().await {
                    Ok(news) if !concerns(&news, &wanted.id) => {}
                    Ok(_) | Err(RecvError::Lagged(_)) => break,
                    Err(RecvError::Closed) => return Err(ApiError::from(StoreError::Closed)),
                }
            }
        }
    };
    match tokio::time::timeout(patience, waiting).await {
        Ok(job) => job,
        Err(_) => view(studio, &wanted.id).await,
    }
}

fn concerns(news: &[Change], id: &str) -> bool {
    news.iter().any(|change| matches!(change, Change::Job { job } if job.id == id))
}

pub(super) async fn cancel_job(studio: &Studio, wanted: ById) -> Result<Job, ApiError> {
    studio.engine.cancel(&wanted.id).await?;
    view(studio, &wanted.id).await
}

pub(super) async fn retry_job(studio: &Studio, wanted: ById) -> Result<Job, ApiError> {
    let at = studio.clock.now_ms();
    let id = wanted.id.clone();
    let now = view(studio, &id).await?;
    if now.cause == words::SET_ASIDE {
        studio.engine.take_up_again(&wanted.id).await?;
        return view(studio, &wanted.id).await;
    }
    if !matches!(now.state, JobState::Failed | JobState::Cancelled) {
        return Err(ApiError::new(
            "moved",
            match now.state {
                JobState::Queued => t!("This job is queued, so there is nothing to try again."),
                JobState::Running => t!("This job is running, so there is nothing to try again."),
                _ => t!("This job is completed, so there is nothing to try again."),
            },
            t!("Run it again for another print of the same prompt."),
        ));
    }
    studio
        .store
        .write(move |tx| {
            let price = tx.at_stake(&id)?;
            if let Err(refused) = tx.within_caps(&[price], true, begins(at))? {
                return Ok(Err(refused));
            }
            tx.requeue_job(&id, at, t!("Tried again at the user's word.")).map(Ok)
        })
        .await??;
    studio.engine.wake();
    view(studio, &wanted.id).await
}

pub(super) async fn resolve_doubt(studio: &Studio, wanted: ResolveDoubt) -> Result<Job, ApiError> {
    if wanted.choice == DoubtChoice::Again {
        let (now, at) = (view(studio, &wanted.id).await?, studio.clock.now_ms());
        studio.store.write(move |tx| tx.within_caps(&[now.price], true, begins(at))).await??;
    }
    studio.engine.resolve_doubt(&wanted.id, wanted.choice).await?;
    view(studio, &wanted.id).await
}
