//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use rushes_studio::api::types::Sort;

/// Pictures and video from many AI services, with your own keys, on your own disk.
#[derive(Debug, Parser)]
#[command(
    name = "rushes",
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 done, 1 failed or blocked, 2 usage, 3 in doubt, 4 refused by a budget, 5 no key.\n\
                  With --json every line on stdout is one JSON object; an error is {\"error\": …}. Logs go to stderr (RUSHES_LOG)."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Print one JSON object a line
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Which studio is meant.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// The media folder [default: Rushes in your pictures]
    #[arg(long, global = true, env = "RUSHES_LIBRARY", value_name = "DIR")]
    pub(crate) library: Option<PathBuf>,
    /// Where the job book and settings live [default: your system's place for data]
    #[arg(long, global = true, env = "RUSHES_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make pictures or clips from a prompt and save them
    Render(Render),
    /// Look after jobs
    Jobs {
        #[command(subcommand)]
        command: Option<Jobs>,
    },
    /// Look at what was made
    Gallery {
        #[command(subcommand)]
        command: Option<Gallery>,
    },
    /// Take prints along, or see what a file says about itself
    Prints {
        #[command(subcommand)]
        command: Prints,
    },
    /// Look at what can be made with
    Models {
        #[command(subcommand)]
        command: Option<Models>,
    },
    /// Keep lists of models: the first is tried, the others are its fallbacks
    Routes {
        #[command(subcommand)]
        command: Option<Routes>,
    },
    /// Look at what a month came to
    Spend {
        /// Which month, like 2026-11 [default: this one]
        month: Option<String>,
        /// Print it as a table of comma-separated values, one try a line
        #[arg(long, conflicts_with = "json")]
        csv: bool,
        /// How the month is cut
        #[arg(long, value_enum, default_value_t)]
        by: SpendBy,
    },
    /// Keep your keys
    Keys {
        #[command(subcommand)]
        command: Option<Keys>,
    },
    /// Look at providers and where they are called
    Providers {
        #[command(subcommand)]
        command: Option<Providers>,
    },
    /// Check the job book, the library, the keychain and stuck jobs
    Doctor {
        /// Mend what can be mended; nothing of yours is ever deleted
        #[arg(long)]
        repair: bool,
    },
    /// Run the sandbox on its own: a free stand-in for a provider, no AI
    Sandbox(Sandbox),
    /// Open the studio in a browser on this computer
    Serve {
        /// TCP port on 127.0.0.1; 0 lets the system choose
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
}

/// What has a row of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum SpendBy {
    #[default]
    Provider,
    Model,
    Route,
    Day,
}

#[derive(Debug, Args)]
pub(crate) struct Render {
    /// The words
    pub(crate) prompt: String,
    /// A model's name, its remote id, or provider:remote id
    #[arg(long, value_name = "M")]
    pub(crate) model: Option<String>,
    /// A route by name; a model is a route of one step
    #[arg(long, value_name = "R", conflicts_with = "model")]
    pub(crate) route: Option<String>,
    /// Make a picture
    #[arg(long, conflicts_with = "video")]
    pub(crate) image: bool,
    /// Make a clip
    #[arg(long)]
    pub(crate) video: bool,
    /// A picture or clip to start from; may be given several times
    #[arg(long = "ref", value_name = "FILE")]
    pub(crate) references: Vec<PathBuf>,
    /// An input of the model, see `rushes models show`; may be given several times
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub(crate) set: Vec<String>,
    /// How many to make, each with its own seed
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) count: u32,
    /// Read alternatives such as {dawn|dusk} and lists such as __name__ in the words; numbers given with
    /// --set may be several then too: 4:6:8 or 4..8:2
    #[arg(long, value_name = "HOW", conflicts_with = "route")]
    pub(crate) vary: Option<VaryBy>,
    /// Another model to run all of it on; may be given several times
    #[arg(long, value_name = "M", conflicts_with = "route")]
    pub(crate) also: Vec<String>,
    /// Of what varies, leave out what cannot run instead of sending nothing
    #[arg(long)]
    pub(crate) leave_out: bool,
    /// Only say how many jobs it makes and what they cost
    #[arg(long, conflicts_with = "route")]
    pub(crate) plan: bool,
    /// Yes to a price that is not listed, though a cap is set
    #[arg(long)]
    pub(crate) unpriced: bool,
    /// Return as soon as the provider has it; `rushes jobs wait` collects it
    #[arg(long)]
    pub(crate) detach: bool,
}

/// What becomes of alternatives.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum VaryBy {
    /// Every combination makes a job
    Each,
    /// Each job draws one of them
    Chance,
}

#[derive(Debug, Default, Subcommand)]
pub(crate) enum Jobs {
    /// Newest first
    #[default]
    List,
    /// One job with its whole record
    Show { id: String },
    /// Wait until jobs are over; all that are open when none is named
    Wait { ids: Vec<String> },
    /// Stop a job, at the provider too where that is possible
    Cancel { id: String },
    /// Try a failed or cancelled job again
    Retry { id: String },
    /// Say what to do about a job in doubt
    Resolve { id: String, choice: Choice },
}

