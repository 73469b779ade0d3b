//! A release carries the page inside: build it again when the page was built again. A debug build
//! reads the page's folder at run time.

fn main() {
    let release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let watched = if release { "../../ui/dist" } else { "build.rs" };
    println!("cargo::rerun-if-changed={watched}");
}
