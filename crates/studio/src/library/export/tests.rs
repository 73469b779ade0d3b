#![allow(clippy::unwrap_used)] // a test stops at the first surprise

use std::io::Read;

use image::ImageFormat;

use super::*;
use crate::library::credentials::{self, Content};
use crate::library::form;
use crate::library::recipe;
use crate::library::testkit::{self, Bench};
use crate::library::wrapping::png;

const PROMPT: &str = "a lighthouse at dusk";
const SIGNED: [(&str, &[u8]); 3] = [
    ("png", include_bytes!("../../../fixtures/credentials/signed.png")),
    ("jpg", include_bytes!("../../../fixtures/credentials/signed.jpg")),
    ("webp", include_bytes!("../../../fixtures/credentials/signed.webp")),
];

/// A print in the library, with a sidecar that holds its words.
fn print(bench: &Bench, path: &str, bytes: &[u8]) -> Item {
    bench.write(path, bytes);
    bench.write(&format!("{path}.json"), format!("{{\"prompt\": \"{PROMPT}\"}}").as_bytes());
    let id = format!("ast_{}", &blake3::hash(path.as_bytes()).to_hex()[..8]);
    Item {
        id,
        path: path.into(),
        code: "152-1·2".into(),
        prompt: PROMPT.into(),
        model: "Flux 2 Pro".into(),
        created_at: 1_795_347_750_000,
    }
}

fn order(bench: &Bench, form: ExportForm, items: &[Item]) -> Order {
    let to = bench.folder().join("out");
    let credentials = ShareCredentials::Keep;
    Order { items: items.to_vec(), to, form, credentials, name: "rushes-2026-11-22".into() }
}

fn run(bench: &Bench, order: &Order) -> Result<Exported> {
    bench.library.export(order, &mut |_| true)
}

fn names(exported: &Exported) -> Vec<String> {
    exported.files.iter().map(|file| file.rsplit('/').next().unwrap().to_owned()).collect()
}

