//! The look over the whole studio.

use super::commands::LookOver;
use crate::Studio;
use crate::doctor;
use crate::view::{ApiError, Diagnosis};

pub(super) async fn look_over(studio: &Studio, wanted: LookOver) -> Result<Diagnosis, ApiError> {
    doctor::look_over(studio, wanted.repair.unwrap_or_default()).await
}
