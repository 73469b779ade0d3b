//! Each provider has its page, and the page says what its `provider.toml` says: whoever changes one and
//! forgets the other is told here.

mod tree;

use std::collections::BTreeSet;

use rushes_providers::Manifest;
use tree::{File, files};

/// The folder of the pages.
const PAGES: &str = "docs/providers/";

/// The headings of every page, in this order.
const HEADINGS: [&str; 10] = [
    "What it makes",
    "Getting started",
    "What happens to a job",
    "What it costs",
    "When something goes wrong",
    "References",
    "Webhooks",
    "Licence and output terms",
    "Not verified",
    "For contributors",
];

/// A text in one line, so that it can be searched wherever its lines break.
fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The page of this provider.
fn page<'a>(written: &'a [File], id: &str) -> &'a str {
    let path = format!("{PAGES}{id}.md");
    let page = written.iter().find(|file| file.path == path);
    &page.unwrap_or_else(|| panic!("{path} is missing")).text
}

/// What the page has to name, as it has to stand there.
fn names(manifest: &Manifest) -> Vec<String> {
    let codes = manifest
        .key_env
        .iter()
        .chain([&manifest.base_url])
        .chain(&manifest.api_hosts)
        .map(|word| format!("`{word}`"));
    let links = manifest.key_url.iter().map(|url| format!("<{url}>"));
    let levels = manifest.tiers.iter().map(|tier| {
        let at_once = tier.in_flight.map(|renders| format!("{renders} at once"));
        let per_minute = tier.per_minute.map(|submits| format!("{submits} a minute"));
        let figures: Vec<String> = at_once.into_iter().chain(per_minute).collect();
        format!("{} ({})", tier.name, figures.join(", "))
    });
    codes.chain(links).chain(levels).collect()
}

#[test]
fn every_provider_has_its_page_and_every_page_its_provider() {
    let written: BTreeSet<String> = files("md")
        .into_iter()
        .filter_map(|file| Some(file.path.strip_prefix(PAGES)?.strip_suffix(".md")?.to_owned()))
        .collect();
    let known: BTreeSet<String> =
        rushes_providers::all().iter().map(|provider| provider.manifest().id.clone()).collect();
    assert_eq!(written, known);
}

#[test]
fn pages_have_the_same_headings() {
    let written = files("md");
    for provider in rushes_providers::all() {
        let manifest = provider.manifest();
        let page = page(&written, &manifest.id);
        assert_eq!(page.lines().next(), Some(format!("# {}", manifest.name).as_str()));
        let headings: Vec<&str> =
            page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(headings, HEADINGS, "{}", manifest.id);
    }
}

#[test]
fn pages_name_what_the_manifests_name() {
    let written = files("md");
    let mut missing = Vec::new();
    for provider in rushes_providers::all() {
        let manifest = provider.manifest();
        let page = in_one_line(page(&written, &manifest.id));
        let unnamed = names(manifest).into_iter().filter(|name| !page.contains(name.as_str()));
        missing.extend(unnamed.map(|name| format!("{}: {name}", manifest.id)));
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn pages_say_whether_there_are_webhooks() {
    let written = files("md");
    for provider in rushes_providers::all() {
        let manifest = provider.manifest();
        let page = in_one_line(page(&written, &manifest.id));
        let said = if manifest.webhooks { "## Webhooks Yes" } else { "## Webhooks None" };
        assert!(page.contains(said), "{}: {said}", manifest.id);
    }
}

#[test]
fn the_readme_leads_to_every_page() {
    let written = files("md");
    let readme = written.iter().find(|file| file.path == "README.md").expect("there is a README");
    for provider in rushes_providers::all() {
        let link = format!("]({PAGES}{}.md)", provider.manifest().id);
        assert!(readme.text.contains(&link), "{link}");
    }
}
