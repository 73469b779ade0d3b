//! Snapshots of the wire and the conformance suite.
#![allow(clippy::unwrap_used)]
