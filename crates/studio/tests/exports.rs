//! Prints leave through the API in each form.
#![allow(clippy::unwrap_used)]

mod support;

use rushes_studio::api::types::{Exported, Print};
use rushes_studio::library::recipe;
use serde_json::json;
use support::{Peer, Room, call, rested, still};

#[tokio::test]
async fn a_print_leaves_in_each_form() {
    let (peer, room) = (Peer::start(json!({})).await, Room::new());
    let studio = room.open(&peer).await;
    let job = still(&studio).await;
    let print: Print = rested(&studio, &job).await.prints.remove(0);
    let original = std::fs::read(&print.path).unwrap();
    let out = room.folder.path().join("out");
    let export = async |form: &str| -> Exported {
        let asked = json!({"ids": [print.id, "ast_none"], "to": out.join(form), "form": form});
        call(&studio, "export_prints", asked).await
    };

    let originals = export("originals").await;
    let file = std::path::Path::new(&originals.files[0]);
    assert_eq!(std::fs::read(file).unwrap(), original);
    // The sidecar went along, and tells of the copy what it tells of the print.
    assert_eq!(
        recipe::read_file(file).unwrap().map(|recipe| recipe.prompt),
        Some(print.prompt.clone())
    );
    let skipped: Vec<&str> = originals.skipped.iter().map(|print| print.message.as_str()).collect();
    assert_eq!(skipped, ["There is no print ast_none."]);

    let share = export("share").await;
    assert!(share.files[0].ends_with("/1-1-1.png"), "{share:?}");
    assert_eq!(recipe::read(&std::fs::read(&share.files[0]).unwrap()), None);
    let zip = export("zip").await;
    assert_eq!(zip.files, [out.join("zip.zip").to_str().unwrap()]);
    let sheet = export("sheet").await;
    assert!(std::fs::read(&sheet.files[0]).unwrap().starts_with(b"\xFF\xD8"), "{sheet:?}");

    // A folder that is yet to be made: the file lies in it, and is not called by its name.
    for (form, ending) in [("zip", ".zip"), ("sheet", ".jpg")] {
        let folder = out.join("new").join(form);
        let asked = json!({"ids": [print.id], "to": folder.join(""), "form": form});
        let one: Exported = call(&studio, "export_prints", asked).await;
        let there = std::path::Path::new(&one.files[0]);
        assert_eq!(there.parent(), Some(folder.as_path()));
        let name = there.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with("rushes-20") && name.ends_with(ending), "{name}");
        assert!(there.is_file());
    }

    let nowhere = json!({"ids": ["ast_none"], "to": out, "form": "zip"});
    let error = studio.call("export_prints", nowhere).await.unwrap_err();
    assert_eq!(
        (error.code.as_str(), error.message.as_str()),
        ("not_found", "There is no print ast_none.")
    );
    studio.shutdown().await;
}