/// What to do about a job that may have been charged and whose answer was lost.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Choice {
    /// Look for it at the provider
    Look,
    /// Close it; it may have been charged
    Dismiss,
    /// Send it again; it may be paid twice
    Again,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Gallery {
    /// Newest first, or those that a query finds in an order of your choice
    List {
        /// Words and filters, as in the gallery: `dusk model:seedream rating:>=3 -is:circled`
        #[arg(long, value_name = "QUERY", allow_hyphen_values = true)]
        find: Option<String>,
        /// newest, oldest, rating, cost, render (longest first) or fit (of words, best first)
        #[arg(long, default_value = "newest", value_parser = sort)]
        sort: Sort,
    },
    /// Those whose prompt or model has all of these words
    Search {
        #[arg(required = true)]
        words: Vec<String>,
    },
    /// Everything about one print
    Show { id: String },
    /// Copy pictures, clips and sounds in as prints, with what other programs wrote into them
    Import {
        /// Files, and folders with all that is in them; hidden ones and links are passed over
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Check every file against what was saved, by its hash
    Verify,
    /// Move the library to another folder or disk; it can be used meanwhile
    Move {
        /// The new folder, not there yet or empty
        #[arg(value_name = "NEW_PLACE")]
        to: PathBuf,
    },
    /// Make a new job book from the library folder and the files beside the prints alone
    Rebuild {
        /// Put the job book that is there aside under a dated name; it is never deleted
        #[arg(long)]
        anew: bool,
    },
}

impl Default for Gallery {
    fn default() -> Self {
        Self::List { find: None, sort: Sort::Newest }
    }
}

fn sort(word: &str) -> Result<Sort, String> {
    Sort::of(word).ok_or_else(|| {
        let known: Vec<&str> = Sort::ALL.iter().map(|sort| sort.word()).collect();
        format!("the orders are {}", known.join(", "))
    })
}

#[derive(Debug, Subcommand)]
pub(crate) enum Prints {
    /// Write prints out of the library; nothing is encoded again and no file is written over
    Export {
        /// Print ids, see `rushes gallery`
        #[arg(required = true)]
        ids: Vec<String>,
        /// The folder; for an archive or a sheet the file, or a folder to put it in
        #[arg(long, value_name = "PATH")]
        to: PathBuf,
        /// In which form
        #[arg(long, value_enum, default_value_t = Form::Originals)]
        form: Form,
        /// Take Content Credentials out of share copies too
        #[arg(long)]
        no_credentials: bool,
    },
    /// What a picture or clip says it was made from and by whom; nothing is taken in
    Read { file: PathBuf },
}

/// The form that prints leave in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// The files as they are, with their sidecars
    Originals,
    /// The same pixels without prompt, notes and paths
    Share,
    /// The files as they are, with their sidecars, as one archive
    Zip,
    /// One picture with all of them in rows
    Sheet,
}

#[derive(Debug, Default, Subcommand)]
pub(crate) enum Models {
    /// All, usable ones first
    #[default]
    List,
    /// One model with its inputs
    Show { model: String },
    /// Look for models at a provider that has too many to list
    Search {
        /// The provider to look at
        provider: String,
        #[arg(required = true)]
        words: Vec<String>,
    },
    /// Add a workflow file of your own as a model, in the place of one with the same name
    Add {
        /// The provider that runs it
        provider: String,
        /// The file, as the provider's own editor exports it for its API; - for standard input
        file: PathBuf,
        /// What to call it [default: the file's name]
        #[arg(long, required_if_eq("file", "-"))]
        name: Option<String>,
    },
    /// Remove a workflow of your own; its jobs and prints stay
    Remove {
        /// Its name, or provider:name as `models` lists it
        model: String,
    },
    /// Ask providers for their live lists
    Sync {
        /// Only this provider
        provider: Option<String>,
    },
}

#[derive(Debug, Default, Subcommand)]
pub(crate) enum Routes {
    /// All, with their steps
    #[default]
    List,
    /// Keep a route, in the place of one with the same name
    Set {
        name: String,
        /// A model's name, its remote id, or provider:remote id; the one to try first at the start
        #[arg(required = true, value_name = "ENDPOINT")]
        endpoints: Vec<String>,
        /// The most that one run may cost on any step, in US dollars [default: what the first costs]
        #[arg(long, value_name = "USD", value_parser = micros)]
        most: Option<i64>,
    },
    /// Forget a route
    Remove { name: String },
    /// Print all routes as a TOML file
    Export,
    /// Keep every route of such a file, or none; those of the same name are replaced
    Import {
        /// The file; - for standard input
        file: PathBuf,
    },
}

#[derive(Debug, Default, Subcommand)]
pub(crate) enum Keys {
    /// All providers with the state of their keys
    #[default]
    List,
    /// Keep a key in your keychain; it is read from stdin
    Set { provider: String },
    /// Test a key with a free call
    Test { provider: String },
    /// Forget a key
    Remove { provider: String },
}

