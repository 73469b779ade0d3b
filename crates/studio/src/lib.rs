//! The core of Rushes: catalogue, jobs, engine, store, library, keys, and the one API that every
//! host calls. It knows no window.
#![warn(missing_docs)]

#[macro_use]
extern crate rushes_words;

pub mod api;
mod batches;
mod camera;
pub mod catalog;
pub mod chance;
pub mod clock;
mod copies;
pub mod doctor;
pub mod engine;
pub mod find;
mod gallery;
mod handout;
mod host;
pub mod http;
pub mod job;
pub mod keys;
pub mod library;
mod lists;
pub mod live;
mod lock;
pub mod news;
pub mod paths;
mod refusal;
pub mod store;
mod studio;
pub mod vary;
pub mod view;
pub mod words;

pub use batches::{Batch, Batches};
pub use engine::{Address, Embedded};
pub use gallery::rebuild_book;
pub use host::Host;
pub use paths::{default_data_dir, default_library_dir};
pub use refusal::{Refusal, web_page};
/// The way out to providers, and the wire itself.
pub use rushes_providers::net;
/// The vocabulary of fields and prices, so that hosts need not know the providers' crate.
pub use rushes_providers::{schema, types};
pub use rushes_words::{Language, t};
pub use studio::{Config, OpenError, Studio};