/// All names in the folder that was exported to, sorted.
fn there(order: &Order) -> Vec<String> {
    let entries = order.to.read_dir().unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

/// The share copy of one file.
fn shared(
    bytes: &[u8],
    path: &str,
    credentials: ShareCredentials,
    prompt: &str,
) -> (Vec<u8>, Exported) {
    let bench = Bench::new();
    let item = Item { prompt: prompt.into(), ..print(&bench, path, bytes) };
    let order = Order { credentials, ..order(&bench, ExportForm::Share, &[item]) };
    let exported = run(&bench, &order).unwrap();
    assert_eq!(exported.skipped, vec![]);
    (std::fs::read(&exported.files[0]).unwrap(), exported)
}

#[test]
fn originals_leave_with_their_sidecars_and_write_over_nothing() {
    let bench = Bench::new();
    let (one, two) = (testkit::png(8, 6), testkit::png(6, 8));
    let items = [
        print(&bench, "2026/2026-11-21/boats.png", &one),
        print(&bench, "2026/2026-11-22/boats.png", &two),
        Item {
            path: "2026/gone.png".into(),
            id: "ast_gone".into(),
            ..print(&bench, "x.png", &one)
        },
    ];
    let order = order(&bench, ExportForm::Originals, &items);
    std::fs::create_dir(&order.to).unwrap();
    std::fs::File::create(order.to.join("boats.png")).unwrap();
    std::fs::File::create(order.to.join("boats-3.png.json")).unwrap();
    let exported = run(&bench, &order).unwrap();
    assert_eq!(names(&exported), ["boats-2.png", "boats-3.png"]);
    let skipped = |item: &Item, message: &str, hint: &str| SkippedPrint {
        id: item.id.clone(),
        message: message.into(),
        hint: hint.into(),
    };
    assert_eq!(
        exported.skipped,
        vec![
            skipped(
                &items[1],
                "There is already a file named boats-3.png.json.",
                "Give another name, or move that file away.",
            ),
            skipped(
                &items[2],
                "gone.png is not where it was.",
                "Put it back, or choose another file.",
            ),
        ]
    );
    assert_eq!(
        there(&order),
        ["boats-2.png", "boats-2.png.json", "boats-3.png", "boats-3.png.json", "boats.png"]
    );
    let read = |name: &str| std::fs::read(order.to.join(name)).unwrap();
    assert_eq!((read("boats.png"), read("boats-2.png"), read("boats-3.png")), (vec![], one, two));
    assert!(holds(&read("boats-2.png.json"), PROMPT));
}

#[test]
fn a_share_copy_has_the_pixels_and_none_of_the_words() {
    for (path, format, bytes) in [
        ("a1111.png", ImageFormat::Png, &include_bytes!("../../../fixtures/recipes/a1111.png")[..]),
        (
            "a1111-ztxt.png",
            ImageFormat::Png,
            include_bytes!("../../../fixtures/recipes/a1111-ztxt.png"),
        ),
        (
            "a1111-itxt.png",
            ImageFormat::Png,
            include_bytes!("../../../fixtures/recipes/a1111-itxt.png"),
        ),
        ("a1111.jpg", ImageFormat::Jpeg, include_bytes!("../../../fixtures/recipes/a1111.jpg")),
        ("a1111.webp", ImageFormat::WebP, include_bytes!("../../../fixtures/recipes/a1111.webp")),
        (
            "comfyui.webp",
            ImageFormat::WebP,
            include_bytes!("../../../fixtures/recipes/comfyui.webp"),
        ),
        ("comfyui.jpg", ImageFormat::Jpeg, include_bytes!("../../../fixtures/recipes/comfyui.jpg")),
    ] {
        assert!(recipe::read(bytes).is_some(), "{path}");
        let (copy, exported) = shared(bytes, path, ShareCredentials::Keep, PROMPT);
        let ending = path.rsplit('.').next().unwrap();
        assert_eq!(names(&exported), [format!("152-1-2.{ending}")]);
        assert_eq!(recipe::read(&copy), None, "{path}");
        for word in ["lighthouse", "l\0i\0g\0h\0t", "KSampler", "scenery", "parameters", "Exif"] {
            assert!(!holds(&copy, word), "{path}: {word}");
        }
        let pixels = |bytes: &[u8]| image::load_from_memory_with_format(bytes, format).unwrap();
        assert_eq!(pixels(&copy), pixels(bytes), "{path}");
        let bench = Bench::new();
        let inspected = |bytes: &[u8]| form::inspect(&bench.file("x", bytes)).unwrap();
        assert_eq!(inspected(&copy), inspected(bytes), "{path}");
    }
}

#[test]
fn a_turned_picture_stays_upright() {
    let turned = testkit::turned_jpeg(40, 20, 6);
    let (copy, _) = shared(&turned, "a.jpg", ShareCredentials::Keep, PROMPT);
    let size = |bytes: &[u8]| {
        rushes_stills::Picture::decode(bytes, rushes_stills::ImageFormat::Jpeg).unwrap().size()
    };
    assert_eq!((size(&turned), size(&copy)), ((20, 40), (20, 40)));
}

#[test]
fn a_moving_picture_loses_its_comment_alone() {
    let gif = testkit::picture(10, 8, ImageFormat::Gif);
    let at = 13 + (3 << ((gif[10] & 7) + 1)) * usize::from(gif[10] >> 7);
    let comment = [&[0x21, 0xFE, PROMPT.len() as u8], PROMPT.as_bytes(), &[0]].concat();
    let said = [&gif[..at], &comment, &gif[at..]].concat();
    assert_eq!(shared(&said, "a.gif", ShareCredentials::Keep, PROMPT).0, gif);
}

#[test]
fn credentials_stay_and_hold_where_nothing_else_is_taken_out() {
    for (ending, file) in SIGNED {
        let (copy, exported) = shared(file, &format!("a.{ending}"), ShareCredentials::Keep, PROMPT);
        assert!(copy == file, "{ending}");
        assert_eq!(
            (exported.credentials_changed, exported.credentials_removed),
            (0, 0),
            "{ending}"
        );
        let (bare, exported) =
            shared(file, &format!("a.{ending}"), ShareCredentials::Remove, PROMPT);
        assert_eq!(
            (exported.credentials_changed, exported.credentials_removed),
            (0, 1),
            "{ending}"
        );
        assert_eq!(credentials::read(&bare), None, "{ending}");
        let format = ImageFormat::from_extension(ending).unwrap();
        let pixels = |bytes: &[u8]| image::load_from_memory_with_format(bytes, format).unwrap();
        assert_eq!(pixels(&bare), pixels(file), "{ending}");
    }
}

#[test]
fn credentials_that_no_longer_hold_or_tell_the_prompt_are_said() {
    let (_, signed) = SIGNED[0];
    let said = [&signed[..33], &png::chunk(*b"tEXt", b"parameters\0boats"), &signed[33..]].concat();
    let (copy, exported) = shared(&said, "a.png", ShareCredentials::Keep, PROMPT);
    assert_eq!((exported.credentials_changed, exported.credentials_removed), (1, 0));
    assert!(copy == signed);
    // Its title is `a lighthouse`.
    let (bare, exported) = shared(signed, "a.png", ShareCredentials::Keep, "a lighthouse");
    assert_eq!((exported.credentials_changed, exported.credentials_removed), (0, 1));
    assert!(!holds(&bare, "a lighthouse"));
    assert_eq!(credentials::read(signed).map(|read| read.content), Some(Content::Unchanged));
}

fn sized(kind: &[u8], body: &[u8]) -> Vec<u8> {
    [&((body.len() + 8) as u32).to_be_bytes()[..], kind, body].concat()
}

#[test]
fn a_clip_keeps_its_place_for_every_picture() {
    let clip = testkit::clip(64, 48, 6);
    let free = sized(b"free", PROMPT.as_bytes());
    let said = [clip.clone(), sized(b"meta", PROMPT.as_bytes()), free].concat();
    let (copy, _) = shared(&said, "a.mp4", ShareCredentials::Keep, PROMPT);
    assert_eq!(copy.len(), said.len());
    assert!(copy.starts_with(&clip) && !holds(&copy, PROMPT));
    let bench = Bench::new();
    let inspected = |bytes: &[u8]| form::inspect(&bench.file("x.mp4", bytes)).unwrap();
    assert_eq!(inspected(&copy), inspected(&clip));

    // Words in the index, and credentials in a box of their own.
    let udta = sized(b"udta", PROMPT.as_bytes());
    let moov = sized(b"moov", &[sized(b"trak", &udta), udta.clone()].concat());
    let store = sized(b"uuid", &[&credentials::BMFF[..], b"the maker's word"].concat());
    let parts =
        [sized(b"ftyp", b"isom\0\0\0\0isom"), moov, store.clone(), sized(b"mdat", b"pictures")];
    let (copy, exported) = shared(&parts.concat(), "b.mp4", ShareCredentials::Keep, PROMPT);
    assert_eq!((exported.credentials_changed, exported.credentials_removed), (1, 0));
    let blank = sized(b"free", &[0; PROMPT.len()]);
    let moov = sized(b"moov", &[sized(b"trak", &blank), blank].concat());
    let expected =
        [sized(b"ftyp", b"isom\0\0\0\0isom"), moov.clone(), store, sized(b"mdat", b"pictures")];
    assert_eq!(copy, expected.concat());
    let (copy, exported) = shared(&parts.concat(), "b.mp4", ShareCredentials::Remove, PROMPT);
    assert_eq!((exported.credentials_changed, exported.credentials_removed), (0, 1));
    let blank = sized(b"free", &[0; 32]);
    assert_eq!(copy, [expected[0].clone(), moov, blank, sized(b"mdat", b"pictures")].concat());
}

#[test]
fn a_webm_clip_loses_its_tags() {
    let clip = testkit::webm(64, 48);
    for length in [10_usize, 126, 127, 128, 129, 140, 4_000] {
        let words = PROMPT.bytes().cycle().take(length).collect::<Vec<_>>();
        let head = [0x12, 0x54, 0xC3, 0x67, 0x40 | (length >> 8) as u8, length as u8];
        let said = [&clip[..], &head, &words].concat();
        let (copy, _) = shared(&said, "a.webm", ShareCredentials::Keep, PROMPT);
        assert_eq!(copy.len(), said.len(), "{length}");
        assert!(copy.starts_with(&clip) && !holds(&copy, "light"), "{length}");
        // What stands there now is one void element up to the end.
        let mut rest = &copy[clip.len()..];
        let element = crate::library::webm::element(&mut rest);
        assert_eq!(element, Some((0xEC, rest.len() as u64)), "{length}");
    }
}

#[test]
fn an_archive_holds_the_files_as_they_are() {
    let bench = Bench::new();
    let (one, two) = (testkit::png(8, 6), testkit::png(6, 8));
    let items = [print(&bench, "1/Boats.png", &one), print(&bench, "2/boats.png", &two)];
    let order = order(&bench, ExportForm::Zip, &items);
    std::fs::create_dir(&order.to).unwrap();
    let exported = run(&bench, &order).unwrap();
    assert_eq!(there(&order), ["rushes-2026-11-22.zip"]);
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&exported.files[0]).unwrap()).unwrap();
    let mut held = Vec::new();
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).unwrap();
        assert_eq!(entry.compression(), zip::CompressionMethod::Stored);
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        held.push((entry.name().unwrap().into_owned(), bytes));
    }
    let sidecar = format!("{{\"prompt\": \"{PROMPT}\"}}").into_bytes();
    assert_eq!(
        held,
        [
            ("Boats.png".to_owned(), one),
            ("Boats.png.json".to_owned(), sidecar.clone()),
            ("boats-2.png".to_owned(), two),
            ("boats-2.png.json".to_owned(), sidecar),
        ]
    );
    // A second one gets a name of its own; one that was named is not written over.
    assert_eq!(names(&run(&bench, &order).unwrap()), ["rushes-2026-11-22-2.zip"]);
    let named = Order { to: order.to.join("rushes-2026-11-22.zip"), ..order };
    let error = run(&bench, &named).unwrap_err();
    assert_eq!(error.message(), "There is already a file named rushes-2026-11-22.zip.");
}

