//! A file is one noun, and a noun is short. What outgrows its bound is split, not excused.

mod tree;

use tree::{File, files};

fn over(files: impl Iterator<Item = File>, bound: usize) -> Vec<String> {
    files
        .map(|file| (file.text.lines().count(), file.path))
        .filter(|(lines, _)| *lines > bound)
        .map(|(lines, path)| format!("{path}: {lines} lines, {bound} at most"))
        .collect()
}

#[test]
fn rust_files_have_at_most_600_lines() {
    let outside_tests = files("rs").into_iter().filter(|file| !file.is_test());
    assert_eq!(over(outside_tests, 600), Vec::<String>::new());
}

#[test]
fn svelte_files_have_at_most_300_lines() {
    assert_eq!(over(files("svelte").into_iter(), 300), Vec::<String>::new());
}

#[test]
fn typescript_files_have_at_most_400_lines() {
    let written = files("ts")
        .into_iter()
        .filter(|file| !file.is_test() && !file.path.contains("/generated/"));
    assert_eq!(over(written, 400), Vec::<String>::new());
}

#[test]
fn the_shell_has_at_most_600_lines_and_its_main_25() {
    let shell: Vec<File> = files("rs")
        .into_iter()
        .filter(|file| file.path.starts_with("src-tauri/") && !file.is_test())
        .collect();
    let main = shell
        .iter()
        .find(|file| file.path == "src-tauri/src/main.rs")
        .expect("the shell has a main");
    assert!(main.text.lines().count() <= 25);
    let lines: usize = shell.iter().map(|file| file.text.lines().count()).sum();
    assert!((1..=600).contains(&lines), "the shell has {lines} lines");
}
