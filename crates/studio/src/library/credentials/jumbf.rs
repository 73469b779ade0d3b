//! JUMBF: boxes with names (ISO/IEC 19566-5). A superbox holds a description and then boxes, which may be
//! superboxes again.

/// Most boxes in one store: real ones have some dozens.
const MOST: usize = 4_096;
/// Deepest nesting: a store, its manifests, their parts, assertions.
const DEPTH: usize = 8;

/// A superbox.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Superbox<'a> {
    /// Its name, e.g. `c2pa.assertions`.
    pub(super) label: String,
    /// The superboxes in it, in order.
    pub(super) children: Vec<Superbox<'a>>,
    /// All that is in it, its description included: what hashes of it are made of.
    pub(super) raw: &'a [u8],
    /// The other boxes in it, by their four letters.
    contents: Vec<(&'a [u8], &'a [u8])>,
}

impl<'a> Superbox<'a> {
    /// Reads the first box, which must be a superbox.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (kind, body, _) = first(bytes)?;
        let mut left = MOST;
        if kind == b"jumb" { Self::inside(body, DEPTH, &mut left) } else { None }
    }

    fn inside(bytes: &'a [u8], depth: usize, left: &mut usize) -> Option<Self> {
        let (kind, description, mut rest) = first(bytes)?;
        if kind != b"jumd" {
            return None;
        }
        let mut made = Self { label: label(description), raw: bytes, ..Self::default() };
        while let Some((kind, body, after)) = first(rest) {
            *left = left.checked_sub(1)?;
            if kind != b"jumb" {
                made.contents.push((kind, body));
            } else if depth > 0 {
                made.children.extend(Self::inside(body, depth - 1, left));
            }
            rest = after;
        }
        Some(made)
    }

    /// The superbox of this name.
    pub(super) fn child(&self, label: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.label == label)
    }

    /// What the first box of this kind holds.
    pub(super) fn content(&self, kind: &[u8]) -> Option<&'a [u8]> {
        self.contents.iter().find(|(name, _)| *name == kind).map(|(_, body)| *body)
    }
}

/// Kind and body of the first box, and what comes behind it.
fn first(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let kind = rest.get(..4)?;
    let (head, length) = match u32::from_be_bytes(*length) {
        0 => (8, bytes.len()),
        1 => (16, usize::try_from(u64::from_be_bytes(bytes.get(8..16)?.try_into().ok()?)).ok()?),
        length => (8, length as usize),
    };
    Some((kind, bytes.get(head..length)?, &bytes[length..]))
}

/// The name in a description: sixteen bytes of type, a byte that says what follows, the name up to a zero.
fn label(description: &[u8]) -> String {
    let named = description.get(16).is_some_and(|flags| flags & 2 != 0);
    let name = description.get(17..).filter(|_| named).unwrap_or_default();
    let end = name.iter().position(|&byte| byte == 0).unwrap_or(name.len());
    String::from_utf8_lossy(&name[..end]).into_owned()
}