#[test]
fn a_sheet_shows_every_print() {
    let bench = Bench::new();
    let mut items: Vec<Item> =
        (0..7).map(|at| print(&bench, &format!("{at}.png"), &testkit::png(60 + at, 40))).collect();
    items.push(print(&bench, "clip.webm", &testkit::webm(64, 48)));
    let order = order(&bench, ExportForm::Sheet, &items);
    let named = Order { to: order.to.join("sheet.png"), ..order.clone() };
    let exported = run(&bench, &named).unwrap();
    assert_eq!(exported.skipped, vec![]);
    let bytes = std::fs::read(&exported.files[0]).unwrap();
    let sheet = image::load_from_memory_with_format(&bytes, ImageFormat::Png).unwrap().into_rgb8();
    assert_eq!(sheet.dimensions(), (6 * 408 - 24 + 96, 2 * 472 - 24 + 120));
    // The middle of a half of the first print, and of the last one in the second row, which has no still.
    let at = |x, y| sheet.get_pixel(x, y).0;
    assert_eq!(at(48 + 192 - 15, 72 + 192), [220, 20, 20]);
    assert_eq!(
        (at(48 + 408, 72 + 472), at(48 + 408 + 192, 72 + 472 + 192)),
        ([150, 148, 144], [18, 18, 20])
    );

    let many = Order { items: vec![items[0].clone(); 241], ..order };
    let error = run(&bench, &many).unwrap_err();
    assert_eq!(error.message(), "A contact sheet holds 240 prints at most.");
}

