//! Byte ranges (RFC 9110, section 14), as far as players and browsers ask for them.

/// What a `Range` header asks of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it: no range, several ranges, or one that cannot be read.
    Whole,
    /// These bytes, both ends included.
    Part {
        /// First byte.
        first: u64,
        /// Last byte.
        last: u64,
    },
    /// Nothing that the file has.
    Beyond,
}

/// Reads `bytes=a-b`, `bytes=a-` and `bytes=-n` for a file of `length` bytes.
pub(super) fn parse(header: Option<&str>, length: u64) -> Asked {
    let Some((first, last)) = header.and_then(one_range) else { return Asked::Whole };
    match (first, last) {
        (Some(first), Some(last)) if first > last => Asked::Whole,
        (Some(first), _) if first >= length => Asked::Beyond,
        (Some(first), last) => {
            Asked::Part { first, last: last.map_or(length - 1, |last| last.min(length - 1)) }
        }
        (None, Some(0)) => Asked::Beyond,
        (None, Some(_)) if length == 0 => Asked::Beyond,
        (None, Some(tail)) => Asked::Part { first: length.saturating_sub(tail), last: length - 1 },
        (None, None) => Asked::Whole,
    }
}

fn one_range(header: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (first, last) = header.trim().strip_prefix("bytes=")?.trim().split_once('-')?;
    Some((number(first)?, number(last)?))
}

/// Nothing, or digits only: `parse` would take a sign.
#[allow(clippy::option_option)] // unreadable, absent, a number
fn number(text: &str) -> Option<Option<u64>> {
    if text.is_empty() {
        return Some(None);
    }
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // More digits than a u64 holds is simply very far.
    Some(Some(text.parse().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_single_range_is_read_and_the_rest_gives_the_whole() {
        let part = |first, last| Asked::Part { first, last };
        let table = [
            (None, 10, Asked::Whole),
            (Some("bytes=0-0"), 10, part(0, 0)),
            (Some("bytes=2-5"), 10, part(2, 5)),
            (Some("bytes=2-"), 10, part(2, 9)),
            (Some("bytes=-3"), 10, part(7, 9)),
            (Some("bytes=-30"), 10, part(0, 9)),
            (Some("bytes=2-99999999999999999999999"), 10, part(2, 9)),
            (Some("bytes=10-"), 10, Asked::Beyond),
            (Some("bytes=99999999999999999999999-"), 10, Asked::Beyond),
            (Some("bytes=-0"), 10, Asked::Beyond),
            (Some("bytes=0-"), 0, Asked::Beyond),
            (Some("bytes=-5"), 0, Asked::Beyond),
            (Some("bytes=5-2"), 10, Asked::Whole),
            (Some("bytes=0-1,4-5"), 10, Asked::Whole),
            (Some("bytes=-"), 10, Asked::Whole),
            (Some("bytes=+1-2"), 10, Asked::Whole),
            (Some("bytes=a-b"), 10, Asked::Whole),
            (Some("items=0-1"), 10, Asked::Whole),
            (Some(""), 10, Asked::Whole),
        ];
        for (header, length, asked) in table {
            assert_eq!(parse(header, length), asked, "{header:?} of {length}");
        }
    }
}
