use std::path::PathBuf;

/// Why a sandbox could not be started, or its script not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The port could not be opened.
    #[error("The sandbox could not listen on 127.0.0.1:{port}.")]
    Bind {
        /// The port that was asked for.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file or folder of the sandbox could not be read or written.
    #[error("The sandbox could not use {}.", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A script is not what a script should be.
    #[error("The script {} could not be understood: {reason}", path.display())]
    Script {
        /// The script's file.
        path: PathBuf,
        /// Where and why.
        reason: String,
    },
    /// The HTTP client that fetches references could not be built.
    #[error("The sandbox could not set up its HTTP client.")]
    Client(#[from] reqwest::Error),
}

impl Error {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
