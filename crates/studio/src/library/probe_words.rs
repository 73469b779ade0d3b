//! What may be asked of every reader of foreign files: the hook for tests and fuzzers.

use super::export::bare_picture;
use super::form::Form;
use super::{credentials, recipe};
use crate::view::ShareCredentials;

/// Runs every reader of what lies around the pixels over these bytes. It panics where one of them does,
/// and where a copy without words still has some.
pub fn probe_words(file: &[u8]) {
    let _ = recipe::read(file);
    let _ = credentials::read(file);
    for form in [Form::Png, Form::Jpeg, Form::Webp, Form::Gif] {
        let bare = |file: &[u8]| bare_picture(file, form, ShareCredentials::Remove, "");
        let Ok((once, _)) = bare(file) else { continue };
        assert_eq!(recipe::read(&once), None, "a copy still tells what it was made from");
        assert_eq!(credentials::read(&once), None, "a copy still has credentials");
        let again = bare(&once).map(|(again, _)| again).ok();
        assert!(again.as_deref() == Some(&once[..]), "a second time changes something");
    }
}
