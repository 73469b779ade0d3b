//! A job as one line, the same for `render` and `jobs`.

use rushes_studio::api::types::{Charge, Job, JobBook, Print};
use rushes_studio::job::{AttemptState, JobState};
use serde::Serialize;

use crate::exit::Exit;
use crate::words;

/// The contract of `--json` for a job.
#[derive(Debug, Serialize)]
pub(crate) struct JobLine {
    /// Job id.
    pub(crate) job: String,
    /// `queued`, `running`, `completed`, `failed`, `blocked`, `cancelled` or `in_doubt`.
    state: &'static str,
    /// The provider's name for the model.
    model: String,
    /// Provider id.
    provider: String,
    /// Price in `currency` as quoted; null when it is not listed.
    price: Option<f64>,
    /// ISO 4217.
    currency: Option<String>,
    /// What happened to the money.
    charge: Charge,
    /// True for the sandbox: no AI.
    sandbox: bool,
    /// The words.
    prompt: String,
    /// Seed it was sent with.
    seed: Option<i64>,
    /// What happened, when it did not go well.
    message: String,
    /// What to do next.
    hint: String,
    /// What it made.
    outputs: Vec<OutputLine>,
    #[serde(skip)]
    heading: String,
    #[serde(skip)]
    model_name: String,
    #[serde(skip)]
    cost: String,
}

/// One file that a job made.
#[derive(Debug, Serialize)]
struct OutputLine {
    path: String,
    #[serde(rename = "type")]
    media_type: String,
    width: u32,
    height: u32,
    /// Seconds; null for a picture.
    duration: Option<f64>,
}

impl From<&JobBook> for JobLine {
    fn from(book: &JobBook) -> Self {
        let job = &book.job;
        let remote =
            job.endpoint.split_once(':').map_or(job.endpoint.as_str(), |(_, remote)| remote);
        Self {
            job: job.id.clone(),
            state: state(job),
            model: remote.into(),
            provider: job.provider.clone(),
            price: job.price.as_ref().map(|p| p.micros as f64 / 1e6),
            currency: job.price.as_ref().map(|p| p.currency.clone()),
            charge: job.charge,
            sandbox: job.sandbox,
            prompt: job.prompt.clone(),
            seed: job.seed,
            message: job.message.clone(),
            hint: job.hint.clone(),
            outputs: book.prints.iter().map(OutputLine::from).collect(),
            heading: heading(job),
            model_name: job.model_name.clone(),
            cost: words::cost(job.sandbox, job.price.as_ref()),
        }
    }
}

impl From<&Print> for OutputLine {
    fn from(print: &Print) -> Self {
        Self {
            path: print.path.clone(),
            media_type: print.media_type.clone(),
            width: print.width,
            height: print.height,
            duration: print.duration_ms.map(|ms| ms as f64 / 1e3),
        }
    }
}

impl JobLine {
    /// The job as a row of a list.
    pub(crate) fn row(&self) -> Vec<String> {
        let state = self.state.replace('_', " ");
        vec![
            state,
            self.job.clone(),
            self.model_name.clone(),
            self.cost.clone(),
            words::short(&self.prompt, 48),
        ]
    }

    /// The lines for a person: the job, what happened, and its files.
    pub(crate) fn words(&self) -> String {
        let mut lines = vec![self.heading.clone()];
        lines.extend(
            [&self.message, &self.hint]
                .into_iter()
                .filter(|w| !w.is_empty())
                .map(|w| format!("  {w}")),
        );
        lines.extend(self.outputs.iter().map(|output| {
            let pixels = words::pixels(output.width, output.height);
            let length = output.duration.map(|s| format!("  {s:.1} s")).unwrap_or_default();
            format!("  {}  {pixels}{length}", output.path)
        }));
        lines.join("\n")
    }
}

fn heading(job: &Job) -> String {
    let state = match state(job) {
        "completed" => "Completed",
        "running" => "Rendering",
        "queued" => "Queued",
        "blocked" => "Blocked",
        "cancelled" => "Cancelled",
        "in_doubt" => "In doubt",
        _ => "Failed",
    };
    let cost = words::cost(job.sandbox, job.price.as_ref());
    if job.sandbox {
        format!("{state}  {}  {}  {cost}", job.id, job.model_name)
    } else {
        format!("{state}  {}  {} at {}  {cost}", job.id, job.model_name, job.provider_name)
    }
}

/// The state's word, with what a script must tell apart.
pub(crate) fn state(job: &Job) -> &'static str {
    match (job.state, job.phase) {
        (JobState::Completed, _) => "completed",
        (JobState::Cancelled, _) => "cancelled",
        (JobState::Failed, Some(AttemptState::Blocked)) => "blocked",
        (JobState::Failed, _) => "failed",
        (_, Some(AttemptState::InDoubt)) => "in_doubt",
        _ if job.needs_you => "blocked",
        (JobState::Queued, _) => "queued",
        (JobState::Running, _) => "running",
    }
}

/// Whether nothing more happens to the job by itself.
pub(crate) fn rests(job: &Job) -> bool {
    !matches!(state(job), "queued" | "running")
}

/// The exit code that a job's end stands for. An open job is no failure.
pub(crate) fn exit(job: &Job) -> Exit {
    match state(job) {
        "in_doubt" => Exit::InDoubt,
        "blocked" if matches!(job.cause.as_str(), "auth" | "no_key" | "vault") => Exit::NoKey,
        "failed" | "blocked" | "cancelled" => Exit::Failed,
        _ => Exit::Done,
    }
}