#[derive(Debug, Default, Subcommand)]
pub(crate) enum Providers {
    /// All, with their addresses
    #[default]
    List,
    /// Call a provider at another address
    Set {
        provider: String,
        /// https, or http on this computer; `default` for the provider's own
        #[arg(long, value_name = "URL")]
        base_url: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Sandbox {
    /// TCP port on 127.0.0.1; 0 lets the system choose
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Write every create and charge to this file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(crate) ledger: Option<PathBuf>,
    /// Faults to play, JSON or TOML
    #[arg(long, value_name = "FILE")]
    pub(crate) script: Option<PathBuf>,
    /// The key that callers must send [default: any]
    #[arg(long)]
    pub(crate) token: Option<String>,
    /// Keep tasks and outputs here, so that they outlive a restart
    #[arg(long, value_name = "DIR")]
    pub(crate) state: Option<PathBuf>,
    /// How long a picture takes
    #[arg(long, value_name = "SECONDS", default_value_t = 0.8, value_parser = seconds)]
    pub(crate) image_seconds: f64,
    /// How long a clip takes
    #[arg(long, value_name = "SECONDS", default_value_t = 6.0, value_parser = seconds)]
    pub(crate) video_seconds: f64,
    /// How long a result stays at its URL
    #[arg(long, value_name = "SECONDS", default_value_t = 3600.0, value_parser = seconds)]
    pub(crate) url_life: f64,
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=1e9).contains(&seconds) => Ok(seconds),
        _ => Err("give a number of seconds, like 2.5".into()),
    }
}

/// Dollars as millionths.
fn micros(text: &str) -> Result<i64, String> {
    match text.trim_start_matches('$').parse::<f64>() {
        Ok(usd) if (0.0..=1e9).contains(&usd) => Ok((usd * 1e6).round() as i64),
        _ => Err("give a sum in US dollars, like 0.50".into()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fall over")]

    use clap::CommandFactory;
    use clap::error::ErrorKind;

    use super::*;

    fn parse(line: &str) -> Result<Cli, ErrorKind> {
        Cli::try_parse_from(std::iter::once("rushes").chain(line.split_whitespace()))
            .map_err(|e| e.kind())
    }

    #[test]
    fn the_grammar_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn everything_about_a_render_is_read() {
        let cli = parse("--json render boats --model stills --ref a.png --ref b.png --set seed=7 --count 3 --detach --data /tmp/d").unwrap();
        assert!(cli.json);
        assert_eq!(cli.place.data, Some("/tmp/d".into()));
        let Command::Render(render) = cli.command else { panic!("not a render") };
        assert_eq!(render.prompt, "boats");
        assert_eq!(render.model.as_deref(), Some("stills"));
        assert_eq!(render.references, [PathBuf::from("a.png"), PathBuf::from("b.png")]);
        assert_eq!(render.set, ["seed=7"]);
        assert_eq!(
            (render.count, render.detach, render.image, render.video),
            (3, true, false, false)
        );
    }

    #[test]
    fn a_month_is_read_with_how_it_is_cut() {
        let cli = parse("spend 2026-10 --by day").unwrap();
        let Command::Spend { month, csv, by } = cli.command else { panic!("not a month") };
        assert_eq!((month.as_deref(), csv, by), (Some("2026-10"), false, SpendBy::Day));
        assert_eq!(parse("spend --csv --json").unwrap_err(), ErrorKind::ArgumentConflict);
    }

    #[test]
    fn a_route_is_read_with_its_limit_to_the_millionth() {
        let cli = parse("routes set Hero acme/paint stills --most $0.035").unwrap();
        let Command::Routes { command: Some(Routes::Set { name, endpoints, most }) } = cli.command
        else {
            panic!("not a route")
        };
        assert_eq!((name.as_str(), most), ("Hero", Some(35_000)));
        assert_eq!(endpoints, ["acme/paint", "stills"]);
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        for (line, kind) in [
            ("render boats --image --video", ErrorKind::ArgumentConflict),
            ("render boats --model a --route b", ErrorKind::ArgumentConflict),
            ("render boats --count 0", ErrorKind::ValueValidation),
            ("render", ErrorKind::MissingRequiredArgument),
            ("jobs resolve job_1 perhaps", ErrorKind::InvalidValue),
            ("sandbox --image-seconds -1", ErrorKind::UnknownArgument),
            ("sandbox --image-seconds NaN", ErrorKind::ValueValidation),
            ("routes set Hero", ErrorKind::MissingRequiredArgument),
            ("routes set Hero a --most free", ErrorKind::ValueValidation),
            ("doctor --delete", ErrorKind::UnknownArgument),
            ("prints export --to out", ErrorKind::MissingRequiredArgument),
            ("prints export ast_1 --to out --form jpeg", ErrorKind::InvalidValue),
            ("paint", ErrorKind::InvalidSubcommand),
        ] {
            assert_eq!(parse(line).unwrap_err(), kind, "{line}");
        }
    }
}
