//! Every command, declared once: its name, what it takes, what it answers. The router and the
//! window's typed map are made from this one list.

use rushes_providers::types::{Modality, Price};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use super::camera::{self, ListCameraRoll};
use super::copies::{self, RestoreFrom, SaveCopy};
use super::export::{self, ExportPrints};
use super::exported::ExportResponse;
use super::grids::{self, ExportGrid};
use super::imports::ImportFiles;
use super::lineage::{self, KeepFrame};
use super::lists::{self, SaveWordList};
use super::prompts::{self, HidePrompt, ListPrompts, SavePreset, SaveSnippet};
use super::settings::{self, ByModality, StoredDraft};
use super::spend::{self, SpendMonth};
use super::types::{
    ApiError, AppState, Asset, BookCopies, CameraRoll, Collection, Diagnosis, DoubtChoice, Emptied,
    Endpoint, Exported, GridBook, Imported, ImportedWorkflow, Job, JobBook, KeyPlace, KeyRow,
    Marked, Moved, Offers, Plan, Preset, Print, PrintBook, PrintOrigins, PrintPage, PrintWords,
    Problem, PromptPage, QueryReading, Quote, Reference, RestorePreview, Route, RouteChange,
    RoutesFile, SavedFile, SavedSearch, Settings, Snippet, Sort, SpendFile, SpendReport, Spending,
    Submission, SyncReport, Undone, Varied, Verification, WordList, WorkflowFile,
};
use super::vary::{self, Variation};
use super::{catalogue, doctor, gallery, imports, jobs, keys, library, routes, words, workflows};
use crate::Studio;

/// Declares the commands: `name: Request => Response = handler;`.
macro_rules! api {
    ($($(#[$doc:meta])* $name:ident: $req:ty => $res:ty = $handler:path;)*) => {
        /// Names of all commands, in the order of declaration.
        pub const COMMANDS: &[&str] = &[$(stringify!($name)),*];

        /// Runs one command. Unknown names and unreadable payloads answer with a sentence.
        pub async fn dispatch(studio: &Studio, name: &str, payload: Value) -> Result<Value, ApiError> {
            match name {
                $(stringify!($name) => {
                    let request: $req = serde_json::from_value(payload)
                        .map_err(|e| ApiError::unreadable(name, &e))?;
                    let response: $res = $handler(studio, request).await?;
                    serde_json::to_value(response).map_err(|e| ApiError::internal(&e))
                })*
                _ => Err(ApiError::unknown_command(name, COMMANDS)),
            }
        }

        /// The TypeScript of the map from a command's name to its request and response.
        pub fn typescript_map(config: &ts_rs::Config) -> String {
            let mut out = String::from("export interface Commands {\n");
            $(out.push_str(&format!(
                "  {}: {{ request: {}; response: {} }};\n",
                stringify!($name), <$req as TS>::name(config), <$res as TS>::name(config),
            ));)*
            out.push_str("}\n");
            out
        }

        /// Writes every type that a command speaks, and those they are made of.
        pub fn export_types(config: &ts_rs::Config) -> Result<(), ts_rs::ExportError> {
            $(<$req as TS>::export_all(config)?; <$res as ExportResponse>::export(config)?;)*
            Ok(())
        }
    };
}

/// Nothing to say.
#[derive(Debug, Default, Deserialize, TS)]
pub struct Nothing {}

/// Done, nothing to answer.
#[derive(Debug, Serialize, TS)]
pub struct Saved {
    /// Always true.
    pub saved: bool,
}

/// Inputs for an endpoint, not yet sent.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Composition {
    /// Endpoint id; with a route, the one whose fields the inputs are written for.
    pub endpoint: String,
    /// A route by name: its first step that can run is taken, the ones after it are its fallbacks.
    #[serde(default)]
    #[ts(optional)]
    pub route: Option<String>,
    /// Values by field name, without references.
    #[ts(type = "Record<string, unknown>")]
    pub inputs: Map<String, Value>,
    /// References by field, in order.
    #[serde(default)]
    pub references: Vec<Reference>,
    /// How many to make; 1 when left out.
    #[serde(default)]
    #[ts(optional)]
    pub count: Option<u32>,
    /// The thread this continues; a new thread when the prompt differs.
    #[serde(default)]
    #[ts(optional)]
    pub shot: Option<String>,
    /// Take the given seed as it is instead of a fresh one for each job.
    #[serde(default)]
    #[ts(optional)]
    pub keep_seed: Option<bool>,
    /// The user's yes to a price that no cap can watch.
    #[serde(default)]
    #[ts(optional)]
    pub accept_unpriced: Option<bool>,
}

/// Names a row.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ById {
    /// The row's id.
    pub id: String,
}