#[test]
fn what_was_stopped_leaves_nothing_half() {
    let bench = Bench::new();
    let items: Vec<Item> =
        (0..3).map(|at| print(&bench, &format!("{at}.png"), &testkit::png(8, 6))).collect();
    for (form, left) in [
        (ExportForm::Originals, vec!["0.png", "0.png.json"]),
        (ExportForm::Share, vec!["152-1-2.png"]),
        (ExportForm::Zip, vec![]),
        (ExportForm::Sheet, vec![]),
    ] {
        let order =
            Order { to: bench.folder().join(format!("{form:?}")), ..order(&bench, form, &items) };
        std::fs::create_dir(&order.to).unwrap();
        let mut steps = Vec::new();
        let exported = bench.library.export(&order, &mut |step| {
            steps.push((step.done, step.of));
            step.done < 1
        });
        assert!(exported.unwrap().stopped, "{form:?}");
        assert_eq!(steps, [(0, 3), (1, 3)], "{form:?}");
        assert_eq!(there(&order), left, "{form:?}");
    }
}

#[test]
fn places_that_are_none_are_refused() {
    let bench = Bench::new();
    let item = print(&bench, "a.png", &testkit::png(8, 6));
    let all = order(&bench, ExportForm::Originals, &[item]);
    for to in [bench.library.root().join("2026"), "relative".into()] {
        let error = run(&bench, &Order { to: to.clone(), ..all.clone() }).unwrap_err();
        assert_eq!(error.message(), format!("{} is no place for exports.", to.display()));
    }
    let error = run(&bench, &Order { items: vec![], ..all.clone() }).unwrap_err();
    assert_eq!(error.message(), "There is nothing to export.");
    let file = bench.file("file", b"x");
    let error = run(&bench, &Order { to: file.join("out"), ..all }).unwrap_err();
    assert_eq!(error.message(), format!("Rushes cannot write to {}.", file.join("out").display()));
    assert_eq!(bench.files(), vec!["a.png".to_owned(), "a.png.json".to_owned()]);
}
