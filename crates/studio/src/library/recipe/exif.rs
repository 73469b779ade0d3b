//! The texts of an EXIF block (CIPA DC-008, TIFF tags).

use exif::{Context, In, Reader, Tag, Value};

/// What stands before the block in a JPEG.
pub(in crate::library) const HEAD: &[u8] = b"Exif\0\0";

/// The texts of one block.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Exif {
    /// User comments, decoded.
    pub(super) comments: Vec<String>,
    /// Tags of plain text.
    pub(super) lines: Vec<String>,
}

/// The block, as far as it can be read.
fn block(bytes: &[u8]) -> Option<exif::Exif> {
    let mut reader = Reader::new();
    // A block whose end was cut off still has its first tags.
    reader.continue_on_error(true);
    reader.read_raw(bytes.to_vec()).or_else(|error| error.distill_partial_result(|_| ())).ok()
}

/// How the picture is to be turned, 1 to 8, where the block says it.
pub(in crate::library) fn orientation(bytes: &[u8]) -> Option<u16> {
    let block = block(bytes)?;
    let turned = block.get_field(Tag::Orientation, In::PRIMARY)?.value.get_uint(0)?;
    u16::try_from(turned).ok().filter(|turned| (1..=8).contains(turned))
}

/// A block that says nothing but how the picture is to be turned.
pub(in crate::library) fn turned(orientation: u16) -> Vec<u8> {
    let [high, low] = orientation.to_be_bytes();
    let tag = [0x01, 0x12, 0, 3, 0, 0, 0, 1, high, low, 0, 0];
    [b"MM\0*\0\0\0\x08\0\x01".as_slice(), &tag, &[0; 4]].concat()
}

/// Reads the texts of a block; nothing of one that is damaged.
pub(super) fn read(bytes: &[u8]) -> Exif {
    let mut texts = Exif::default();
    let Some(block) = block(bytes) else { return texts };
    for field in block.fields() {
        match &field.value {
            Value::Undefined(bytes, _) if field.tag == Tag::UserComment => {
                texts.comments.push(comment(bytes, block.little_endian()));
            }
            Value::Ascii(parts) if field.tag.context() == Context::Tiff => {
                let joined = parts.join(&0);
                let text = String::from_utf8_lossy(&joined);
                texts.lines.push(text.trim_end_matches('\0').to_owned());
            }
            _ => {}
        }
    }
    texts
}

/// A comment begins with eight letters that name its encoding.
fn comment(bytes: &[u8], little: bool) -> String {
    let text = match bytes.split_first_chunk::<8>() {
        Some((b"UNICODE\0", text)) => utf16(text, little),
        Some((b"ASCII\0\0\0" | b"JIS\0\0\0\0\0" | [0, 0, 0, 0, 0, 0, 0, 0], text)) => {
            String::from_utf8_lossy(text).into_owned()
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    text.trim_end_matches('\0').to_owned()
}

/// The standard leaves the byte order open: some writers take that of the block, some always take big
/// endian. Words have far more zeros in their high bytes than in their low ones.
fn utf16(bytes: &[u8], little: bool) -> String {
    let zeros = |odd: usize| bytes.iter().skip(odd).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let little = match bytes {
        [0xFF, 0xFE, ..] => true,
        [0xFE, 0xFF, ..] => false,
        _ if even == odd => little,
        _ => odd > even,
    };
    let units = bytes.chunks_exact(2).map(|pair| match (pair, little) {
        ([a, b], true) => u16::from_le_bytes([*a, *b]),
        ([a, b], false) => u16::from_be_bytes([*a, *b]),
        _ => 0,
    });
    let text: String =
        char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    text.trim_start_matches('\u{feff}').to_owned()
}
