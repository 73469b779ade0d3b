//! Files of other programs through the real command: taken in, and cut off in the middle of it.
#![allow(clippy::unwrap_used, reason = "a test may fall over")]

use std::path::{Path, PathBuf};

use rushes_tests::rushes::{Rushes, until};
use serde_json::{Value, json};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/studio/fixtures/recipes")
}

/// What lies in the library as imports, sidecars left out.
fn kept(rushes: &Rushes) -> Vec<PathBuf> {
    let months = rushes.library().join("imports").read_dir().into_iter().flatten();
    let files = months.flat_map(|month| month.unwrap().path().read_dir().unwrap());
    let paths = files.map(|file| file.unwrap().path());
    paths.filter(|path| path.extension().is_none_or(|ending| ending != "json")).collect()
}

#[test]
fn files_of_other_programs_become_prints() {
    let rushes = Rushes::new();
    let one = fixtures().join("comfyui.png").display().to_string();
    let imported = rushes.json(&["gallery", "import", &one]).one(0);
    assert_eq!((&imported["known"], &imported["skipped"]), (&json!(0), &json!([])));
    let id = imported["added"][0].as_str().unwrap();
    let book = rushes.json(&["gallery", "show", id]).one(0);
    assert_eq!(
        (&book["job"], &book["print"]["code"], &book["import"]["program"], &book["import"]["name"]),
        (&Value::Null, &json!("i-1"), &json!("ComfyUI"), &json!("comfyui.png"))
    );
    let shown = rushes.run(&["gallery", "show", id]);
    assert!(shown.stdout.contains("Written by ComfyUI"), "{}", shown.stdout);
    // A path below the folder that one is in, and a whole folder with something that is no picture.
    std::fs::create_dir(rushes.home().join("mine")).unwrap();
    for name in ["a1111.png", "invokeai.png", "make.py"] {
        std::fs::copy(fixtures().join(name), rushes.home().join("mine").join(name)).unwrap();
    }
    let folder = rushes.run(&["gallery", "import", "mine", &one]);
    assert_eq!(folder.code, Some(0), "{}", folder.stderr);
    assert_eq!(folder.stdout.trim(), "2 added, 1 was here already, 1 skipped.");
    assert!(
        folder.stderr.contains("make.py: This is a web page or other text"),
        "{}",
        folder.stderr
    );
    let listed = rushes.json(&["gallery", "list", "--find", "is:import"]).all(0);
    assert_eq!(listed.len(), 3);
    let verified = rushes.json(&["gallery", "verify"]).one(0);
    assert_eq!(verified["sound"], json!(3));
    let again = rushes.run(&["gallery", "import", "nowhere"]);
    assert_eq!(again.code, Some(1));
    assert!(again.stderr.contains("nowhere is not where it was."), "{}", again.stderr);
}

#[test]
fn an_import_that_is_killed_leaves_nothing_half_and_goes_on() {
    const ALL: usize = 90;
    let rushes = Rushes::new();
    let folder = rushes.home().join("many");
    std::fs::create_dir(&folder).unwrap();
    for n in 0..ALL {
        let colour = image::Rgb([n as u8, 90, 160]);
        let to = folder.join(format!("{n:03}.png"));
        image::RgbImage::from_pixel(64, 48, colour).save(to).unwrap();
    }
    let folder = folder.display().to_string();
    for moment in [1, 20, 40, 70] {
        let mut run = rushes.start(&["--json", "gallery", "import", &folder]);
        // The later it is, the more there is of it already.
        until("files arrive", || (kept(&rushes).len() >= moment || !run.is_alive()).then_some(()));
        run.kill();
        // The next start clears away what had a name and was in no book.
        let verified = rushes.json(&["gallery", "verify"]).one(0);
        assert_eq!((&verified["missing"], &verified["changed"]), (&json!([]), &json!([])));
    }
    let last = rushes.json(&["gallery", "import", &folder]).one(0);
    let (added, known) = (last["added"].as_array().unwrap().len(), last["known"].as_u64().unwrap());
    assert_eq!(added + known as usize, ALL);
    assert_eq!((&last["skipped"], &last["stopped"]), (&json!([]), &json!(false)));
    assert_eq!(kept(&rushes).len(), ALL, "no file stands there that no print knows");
    assert_eq!(rushes.json(&["gallery"]).all(0).len(), ALL);
    let verified = rushes.json(&["gallery", "verify"]).one(0);
    assert_eq!((&verified["sound"], &verified["partial"]), (&json!(ALL), &json!([])));
}
