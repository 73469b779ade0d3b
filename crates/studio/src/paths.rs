//! Where things live unless the user says otherwise.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use directories::{BaseDirs, UserDirs};

/// Folder name under the system's data folder: lower case where that is the custom.
const DATA_NAME: &str = if cfg!(any(windows, target_os = "macos")) { "Rushes" } else { "rushes" };

/// The folder of the job book, settings and thumbnails: `RUSHES_DATA`, or the system's place for
/// data (`~/.local/share/rushes` on Linux). Always absolute.
pub fn default_data_dir() -> PathBuf {
    data_dir(std::env::var_os("RUSHES_DATA"), BaseDirs::new().as_ref().map(BaseDirs::data_dir))
}

/// The media folder: `RUSHES_LIBRARY`, or `Rushes` in the user's pictures; where there is no such
/// folder, `library` in the data folder. Always absolute.
pub fn default_library_dir() -> PathBuf {
    let user = UserDirs::new();
    let pictures = user.as_ref().and_then(|user| {
        user.picture_dir()
            .map_or_else(|| Some(user.home_dir().join("Pictures")), |p| Some(p.to_path_buf()))
    });
    library_dir(
        std::env::var_os("RUSHES_LIBRARY"),
        pictures.as_deref(),
        user.as_ref().map(UserDirs::home_dir),
        &default_data_dir(),
    )
}

/// The system's own folder for pictures, where there is one. Always absolute.
pub fn default_pictures_dir() -> Option<PathBuf> {
    let user = UserDirs::new()?;
    // A user who switched it off has it pointing at home.
    let pictures = user.picture_dir().filter(|pictures| *pictures != user.home_dir())?;
    pictures.is_dir().then(|| absolute(pictures.to_path_buf()))
}

/// Where files go that the user takes along: `RUSHES_DOWNLOADS`, or the user's folder for downloads;
/// where there is none, the data folder. Always absolute.
pub fn default_download_dir() -> PathBuf {
    let user = UserDirs::new();
    download_dir(
        std::env::var_os("RUSHES_DOWNLOADS"),
        user.as_ref().and_then(UserDirs::download_dir),
        &default_data_dir(),
    )
}

fn download_dir(asked: Option<OsString>, downloads: Option<&Path>, data: &Path) -> PathBuf {
    given(asked).unwrap_or_else(|| downloads.unwrap_or(data).to_path_buf())
}

fn data_dir(asked: Option<OsString>, base: Option<&Path>) -> PathBuf {
    if let Some(asked) = given(asked) {
        return asked;
    }
    // Without a home folder the working folder is the only place that we know of.
    absolute(base.map_or_else(|| PathBuf::from("rushes-data"), |base| base.join(DATA_NAME)))
}

fn library_dir(
    asked: Option<OsString>,
    pictures: Option<&Path>,
    home: Option<&Path>,
    data: &Path,
) -> PathBuf {
    if let Some(asked) = given(asked) {
        return asked;
    }
    match pictures {
        // A user who switched the Pictures folder off has it pointing at home.
        Some(pictures) if pictures.is_dir() && Some(pictures) != home => pictures.join("Rushes"),
        _ => data.join("library"),
    }
}

fn given(asked: Option<OsString>) -> Option<PathBuf> {
    asked.filter(|asked| !asked.is_empty()).map(|asked| absolute(PathBuf::from(asked)))
}

fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use super::*;

    #[test]
    fn the_asked_folder_wins_and_becomes_absolute() {
        let here = std::env::current_dir().unwrap();
        assert_eq!(data_dir(Some("some/where".into()), None), here.join("some/where"));
        assert_eq!(library_dir(Some("lib".into()), None, None, Path::new("/d")), here.join("lib"));
    }

    #[test]
    fn an_empty_wish_is_no_wish() {
        let base = std::path::absolute("base").unwrap();
        assert_eq!(data_dir(Some(OsString::new()), Some(&base)), base.join(DATA_NAME));
    }

    #[test]
    fn downloads_go_where_the_user_has_them() {
        let (downloads, data) = (Path::new("/mine/Downloads"), Path::new("/d"));
        let asked = std::path::absolute("here").unwrap();
        assert_eq!(download_dir(Some("here".into()), Some(downloads), data), asked);
        assert_eq!(download_dir(None, Some(downloads), data), downloads);
        assert_eq!(download_dir(None, None, data), data);
    }

    #[test]
    fn pictures_are_the_place_only_where_they_exist() {
        let home = tempfile::tempdir().unwrap();
        let data = home.path().join("data");
        let pictures = home.path().join("Pictures");
        let choose =
            |pictures: Option<&Path>| library_dir(None, pictures, Some(home.path()), &data);
        assert_eq!(choose(Some(&pictures)), data.join("library"));
        std::fs::create_dir(&pictures).unwrap();
        assert_eq!(choose(Some(&pictures)), pictures.join("Rushes"));
        assert_eq!(choose(Some(home.path())), data.join("library"));
        assert_eq!(choose(None), data.join("library"));
    }
}
