//! What a person who looks elsewhere should hear of: a finished clip, a job that needs them.

use std::collections::HashMap;
use std::time::Duration;

use rushes_providers::types::{Modality, Price};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::job::JobState;
use crate::view::{Change, Job, Settings};

/// What a notification says: a heading and a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(
    /// The heading.
    pub String,
    /// The line; may be empty.
    pub String,
);

/// What a person should hear of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Number of the shot.
    pub shot: u32,
    /// Whether it waits for the person; else it is ready.
    pub needs_you: bool,
    /// What it cost, where that is known.
    pub price: Option<Price>,
    /// Its first print, to be shown beside the words.
    pub print: Option<String>,
    /// The words when it is told by itself.
    pub words: Words,
}

/// The words for news that came close together, and the print to show beside them. None without news.
pub fn together(news: &[News]) -> Option<(Words, Option<&str>)> {
    let print = news.iter().find_map(|one| one.print.as_deref());
    let [first, _, ..] = news else { return news.first().map(|one| (one.words.clone(), print)) };
    let needing = news.iter().filter(|one| one.needs_you).count();
    let heading = match (news.len() - needing, needing) {
        (1, 0) => t!("1 shot is ready.").to_owned(),
        (ready, 0) => t!("{ready} shots are ready.", ready),
        (0, 1) => t!("1 shot needs you.").to_owned(),
        (0, needing) => t!("{needing} shots need you.", needing),
        (1, 1) => t!("1 shot is ready, 1 needs you.").to_owned(),
        (1, needing) => t!("1 shot is ready, {needing} need you.", needing),
        (ready, 1) => t!("{ready} shots are ready, 1 needs you.", ready),
        (ready, needing) => t!("{ready} shots are ready, {needing} need you.", ready, needing),
    };
    let mut numbers: Vec<u32> = news.iter().map(|one| one.shot).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    let named = match numbers.as_slice() {
        [] => String::new(),
        [one] => t!("Shot {shot}.", shot = one),
        [all @ .., last] => t!("Shots {shots} and {last}.", shots = all.join(t!(", ")), last),
    };
    let prices: Vec<&Price> = news.iter().filter_map(|one| one.price.as_ref()).collect();
    // Of several currencies there is no sum.
    let of_one = prices
        .iter()
        .all(|price| Some(&price.currency) == first.price.as_ref().map(|p| &p.currency));
    let sum = prices.iter().map(|price| price.micros).sum();
    let line = match prices.first() {
        Some(price) if of_one && sum > 0 => {
            let sum = money(&Price { micros: sum, ..(*price).clone() });
            t!("{named} {sum}.", named, sum)
        }
        _ => named,
    };
    Some((Words(heading, line), print))
}

/// News that fall within this time are told together.
const TOGETHER: Duration = Duration::from_secs(3);

/// Waits for news and takes what comes close behind them. None when nobody sends any more.
pub async fn gather(news: &mut UnboundedReceiver<News>) -> Option<Vec<News>> {
    let mut all = vec![news.recv().await?];
    tokio::time::sleep(TOGETHER).await;
    while let Ok(more) = news.try_recv() {
        all.push(more);
    }
    Some(all)
}

/// A job under way.
#[derive(Debug)]
struct Open {
    needs_you: bool,
    created_at: i64,
    words: String,
}

/// Most jobs with a line of their own at a glance.
const LINES: usize = 8;

/// What is under way, in the words of a tray.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How many jobs are at work.
    pub count: String,
    /// Jobs by id with a line for each: those that need a person first, then the oldest.
    pub lines: Vec<(String, String)>,
}

/// The jobs under way, kept so that each end is told once.
#[derive(Debug, Default)]
pub struct Watch {
    /// By job id.
    open: HashMap<String, Open>,
    /// How many ended since nothing was at work.
    ended: usize,
    /// Whether the user wants to be told of what is ready.
    wanted: bool,
    /// Whether the user wants to be told of what needs them.
    wanted_needs: bool,
}

impl Watch {
    /// How things stand; what is over by now is old news.
    pub fn new(open: &[Job], settings: &Settings) -> Self {
        let open = open.iter().map(|job| (job.id.clone(), Open::of(job))).collect();
        let mut watch = Self { open, ..Self::default() };
        watch.wish(settings);
        watch
    }

    fn wish(&mut self, settings: &Settings) {
        // Where the studio is another process, this one hears of the language here.
        rushes_words::choose(&settings.language);
        (self.wanted, self.wanted_needs) = (settings.notify, settings.notify_needs);
    }