/// Names a row that has a name of its own.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ByName {
    /// As it was given.
    pub name: String,
}

/// A route to keep, in the place of one with the same name.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct SaveRoute {
    /// What the user calls it.
    pub name: String,
    /// What it makes.
    pub modality: Modality,
    /// Endpoint ids, the one to try first at the top.
    pub steps: Vec<String>,
    /// The most that one run may cost on any step; null for what the first usable step costs.
    pub most: Option<Price>,
    /// The name it has until now, where it is given another one.
    #[serde(default)]
    #[ts(optional)]
    pub was: Option<String>,
}

/// A workflow file of this computer.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ImportWorkflowFile {
    /// Id of the provider that runs it.
    pub provider: String,
    /// Absolute path.
    pub path: String,
}

/// Names a job to be made once more.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct RunAgain {
    /// The job's id.
    pub id: String,
    /// How many to make; 1 when left out.
    #[serde(default)]
    #[ts(optional)]
    pub count: Option<u32>,
    /// The user's yes to a price that no cap can watch.
    #[serde(default)]
    #[ts(optional)]
    pub accept_unpriced: Option<bool>,
}

/// Names a provider.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ByProvider {
    /// Provider id.
    pub provider: String,
}

/// Which jobs to list.
#[derive(Debug, Clone, Default, Deserialize, TS)]
pub struct ListJobs {
    /// Only those that are not over.
    #[serde(default)]
    #[ts(optional)]
    pub open: Option<bool>,
    /// Only those that wait for the user.
    #[serde(default)]
    #[ts(optional)]
    pub needing: Option<bool>,
    /// Only those that were written down or sent on this day, `2026-11-22` where the user is.
    #[serde(default)]
    #[ts(optional)]
    pub day: Option<String>,
    /// Made before this time, ms UTC.
    #[serde(default)]
    #[ts(optional, type = "number")]
    pub before: Option<i64>,
    /// At most this many; 100 when left out.
    #[serde(default)]
    #[ts(optional)]
    pub limit: Option<u32>,
}

/// Waits until a job is over, in doubt, or the time is up.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct WaitJob {
    /// Job id.
    pub id: String,
    /// At most this long, ms; 30 000 at most.
    #[ts(type = "number")]
    pub timeout_ms: u64,
}

/// What to do about a job in doubt.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ResolveDoubt {
    /// Job id.
    pub id: String,
    /// The user's choice.
    pub choice: DoubtChoice,
}

/// Which prints to list.
#[derive(Debug, Clone, Default, Deserialize, TS)]
pub struct ListPrints {
    /// `next` of the page before.
    #[serde(default)]
    #[ts(optional)]
    pub before: Option<String>,
    /// At most this many; 200 when left out, 1 000 at most.
    #[serde(default)]
    #[ts(optional)]
    pub limit: Option<u32>,
    /// Words in prompt, model, note or tags, each as a beginning.
    #[serde(default)]
    #[ts(optional)]
    pub words: Option<String>,
    /// A query with filters, in place of `words`.
    #[serde(default)]
    #[ts(optional)]
    pub find: Option<String>,
    /// In which order; newest first when left out.
    #[serde(default)]
    #[ts(optional)]
    pub sort: Option<Sort>,
}

/// Names prints of a view by their numbers.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ViewRows {
    /// At most 500.
    #[ts(type = "Array<number>")]
    pub seqs: Vec<i64>,
}

/// Marks to set on prints: on all of them, or on none. What is left out stays as it is.
#[derive(Debug, Clone, Default, Deserialize, TS)]
pub struct MarkPrints {
    /// Print ids, at most 100 000.
    pub ids: Vec<String>,
    /// Stars, 1 to 5; 0 takes them away.
    #[serde(default)]
    #[ts(optional)]
    pub rating: Option<u8>,
    /// Picks or not.
    #[serde(default)]
    #[ts(optional)]
    pub circled: Option<bool>,
    /// The user's own words; empty takes them away.
    #[serde(default)]
    #[ts(optional)]
    pub note: Option<String>,
    /// Names of tags that they get; one that is not there yet is made.
    #[serde(default)]
    #[ts(optional, as = "Option<Vec<String>>")]
    pub add_tags: Vec<String>,
    /// Names of tags that they lose.
    #[serde(default)]
    #[ts(optional, as = "Option<Vec<String>>")]
    pub remove_tags: Vec<String>,
    /// Into the trash, or out of it.
    #[serde(default)]
    #[ts(optional)]
    pub trashed: Option<bool>,
    /// Id of a collection that they join.
    #[serde(default)]
    #[ts(optional)]
    pub add_to: Option<String>,
    /// Id of a collection that they leave.
    #[serde(default)]
    #[ts(optional)]
    pub remove_from: Option<String>,
}

