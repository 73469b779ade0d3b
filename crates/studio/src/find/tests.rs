#![allow(clippy::unwrap_used)]
use proptest::prelude::*;
use rushes_providers::schema::MediaKind;

use super::*;

fn parts(text: &str) -> Vec<(bool, What)> {
    let query = read(text).query().unwrap();
    query.parts.into_iter().map(|part| (part.negated, part.what)).collect()
}

fn fault(text: &str) -> String {
    let fault = read(text).query().unwrap_err();
    format!("{} {}", fault.message, fault.hint)
}

fn words(tokens: &[&str], open: bool) -> What {
    What::Words(Words { tokens: tokens.iter().map(ToString::to_string).collect(), open })
}

#[test]
fn words_phrases_and_filters_are_told_apart() {
    let model = What::Filter(Filter::Model(vec!["seedream 4".into(), "flux".into()]));
    let stars = What::Filter(Filter::Rating(vec![Bound { cmp: Cmp::Least, value: 3 }]));
    assert_eq!(
        parts(r#"night "Low Light" -blur model:"Seedream 4",flux -RATING:>=3 夜景 16:9"#),
        vec![
            (false, words(&["night"], true)),
            (false, words(&["low", "light"], false)),
            (true, words(&["blur"], true)),
            (false, model),
            (true, stars),
            (false, words(&["夜", "景"], false)),
            (false, words(&["16", "9"], true)),
        ]
    );
    let tag = What::Filter(Filter::Tag(vec!["golden hour".into()]));
    assert_eq!(parts("tag：“Golden  Hour”"), [(false, tag)]);
    assert_eq!(parts("\"half of a phr"), [(false, words(&["half", "of", "a", "phr"], true))]);
    assert_eq!(parts(" - ! -- \"\" note: "), [(false, words(&["note"], true))]);
    let kinds = What::Filter(Filter::Type(vec![MediaKind::Image, MediaKind::Video]));
    assert_eq!(parts("type:image,,clip"), [(false, kinds)]);
}

#[test]
fn what_cannot_be_read_is_named_with_what_would_do() {
    assert!(fault("colour:red").starts_with("There is no filter “colour”. Use one of model, "));
    assert_eq!(
        fault("night rating:"),
        "“rating:” wants a value. Try rating:4 or rating:>=3, with 0 to 5 stars."
    );
    assert_eq!(
        fault("rating:6"),
        "“rating:” can't read “6”. Try rating:4 or rating:>=3, with 0 to 5 stars."
    );
    assert_eq!(
        fault("has:refs,wings"),
        "“has:” can't read “wings”. Try has:refs, has:note or has:tags."
    );
    for none in ["seed:x", "shot:-1", "cost:>", "date:soon", "size:big", "is:good", "licence:gpl"] {
        assert!(fault(none).contains("can't read"), "{none}");
    }
}

#[test]
fn chips_tell_their_places_as_a_window_counts() {
    let told = read("🌅 -tag:夜景 dusk is:circled foo:x").told();
    assert_eq!(told.words, "🌅 dusk");
    let chips: Vec<(&str, u32, u32, bool)> =
        told.chips.iter().map(|c| (c.text.as_str(), c.from, c.to, c.known)).collect();
    assert_eq!(
        chips,
        [("-tag:夜景", 3, 10, true), ("is:circled", 16, 26, true), ("foo:x", 27, 32, false)]
    );
    let says: Vec<&str> = told.chips.iter().map(|c| c.says.as_str()).collect();
    assert_eq!(says[..2], ["not tag 夜景", "picks"]);
    let more = read("rating:>=3 date:2026-10..2026-11 type:image,video").told();
    let says: Vec<&str> = more.chips.iter().map(|c| c.says.as_str()).collect();
    assert_eq!(says, ["rating at least 3", "saved 2026-10 to 2026-11", "pictures or clips"]);
}

#[test]
fn the_trash_is_seen_only_where_it_is_spoken_of() {
    assert!(!read("night is:circled").query().unwrap().sees_trash());
    assert!(read("-is:trashed").query().unwrap().sees_trash());
    assert!(read("is:circled,trashed").query().unwrap().sees_trash());
}

fn offered(text: &str, at: u32, known: &[&str]) -> (u32, u32, Vec<String>) {
    let known: Vec<Value> =
        known.iter().map(|text| Value { text: (*text).into(), count: Some(1) }).collect();
    let offers = offers(&place(text, at), &known);
    let texts = offers.offers.into_iter().map(|offer| offer.text).collect();
    (offers.from, offers.to, texts)
}

#[test]
fn a_query_goes_on_where_the_caret_stands() {
    let names = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(offered("night mo", 8, &[]), (6, 8, names(&["model:"])));
    assert_eq!(offered("-s", 2, &[]).2, ["size:", "seed:", "shot:"]);
    assert_eq!(offered("", 0, &[]).2.len(), 12);
    let known = ["Seedream 4", "FLUX.2", "Nano Séed"];
    assert_eq!(
        offered("model:seed x", 10, &known),
        (6, 10, names(&["\"Seedream 4\"", "\"Nano Séed\""]))
    );
    assert_eq!(offered("model:flux,s", 12, &known).0, 11);
    assert_eq!(offered("🌅 tag:\"no", 10, &["noir"]), (7, 10, names(&["noir"])));
    assert_eq!(offered("is:c", 4, &[]).2, ["circled"]);
    assert_eq!(offered("is:c", 1, &[]), (0, 3, names(&["is:", "in:"])));
    assert_eq!(offered("\"low li", 7, &[]).2, Vec::<String>::new());
    assert_eq!(offered("foo:b", 5, &["bar"]).2, Vec::<String>::new());
}

/// What people type, and what they could.
fn typed() -> impl Strategy<Value = String> {
    let bits = prop_oneof![
        Just("model:".to_owned()),
        Just("date:".to_owned()),
        Just("size:>=".to_owned()),
        Just("-".to_owned()),
        Just("\"".to_owned()),
        Just("”".to_owned()),
        Just(",".to_owned()),
        Just("..".to_owned()),
        Just("rating:<=".to_owned()),
        Just(" ".to_owned()),
        Just("夜".to_owned()),
        Just("e\u{301}".to_owned()),
        "[a-z0-9:.*()'-]{0,6}",
        any::<String>(),
    ];
    proptest::collection::vec(bits, 0..12).prop_map(|bits| bits.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn reading_never_fails_and_chips_stay_inside(text in typed(), at in 0_u32..40) {
        let units: Vec<u16> = text.encode_utf16().collect();
        let reading = read(&text);
        let told = reading.told();
        let mut before = 0;
        for chip in &told.chips {
            prop_assert!(before <= chip.from && chip.from < chip.to);
            let inside = units.get(chip.from as usize..chip.to as usize);
            prop_assert_eq!(inside.map(String::from_utf16_lossy), Some(chip.text.clone()));
            before = chip.to;
        }
        prop_assert_eq!(reading.query().is_ok(), told.chips.iter().all(|chip| chip.known));
        let place = place(&text, at);
        prop_assert!(place.from <= place.to && place.to as usize <= units.len());
        offers(&place, &[Value { text: "a \"b".into(), count: None }]);
    }

    #[test]
    fn tokens_are_letters_and_nothing_that_a_search_could_take_for_its_own(text in typed()) {
        for token in fold::tokens(&text) {
            prop_assert!(!token.is_empty());
            prop_assert!(!token.contains(|c: char| {
                c.is_whitespace() || (c.is_ascii() && !c.is_ascii_lowercase() && !c.is_ascii_digit())
            }), "{token:?}");
        }
    }
}