    /// How many jobs are at work, those that wait for a person not counted.
    pub fn rendering(&self) -> usize {
        self.open.values().filter(|open| !open.needs_you).count()
    }

    /// How many jobs of those that were at work together are over, and how many they are; None while none is.
    pub fn progress(&self) -> Option<(usize, usize)> {
        let working = self.rendering();
        (working > 0).then(|| (self.ended, self.ended + working))
    }

    /// How things stand at a glance.
    pub fn standing(&self) -> Standing {
        let mut open: Vec<_> = self.open.iter().collect();
        open.sort_by_key(|(id, open)| (!open.needs_you, open.created_at, *id));
        let lines = open.into_iter().take(LINES).map(|(id, open)| (id.clone(), open.words.clone()));
        let count = match self.rendering() {
            0 => t!("nothing rendering").to_owned(),
            n => t!("{n} rendering", n),
        };
        Standing { count, lines: lines.collect() }
    }

    /// What to say when Rushes closes while jobs are at work.
    pub fn goodbye(&self) -> Option<Words> {
        let (heading, line) = match self.rendering() {
            0 => return None,
            1 => (t!("1 render goes on without us.").to_owned(), t!("We'll collect it next time.")),
            n => (t!("{n} renders go on without us.", n), t!("We'll collect them next time.")),
        };
        self.wanted.then(|| Words(heading, line.to_owned()))
    }

    /// Takes in a change. Answers with the news when a person should hear of it.
    pub fn see(&mut self, change: &Change) -> Option<News> {
        let job = match change {
            Change::Job { job } => job,
            Change::Settings { settings } => {
                self.wish(settings);
                return None;
            }
            Change::Glimpse { .. }
            | Change::Import { .. }
            | Change::Print { .. }
            | Change::View
            | Change::Catalog { .. }
            | Change::Routes { .. }
            | Change::Notices { .. } => return None,
        };
        let over = is_over(job);
        let needs_you = job.needs_someone();
        let before = self.open.remove(&job.id);
        if !over {
            self.open.insert(job.id.clone(), Open::of(job));
        } else if before.is_some() {
            self.ended += 1;
        }
        if self.rendering() == 0 {
            self.ended = 0;
        }
        let words = match before.map(|open| open.needs_you) {
            None if over => return None,            // old news
            Some(true) if needs_you => return None, // told before
            _ if needs_you && self.wanted_needs => {
                Words(t!("Shot {shot} needs you.", shot = job.shot_number), job.message.clone())
            }
            _ if needs_you || !self.wanted => return None,
            _ => ready(job)?,
        };
        let price = job.price.clone().filter(|_| !needs_you);
        Some(News {
            shot: job.shot_number,
            needs_you,
            price,
            print: job.prints.first().cloned(),
            words,
        })
    }
}

/// Most characters of a prompt in a line.
const MOST: usize = 40;

impl Open {
    fn of(job: &Job) -> Self {
        let needs_you = job.needs_someone();
        let mut prompt: String = job.prompt.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((end, _)) = prompt.char_indices().nth(MOST) {
            prompt.truncate(end);
            prompt.push('…');
        }
        let (shot, take) = (job.shot_number, job.take);
        let words = if needs_you {
            t!("{shot}·{take}, needs you: {prompt}", shot, take, prompt)
        } else {
            format!("{shot}·{take}: {prompt}")
        };
        Self { needs_you, created_at: job.created_at, words }
    }
}

fn is_over(job: &Job) -> bool {
    !matches!(job.state, JobState::Queued | JobState::Running)
}

/// A finished clip is told with the time it took and its price. Pictures come too often for that.
fn ready(job: &Job) -> Option<Words> {
    if job.state != JobState::Completed || job.modality != Modality::Video {
        return None;
    }
    let took = job.finished_at.zip(job.started_at).map(|(end, start)| minutes(end - start));
    let facts: Vec<_> = took.into_iter().chain(job.price.as_ref().map(money)).collect();
    Some(Words(
        t!("Shot {shot} is ready.", shot = job.shot_number),
        t!("{facts}.", facts = facts.join(t!(", "))),
    ))
}

/// `2:01` for 121 seconds.
fn minutes(ms: i64) -> String {
    let seconds = (ms + 500) / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn money(price: &Price) -> String {
    let cents = (price.micros + 5_000) / 10_000;
    let sign =
        if price.currency == "USD" { "$".to_owned() } else { format!("{} ", price.currency) };
    format!("{sign}{}.{:02}", cents / 100, cents % 100)
}

#[cfg(test)]
mod tests;