/// Names a mark to be taken back.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct UndoMarks {
    /// As the mark answered.
    pub undo: String,
}

/// A query that is being typed.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct Suggest {
    /// All of it.
    pub text: String,
    /// Where the caret stands, in UTF-16 units.
    pub at: u32,
}

/// A query.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ReadQuery {
    /// As it was typed.
    pub query: String,
}

/// A collection to make, or to give another name.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct SaveCollection {
    /// Which one gets the name; a new one when left out.
    #[serde(default)]
    #[ts(optional)]
    pub id: Option<String>,
    /// What the user calls it.
    pub name: String,
}

/// A file of this computer to be used as a reference.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ImportFile {
    /// Absolute path.
    pub path: String,
}

/// A pasted picture to be used as a reference.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ImportBytes {
    /// The file's bytes, base64.
    pub base64: String,
}

/// Which files to check; all of them when nothing is said.
#[derive(Debug, Clone, Default, Deserialize, TS)]
pub struct VerifyLibrary {
    /// `next` of the part before.
    #[serde(default)]
    #[ts(optional, type = "number")]
    pub after: Option<i64>,
    /// At most this many.
    #[serde(default)]
    #[ts(optional)]
    pub most: Option<u32>,
}

/// Where the library is to be.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct MoveLibrary {
    /// The new folder, absolute. It is not there yet, or empty.
    pub to: String,
}

/// A look over the whole studio.
#[derive(Debug, Clone, Default, Deserialize, TS)]
pub struct LookOver {
    /// Mend what can be mended; only look when left out.
    #[serde(default)]
    #[ts(optional)]
    pub repair: Option<bool>,
}

/// A key to keep.
#[derive(Deserialize, TS)]
pub struct SetKey {
    /// Provider id.
    pub provider: String,
    /// The key. It goes to the keychain and never comes back.
    #[ts(type = "string")]
    pub key: secrecy::SecretString,
    /// Where to keep it; the keychain when left out.
    #[serde(default)]
    #[ts(optional)]
    pub place: Option<KeyPlace>,
}

/// Words for a provider's own search.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct FindModels {
    /// Provider id.
    pub provider: String,
    /// What to look for.
    pub words: String,
}

/// The address a provider is called at.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct SetBaseUrl {
    /// Provider id.
    pub provider: String,
    /// https, or http on loopback; the provider's own when null.
    pub base_url: Option<String>,
}

