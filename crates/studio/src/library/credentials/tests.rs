#![allow(clippy::unwrap_used)] // a test stops at the first surprise

use proptest::prelude::*;

use super::*;
use crate::library::testkit::Bench;

/// Files that the reference implementation signed; see `fixtures/credentials/make.py`.
const PNG: &[u8] = include_bytes!("../../../fixtures/credentials/signed.png");
const JPEG: &[u8] = include_bytes!("../../../fixtures/credentials/signed.jpg");
const WEBP: &[u8] = include_bytes!("../../../fixtures/credentials/signed.webp");

fn expected() -> Credentials {
    Credentials {
        generator: "Lighthouse Image API 2.1".into(),
        title: Some("a lighthouse".into()),
        signer: Some(Signer {
            name: "Lighthouse Renders GmbH".into(),
            unit: Some("Lighthouse Image API".into()),
            issuer: "Lighthouse Renders GmbH".into(),
            expires_at: 2_082_585_600_000, // 2035-12-30, ten years of 365 days after 2026 began
        }),
        actions: vec![Action {
            action: "c2pa.created".into(),
            when: Some("2026-11-22T09:42:30Z".into()),
            agent: Some("lamp-1 1.0".into()),
            source: Some("trainedAlgorithmicMedia".into()),
        }],
        signature: Signature::Fits,
        content: Content::Unchanged,
        manifests: 1,
    }
}

#[test]
fn what_the_reference_implementation_wrote_is_read() {
    for (name, file) in [("PNG", PNG), ("JPEG", JPEG), ("WebP", WEBP)] {
        assert_eq!(read(file), Some(expected()), "{name}");
    }
}

#[test]
fn a_changed_byte_is_told() {
    for (name, file) in [("PNG", PNG), ("JPEG", JPEG), ("WebP", WEBP)] {
        let mut changed = file.to_vec();
        let last = changed.len() - 1;
        changed[last] ^= 1;
        let content = read(&changed).map(|read| read.content);
        assert_eq!(content, Some(Content::Changed), "{name}");
    }
}

#[test]
fn a_changed_word_breaks_the_signature() {
    let last =
        |needle: &[u8]| PNG.windows(needle.len()).rposition(|window| window == needle).unwrap();
    let signature = last(b"caBX") + 4 + place::store(PNG).unwrap().len() - 1;
    // In an assertion, in the claim, in the signature.
    for at in [last(b"lamp-1"), last(b"a lighthouse"), signature] {
        let mut changed = PNG.to_vec();
        changed[at] ^= 1;
        assert_eq!(read(&changed).map(|read| read.signature), Some(Signature::Broken), "{at}");
    }
    let mut changed = PNG.to_vec();
    changed[last(b"lamp-1")] ^= 1;
    let broken = read(&changed).unwrap();
    assert_eq!(
        (broken.signature, broken.actions[0].agent.as_deref()),
        (Signature::Broken, Some("mamp-1 1.0"))
    );
}

#[test]
fn an_assertion_that_the_claim_does_not_name_breaks_it() {
    let store = place::store(PNG).unwrap();
    let whole = Superbox::read(&store).unwrap();
    let manifest = whole.children.last().unwrap();
    let claim = manifest.children.iter().find(|part| part.label.starts_with("c2pa.claim")).unwrap();
    let bytes = claim.content(b"cbor").unwrap();
    let cose = manifest.child("c2pa.signature").unwrap().content(b"cbor").unwrap();
    let cose = Cose::read(&cbor(cose).unwrap()).unwrap();
    let said = cbor(bytes).unwrap();
    let check = |cose: &Cose, store: &[u8]| {
        let whole = Superbox::read(store).unwrap();
        signature::check(cose, bytes, &said, whole.children[0].child("c2pa.assertions"))
    };
    assert_eq!(check(&cose, &store), Signature::Fits);
    // One more of them, in all the boxes around it.
    let at = store.windows(15).position(|window| window == b"c2pa.assertions").unwrap();
    let assertions = at - 33;
    let length = u32::from_be_bytes(store[assertions..assertions + 4].try_into().unwrap()) as usize;
    let description = [&[0; 16][..], &[3], b"c2pa.actions.v2\0"].concat();
    let sized = |kind: &[u8], body: &[u8]| {
        [&((body.len() + 8) as u32).to_be_bytes()[..], kind, body].concat()
    };
    let more = sized(b"jumb", &sized(b"jumd", &description));
    let end = assertions + length;
    let mut longer = [&store[..end], &more, &store[end..]].concat();
    let manifest =
        store.windows(4).enumerate().filter(|(_, window)| *window == b"jumb").nth(1).unwrap().0 - 4;
    for around in [0, manifest, assertions] {
        let length = u32::from_be_bytes(longer[around..around + 4].try_into().unwrap());
        longer[around..around + 4].copy_from_slice(&(length + more.len() as u32).to_be_bytes());
    }
    assert_eq!(check(&cose, &longer), Signature::Broken);
    // A payload that is not the claim.
    let other = Cose { payload: Some(b"other".to_vec()), ..cose };
    assert_eq!(check(&other, &store), Signature::Broken);
    assert_eq!(check(&Cose { algorithm: -36, ..other }, &store), Signature::NotChecked);
}

#[test]
fn a_clip_is_read_by_its_box() {
    let store = place::store(PNG).unwrap();
    let body = [&BMFF[..], &[0; 4], b"manifest\0", &[0; 8], &store].concat();
    let sized = |kind: &[u8], body: &[u8]| {
        [&((body.len() + 8) as u32).to_be_bytes()[..], kind, body].concat()
    };
    let clip =
        [sized(b"ftyp", b"isom\0\0\0\0isom"), sized(b"uuid", &body), sized(b"mdat", b"x")].concat();
    let bench = Bench::new();
    let read = read_file(&bench.file("a.mp4", &clip)).unwrap();
    assert_eq!(read, Some(Credentials { content: Content::NotChecked, ..expected() }));
    assert_eq!(read_file(&bench.file("a.jpg", JPEG)).unwrap(), Some(expected()));
}

#[test]
fn nothing_is_made_up() {
    for file in
        [b"".as_slice(), b"\x89PNG\r\n\x1a\n", &PNG[..200], b"\xff\xd8\xff\xeb\0\x04JP\xff\xd9"]
    {
        assert_eq!(read(file), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_makes_the_reader_fall(
        which in 0_usize..3,
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..16),
    ) {
        let mut file = [PNG, JPEG, WEBP][which].to_vec();
        for (at, byte) in cuts {
            // Most of a file is its thumbnail; the heads are what can go wrong.
            let at = at.index(file.len().min(4_000));
            file[at] = byte;
        }
        crate::library::probe_words(&file);
    }
}
