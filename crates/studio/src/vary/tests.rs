#![allow(clippy::unwrap_used)] // a test stops at the first surprise

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn lists(of: &[(&str, &str)]) -> Lists {
    of.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn all(text: &str) -> Vec<String> {
    all_with(text, &Lists::new())
}

fn all_with(text: &str, lists: &Lists) -> Vec<String> {
    let template = read(text, lists).unwrap();
    (0..template.ways()).map(|n| template.nth(n)).collect()
}

fn fault(text: &str, lists: &Lists) -> (usize, String) {
    let fault = read(text, lists).unwrap_err();
    (fault.at, fault.message)
}

#[test]
fn alternatives_stand_for_each_of_their_options() {
    assert_eq!(all("a {dawn|dusk} sea"), ["a dawn sea", "a dusk sea"]);
    assert_eq!(all("{a|b} {c|d}"), ["a c", "a d", "b c", "b d"]);
    assert_eq!(all("{a|{b|c} d}"), ["a", "b d", "c d"]);
    assert_eq!(all("a {very |}bright sky"), ["a very bright sky", "a bright sky"]);
    assert_eq!(all("{2::dawn| 0.5::dusk}"), ["dawn", "dusk"]);
    assert_eq!(all("{ratio 16::9|b}"), ["ratio 16::9", "b"]);
}

#[test]
fn what_is_no_word_of_the_language_stays_to_the_letter() {
    for plain in [
        "",
        "hills",
        r#"{"a": {"b": "c\n"}}"#,
        "a } b { c",
        r"C:\\d",
        "snake__case",
        "__",
        "a | b",
        "_____",
    ] {
        assert_eq!(all(plain), [plain]);
    }
    assert_eq!(all(r"\{dawn\|dusk\}"), ["{dawn|dusk}"]);
    assert_eq!(all(r"\__name__ {a|b}"), ["__name__ a", "__name__ b"]);
    assert_eq!(all(r"{a\|b|c\}}"), ["a|b", "c}"]);
    assert_eq!(all(r"{2\::a|b}"), ["2::a", "b"]);
}

#[test]
fn what_is_not_closed_or_no_weight_is_said_with_its_place() {
    let none = Lists::new();
    let (at, said) = fault("a {dawn|dusk", &none);
    assert_eq!((at, said.starts_with("These alternatives are not closed.")), (2, true));
    let (at, said) = fault("a {0::dawn|dusk}", &none);
    assert_eq!((at, said.starts_with("“0” is no weight.")), (3, true));
    assert!(fault("{1.2.3::a|b}", &none).1.contains("1.2.3"));
    let deep = format!("{}{}", "{a|".repeat(40), "}".repeat(40));
    assert!(fault(&deep, &none).1.contains("too many alternatives"));
}

#[test]
fn a_list_gives_its_lines() {
    let known = lists(&[
        ("time", "\u{feff}# when\ndawn\r\n\n  dusk \n\\# is a sign\n"),
        ("sky", "3::clear\n{stormy|grey} __time__"),
    ]);
    assert_eq!(all_with("__time__", &known), ["dawn", "dusk", "# is a sign"]);
    let skies = all_with("a __sky__", &known);
    assert_eq!(skies.len(), 7);
    assert_eq!((skies[0].as_str(), skies[6].as_str()), ("a clear", "a grey # is a sign"));
    let template = read("__sky__ and {a|b}", &known).unwrap();
    let titles: Vec<&str> = template.choices().map(|choice| choice.title.as_str()).collect();
    assert_eq!(titles, ["sky", "a|b"]);
}

#[test]
fn a_list_that_cannot_be_read_is_named() {
    let known = lists(&[
        ("a", "__b__"),
        ("b", "one\n__a__"),
        ("empty", "# nothing yet"),
        ("odd", "fine\n{x|y"),
    ]);
    assert_eq!(fault("at __sea__", &known).0, 3);
    assert!(fault("__sea__", &known).1.starts_with("There is no list “sea”."));
    assert!(fault("__a__", &known).1.contains("leads back to itself"));
    assert!(fault("__empty__", &known).1.contains("is empty"));
    assert!(fault("__odd__", &known).1.starts_with("List “odd”, line 2: "));
}

#[test]
fn what_would_grow_without_end_is_counted_and_refused() {
    let mut known = BTreeMap::from([("l0".to_owned(), "a sky\n".repeat(50))]);
    for n in 1..8 {
        known.insert(format!("l{n}"), format!("{}\n", format!("__l{}__ ", n - 1).repeat(20)));
    }
    assert!(fault("__l7__", &known).1.contains("too long"));
    assert_eq!(read(&"{a|b}".repeat(200), &Lists::new()).unwrap().ways(), u64::MAX);
}

#[test]
fn chance_goes_by_the_weights() {
    let template = read("{3::dawn|dusk}", &Lists::new()).unwrap();
    let fall = |at: f64| template.draw(&mut || at);
    assert_eq!([fall(0.0), fall(0.74), fall(0.76), fall(1.0)], ["dawn", "dawn", "dusk", "dusk"]);
}

#[test]
fn numbers_are_written_one_by_one_or_as_a_range() {
    let whole = |text: &str| values(text, true, None).unwrap();
    assert_eq!(whole("4:6:8"), [json!(4), json!(6), json!(8)]);
    assert_eq!(whole("4..8:2"), [json!(4), json!(6), json!(8)]);
    assert_eq!(whole("4..6"), [json!(4), json!(5), json!(6)]);
    assert_eq!(whole("6..4"), [json!(6), json!(5), json!(4)]);
    assert_eq!(whole("4:4:5"), [json!(4), json!(5)]);
    assert_eq!(values("4..8", true, Some(4.0)).unwrap(), [json!(4), json!(8)]);
    let parts = values("0.1..0.3", false, None).unwrap();
    assert_eq!(parts, [json!(0.1), json!(0.2), json!(0.3)]);
    assert_eq!(values("-1..1:0.5", false, None).unwrap().len(), 5);
    for wrong in ["4:", "", "a", "4..", "4..8:0", "1..1000", "4.5:5", "1e3", "4..8:-2"] {
        assert!(values(wrong, true, None).is_err(), "{wrong}");
    }
}

#[test]
fn cells_are_every_combination() {
    assert_eq!(cells(&[]), [Vec::<u32>::new()]);
    assert_eq!(cells(&[2, 3]).len(), 6);
    assert_eq!(cells(&[2, 2]), [[0, 0], [0, 1], [1, 0], [1, 1]]);
    assert_eq!((count([3, 2]), count([]), count([u64::MAX, 2])), (6, 1, u64::MAX));
}

proptest! {
    #[test]
    fn nothing_that_is_written_breaks_the_reader(text in r"[{}|\\_:#0-9.a-c \n漢é]{0,60}") {
        let known = lists(&[("a", "x\ny"), ("b", "{1|2} __a__")]);
        match read(&text, &known) {
            Ok(template) => {
                prop_assert!(template.ways() >= 1);
                let _ = (template.nth(0), template.nth(template.ways() - 1), template.nth(u64::MAX));
                let drawn = template.draw(&mut || 0.5);
                prop_assert!(drawn.len() <= 200_000);
            }
            Err(fault) => prop_assert!(text.is_char_boundary(fault.at) && !fault.message.is_empty()),
        }
    }

    #[test]
    fn options_that_differ_make_as_many_readings(counts in prop::collection::vec(2_usize..5, 1..4)) {
        let groups: Vec<String> = counts
            .iter()
            .enumerate()
            .map(|(g, n)| {
                let options: Vec<String> = (0..*n).map(|o| format!("g{g}o{o}")).collect();
                format!("{{{}}}", options.join("|"))
            })
            .collect();
        let mut made = all(&groups.join(" "));
        let expected: usize = counts.iter().product();
        prop_assert_eq!(made.len(), expected);
        made.sort();
        made.dedup();
        prop_assert_eq!(made.len(), expected);
    }

    #[test]
    fn what_is_drawn_is_one_of_them(dice in prop::collection::vec(0.0_f64..1.0, 8)) {
        let template = read("{a|{b|2::c}} {d|} __e__", &lists(&[("e", "1\n{2|3}")])).unwrap();
        let possible: Vec<String> = (0..template.ways()).map(|n| template.nth(n)).collect();
        let mut falls = dice.into_iter().cycle();
        let drawn = template.draw(&mut || falls.next().unwrap());
        prop_assert!(possible.contains(&drawn), "{}", drawn);
    }

    #[test]
    fn escaped_words_come_back_as_they_were(text in r"[{}|_a-c ]{0,30}") {
        let escaped: String = text
            .chars()
            .flat_map(|c| if "{}|_".contains(c) { vec!['\\', c] } else { vec![c] })
            .collect();
        prop_assert_eq!(all(&escaped), vec![text]);
    }

    #[test]
    fn no_range_breaks_or_runs_away(text in r"[0-9.:\-]{0,24}", whole: bool) {
        if let Ok(found) = values(&text, whole, None) {
            prop_assert!((1..=256).contains(&found.len()));
            prop_assert!(found.iter().all(Value::is_number));
        }
    }
}
