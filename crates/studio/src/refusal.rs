//! What the desktop around the studio would not do, in words.

use std::fmt::Display;

use url::Url;

use crate::view::ApiError;

/// What was asked of the system, or of a server of new versions, and not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The file manager did not show a file.
    FileManager,
    /// No program opened a file.
    Program,
    /// The browser did not open a page.
    Browser,
    /// An address that is not one of the web.
    Address,
    /// A new version without our signature, or with that of another version.
    Unsigned,
    /// A server of new versions that does not answer, or with something else.
    Silent,
    /// The user, or their system, did not allow the installation.
    NotAllowed,
    /// A new version that could not be put in place.
    NotPlaced,
}

impl Refusal {
    /// The error to show; the detail is what the system said, or the address.
    pub fn because(self, detail: &dyn Display) -> ApiError {
        let unopened = t!("Nothing was opened. The address is in the details.");
        let (code, message, hint) = match self {
            Self::FileManager => ("invalid", t!("The file manager did not open."), unopened),
            Self::Program => ("invalid", t!("No program for files of this kind opened."), unopened),
            Self::Browser => ("invalid", t!("The browser did not open."), unopened),
            Self::Address => {
                ("invalid", t!("Only addresses that begin with https are opened."), unopened)
            }
            Self::Unsigned => (
                "update",
                t!(
                    "The new version does not carry the signature of Rushes. Nothing was installed."
                ),
                t!(
                    "Do not install it by other ways. Look again later, and tell us if it stays so."
                ),
            ),
            Self::Silent => (
                "update",
                t!(
                    "The server of new versions did not answer as it should. Nothing was installed."
                ),
                t!("Check the connection and look again."),
            ),
            Self::NotAllowed => (
                "update",
                t!("Installing was not allowed. Nothing was installed."),
                t!("Try again and allow it when the system asks."),
            ),
            Self::NotPlaced => (
                "update",
                t!("The new version could not be put in place. This one goes on."),
                t!(
                    "Get the new version from where you got Rushes. The details say what was in the way."
                ),
            ),
        };
        ApiError { detail: detail.to_string(), ..ApiError::new(code, message, hint) }
    }
}

/// The page of the web that this names; nothing else is handed to a browser.
pub fn web_page(address: &str) -> Result<Url, ApiError> {
    let page = address.parse().ok().filter(|url: &Url| url.scheme() == "https" && url.has_host());
    page.ok_or_else(|| Refusal::Address.because(&address))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_https_is_opened() {
        assert_eq!(
            web_page("https://example.com/docs").unwrap().as_str(),
            "https://example.com/docs"
        );
        for address in [
            "http://example.com/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "ssh://host",
            "docs",
            "",
        ] {
            let refused = web_page(address).unwrap_err();
            assert_eq!(refused.detail, address);
            assert_eq!(refused.message, "Only addresses that begin with https are opened.");
        }
    }
}
