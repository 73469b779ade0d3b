//! Our own adapters against the sandbox's dialects: a picture and a clip from the prompt to the bytes,
//! the edit, the refusals, and the faults that a script plays.
#![allow(clippy::unwrap_used)] // a test may stop at the first surprise
#![allow(clippy::disallowed_methods)] // nothing here need outlive a test

mod bfl;
mod comfyui;
mod customer;
mod fal;
mod gemini;
mod openai;
mod openai_compatible;
mod replicate;
mod runway;
