use super::*;

#[test]
fn only_files_of_the_library_are_shown() {
    let desk = tempfile::tempdir().expect("a folder");
    let library = desk.path().join("library");
    std::fs::create_dir_all(library.join("2026")).expect("a folder");
    let (print, secret) = (library.join("2026/boat.png"), desk.path().join("secret.txt"));
    for file in [&print, &secret] {
        std::fs::File::create(file).expect("a file");
    }
    assert_eq!(inside(&library, &print), Some(print.canonicalize().expect("a path")));
    assert_eq!(inside(&library, &secret), None);
    assert_eq!(inside(&library, &library.join("../secret.txt")), None);
    assert_eq!(inside(&library, &library.join("gone.png")), None);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&secret, library.join("link.txt")).expect("a link");
        assert_eq!(inside(&library, &library.join("link.txt")), None);
    }
}

#[test]
fn only_https_is_opened() {
    assert_eq!(
        web_page("https://example.com/docs").map(String::from),
        Some("https://example.com/docs".into())
    );
    for address in [
        "http://example.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ssh://host",
        "docs",
        "",
    ] {
        assert_eq!(web_page(address), None, "{address}");
    }
}
