//! Words as they are compared: without case, without accents, the same in every width.
//!
//! Scripts that put no spaces between words are taken apart into single characters, so that a word
//! of one or two of them is found too; a longer one is found as a row of them.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// A text without case, accents and differences of width.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let apart = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let bare: String =
        apart.chars().filter(|c| !is_accent(*c)).flat_map(char::to_lowercase).collect();
    // Syllables and voiced sounds that were taken apart are put together again.
    ComposingNormalizerBorrowed::new_nfc().normalize(&bare).into_owned()
}

/// A name as it is compared: folded, with single spaces.
pub fn key(name: &str) -> String {
    fold(name).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a text, in order.
pub fn tokens(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    for c in fold(text).chars() {
        if !stands_alone(c) && is_of_a_word(c) {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            found.push(std::mem::take(&mut word));
        }
        if stands_alone(c) {
            found.push(c.to_string());
        }
    }
    if !word.is_empty() {
        found.push(word);
    }
    found
}

/// Whether a character is a word by itself: of a script without spaces, or a picture.
pub(super) fn stands_alone(c: char) -> bool {
    matches!(u32::from(c),
        0x0E01..=0x0E3A | 0x0E40..=0x0E5B // Thai
        | 0x0E80..=0x0EFF // Lao
        | 0x1000..=0x109F // Myanmar
        | 0x1100..=0x11FF | 0x3130..=0x318F | 0xAC00..=0xD7FF // Korean: particles cling to words
        | 0x1780..=0x17FF // Khmer
        | 0x3005..=0x3007 | 0x3021..=0x3029 | 0x3031..=0x3035
        | 0x3041..=0x3096 | 0x309D..=0x309F | 0x30A1..=0x30FA | 0x30FC..=0x30FF // Kana
        | 0x3100..=0x312F | 0x31A0..=0x31BF | 0x31F0..=0x31FF
        | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF // Han
        | 0x2_0000..=0x3_FFFF
        | 0x2600..=0x27BF | 0x1_F000..=0x1_FAFF) // pictures and signs
}

fn is_of_a_word(c: char) -> bool {
    // Signs of the scripts of India join letters and are none themselves.
    let joins = matches!(u32::from(c), 0x0900..=0x0963 | 0x0966..=0x0DFF | 0x0F18..=0x0FBC);
    c.is_alphanumeric() || joins
}

/// Marks that are left away; those that make another letter of it stay.
fn is_accent(c: char) -> bool {
    matches!(u32::from(c),
        0x0300..=0x036F | 0x0483..=0x0487 | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF
        | 0xFE20..=0xFE2F
        | 0x0591..=0x05BD | 0x05BF | 0x05C1..=0x05C2 | 0x05C4..=0x05C5 | 0x05C7 // Hebrew points
        | 0x0610..=0x061A | 0x064B..=0x065F | 0x0670) // Arabic vowels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_width_do_not_matter() {
        assert_eq!(
            fold("Crème Brûlée ﬁn ＡＢＣ İstanbul Ångström"),
            "creme brulee fin abc istanbul angstrom"
        );
        assert_eq!(fold("が ｶﾞ 한국 Ёлка"), "が ガ 한국 елка");
        assert_eq!(key("  Golden   HOUR "), "golden hour");
    }

    #[test]
    fn scripts_without_spaces_are_taken_apart() {
        assert_eq!(tokens("Low-light, 35mm"), ["low", "light", "35mm"]);
        assert_eq!(tokens("夜景の写真SDXL"), ["夜", "景", "の", "写", "真", "sdxl"]);
        assert_eq!(tokens("ラーメン🍜"), ["ラ", "ー", "メ", "ン", "🍜"]);
        assert_eq!(tokens("हिन्दी में"), ["हिन्दी", "में"]);
        assert_eq!(tokens(" *()'\"-: "), Vec::<String>::new());
    }
}
