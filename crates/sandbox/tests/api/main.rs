//! The sandbox from outside: over HTTP, and over bare TCP where it breaks connections on purpose.
#![allow(clippy::unwrap_used)] // a test may stop at the first surprise
#![allow(clippy::disallowed_methods)] // its files need not outlive a power cut, nor its tasks their test

mod caller;
mod faults;
mod ledger;
mod listing;
mod media;
mod protocol;
mod restart;
mod upload;
mod webhook;