api! {
    /// What a host needs for its first frame.
    app_state: Nothing => AppState = settings::app_state;
    /// All endpoints, usable ones first.
    list_endpoints: Nothing => Vec<Endpoint> = catalogue::list_endpoints;
    /// Asks a provider for its live list.
    sync_models: ByProvider => SyncReport = catalogue::sync_models;
    /// Looks for models at a provider that is searched; what it finds joins the endpoints.
    find_models: FindModels => SyncReport = catalogue::find_models;
    /// Asks for the inputs of one model, where the list does not tell them.
    learn_model: ById => Endpoint = catalogue::learn_model;
    /// Takes a workflow file of the user's own in as a model, in the place of one of the same name.
    import_workflow: WorkflowFile => ImportedWorkflow = workflows::import_workflow;
    /// The same from a file of this computer, whose name it takes.
    import_workflow_file: ImportWorkflowFile => ImportedWorkflow = workflows::import_workflow_file;
    /// Forgets a workflow and answers with it, so that it can be taken in again. Its jobs keep theirs.
    remove_workflow: ById => WorkflowFile = workflows::remove_workflow;
    /// What a render would cost; asks the provider where it tells, never charges.
    quote: Composition => Quote = catalogue::quote;
    /// What is to be fixed before a submit.
    check_inputs: Composition => Vec<Problem> = catalogue::check_inputs;
    /// Writes jobs down and sends them.
    submit_job: Composition => Submission = jobs::submit_job;
    /// The same inputs with a new seed.
    rerun_job: RunAgain => Submission = jobs::rerun_job;
    /// What a variation would make: how many jobs, at what price, and which cells cannot run. Sends nothing.
    plan_variation: Variation => Plan = vary::plan_variation;
    /// Writes all jobs of a variation down and sends them, or none.
    submit_variation: Variation => Varied = vary::submit_variation;
    /// A grid with its jobs.
    get_grid: ById => GridBook = grids::get_grid;
    /// Makes a grid once more, with new seeds and, where chance decides, new draws.
    rerun_grid: RunAgain => Varied = grids::rerun_grid;
    /// Draws a grid as one picture, with its labels.
    export_grid: ExportGrid => Exported = grids::export_grid;
    /// Lists for prompts, by name.
    list_word_lists: Nothing => Vec<WordList> = lists::list_word_lists;
    /// Keeps a list, in the place of one of the same name.
    save_word_list: SaveWordList => WordList = lists::save_word_list;
    /// Removes a list and answers with it, so that it can be kept again.
    remove_word_list: ByName => WordList = lists::remove_word_list;
    /// Routes, by name.
    list_routes: Nothing => Vec<Route> = routes::list_routes;
    /// Keeps a route, under another name too.
    save_route: SaveRoute => Route = routes::save_route;
    /// Forgets a route.
    remove_route: ByName => Saved = routes::remove_route;
    /// All routes as one file.
    export_routes: Nothing => RoutesFile = routes::export_routes;
    /// Writes that file among the user's downloads, on the computer where the studio runs.
    save_routes: Nothing => SavedFile = routes::save_routes;
    /// What bringing in such a file would change; nothing is kept.
    preview_routes: RoutesFile => Vec<RouteChange> = routes::preview_routes;
    /// Keeps every route of such a file, or none of them; those of the same name are replaced.
    import_routes: RoutesFile => Vec<Route> = routes::import_routes;
    /// Jobs, newest first.
    list_jobs: ListJobs => Vec<Job> = jobs::list_jobs;
    /// A job with its whole record.
    get_job: ById => JobBook = jobs::get_job;
    /// Waits until a job rests.
    wait_job: WaitJob => Job = jobs::wait_job;
    /// Cancels a job, at the provider too where that is possible.
    cancel_job: ById => Job = jobs::cancel_job;
    /// Tries a failed or cancelled job again, as a new attempt.
    retry_job: ById => Job = jobs::retry_job;
    /// Acts on the user's choice about a job in doubt.
    resolve_doubt: ResolveDoubt => Job = jobs::resolve_doubt;
    /// Prints, newest first.
    list_prints: ListPrints => PrintPage = library::list_prints;
    /// Everything about a print.
    get_print: ById => PrintBook = library::get_print;
    /// What it was made from and what came of it.
    print_origins: ById => PrintOrigins = lineage::print_origins;
    /// What its file says about itself: who vouches for it, and what another program made it from.
    read_print: ById => PrintWords = words::read_print;
    /// Keeps a frame of a clip as a picture that can be used as a reference.
    keep_frame: KeepFrame => Asset = lineage::keep_frame;
    /// Prints of a view by their numbers, in the order asked; those that are gone are left out.
    view_rows: ViewRows => Vec<Print> = gallery::view_rows;
    /// Sets marks on many prints at once.
    mark_prints: MarkPrints => Marked = gallery::mark_prints;
    /// Takes a mark back: every print it changed is as it was before.
    undo_marks: UndoMarks => Undone = gallery::undo_marks;
    /// How a query may go on at the caret.
    suggest: Suggest => Offers = gallery::suggest;
    /// What a query says.
    read_query: ReadQuery => QueryReading = gallery::read_query;
    /// Collections, by name.
    list_collections: Nothing => Vec<Collection> = gallery::list_collections;
    /// Makes a collection, or gives one another name.
    save_collection: SaveCollection => Collection = gallery::save_collection;
    /// Forgets a collection; its prints stay.
    delete_collection: ById => Saved = gallery::delete_collection;
    /// Searches that were kept, by name.
    list_searches: Nothing => Vec<SavedSearch> = gallery::list_searches;
    /// Keeps a search, in the place of one of the same name.
    save_search: SavedSearch => SavedSearch = gallery::save_search;
    /// Forgets a search.
    delete_search: ByName => Saved = gallery::delete_search;
    /// Removes for good what lies in the trash.
    empty_trash: Nothing => Emptied = gallery::empty_trash;
    /// Writes prints out of the library: originals, share copies, an archive, a contact sheet.
    export_prints: ExportPrints => Exported = export::export_prints;
    /// Takes files and folders of this computer into the library, as prints: copied, never moved. What is
    /// there already, by its very bytes, is not taken twice. Changes tell how far it is.
    import_files: ImportFiles => Imported = imports::import_files;
    /// Stops the import that is at work; what is added stays.
    stop_import: Nothing => Saved = imports::stop_import;
    /// Takes a file of this computer into the library, as a reference.
    import_file: ImportFile => Asset = library::import_file;
    /// Takes a pasted picture into the library, as a reference.
    import_bytes: ImportBytes => Asset = library::import_bytes;
    /// The newest pictures of the camera roll: a folder of the user's, which is only looked into.
    list_camera_roll: ListCameraRoll => CameraRoll = camera::list_camera_roll;
    /// Takes one of them into the library, as a reference.
    take_camera_picture: ById => Asset = camera::take_camera_picture;
    /// An asset by id.
    get_asset: ById => Asset = library::get_asset;
    /// Checks every file against what was saved.
    verify_library: VerifyLibrary => Verification = library::verify;
    /// Does a part of a move of the library; asked again until it is over.
    move_library: MoveLibrary => Moved = settings::move_library;
    /// Looks over job book, library, keychain and jobs, and mends where asked.
    look_over: LookOver => Diagnosis = doctor::look_over;
    /// Copies of the job book that are kept, and where a restore stands.
    list_copies: Nothing => BookCopies = copies::list_copies;
    /// Keeps a copy of the job book now.
    make_copy: Nothing => BookCopies = copies::make_copy;
    /// Writes one of the copies into a folder of the user's; nothing there is replaced.
    save_copy: SaveCopy => SavedFile = copies::save_copy;
    /// What going back to a copy would mean. Changes nothing.
    preview_restore: RestoreFrom => RestorePreview = copies::preview_restore;
    /// Lets a copy take the job book's place at the next start.
    restore_book: RestoreFrom => BookCopies = copies::restore_book;
    /// Takes that back.
    call_off_restore: Nothing => BookCopies = copies::call_off_restore;
    /// All providers with the state of their keys.
    list_keys: Nothing => Vec<KeyRow> = keys::list_keys;
    /// Keeps a key and tests it.
    set_key: SetKey => KeyRow = keys::set_key;
    /// Tests a key with a free call.
    test_key: ByProvider => KeyRow = keys::test_key;
    /// Forgets a key.
    remove_key: ByProvider => KeyRow = keys::remove_key;
    /// Sets the address a provider is called at.
    set_base_url: SetBaseUrl => KeyRow = keys::set_base_url;
    /// The user's choices.
    get_settings: Nothing => Settings = settings::get_settings;
    /// Replaces the user's choices.
    set_settings: Settings => Settings = settings::set_settings;
    /// What was spent today, and the caps.
    spending: Nothing => Spending = settings::spending;
    /// What a month came to.
    spend_report: SpendMonth => SpendReport = spend::spend_report;
    /// A month as a table.
    export_spend: SpendMonth => SpendFile = spend::export_spend;
    /// Writes that table among the user's downloads, on the computer where the studio runs.
    save_spend: SpendMonth => SavedFile = spend::save_spend;
    /// The composer's draft.
    get_draft: ByModality => StoredDraft = settings::get_draft;
    /// Keeps the composer's draft.
    set_draft: StoredDraft => Saved = settings::set_draft;
    /// Prompts that were run, the one used last first.
    list_prompts: ListPrompts => PromptPage = prompts::list_prompts;
    /// Leaves a past prompt out of that list, or puts it back.
    hide_prompt: HidePrompt => Saved = prompts::hide_prompt;
    /// Presets of the composer, by name.
    list_presets: Nothing => Vec<Preset> = prompts::list_presets;
    /// Keeps a preset, under another name too.
    save_preset: SavePreset => Preset = prompts::save_preset;
    /// Forgets a preset.
    remove_preset: ByName => Saved = prompts::remove_preset;
    /// Snippets, by name.
    list_snippets: Nothing => Vec<Snippet> = prompts::list_snippets;
    /// Keeps a snippet, under another name too.
    save_snippet: SaveSnippet => Snippet = prompts::save_snippet;
    /// Forgets a snippet.
    remove_snippet: ByName => Saved = prompts::remove_snippet;
}
