//! The letters that words on a sheet are drawn with.

use std::collections::HashMap;

use ab_glyph::{Font, FontRef, FontVec, OutlinedGlyph, PxScale, ScaleFont, point};
use fontdb::{Database, ID};

use crate::{Unreadable, unreadable};

/// Geist Mono, latin, under the SIL Open Font License (`assets/fonts/OFL.txt`).
const FONT: &[u8] = include_bytes!("../../../assets/fonts/GeistMono-Regular.ttf");
/// Looked in first for what Geist Mono lacks: what systems draw Japanese with. Then all others, in their order.
const FIRST: [&str; 7] = [
    "Noto Sans CJK JP",
    "Noto Sans JP",
    "Hiragino Sans",
    "Yu Gothic UI",
    "Yu Gothic",
    "Meiryo",
    "IPAexGothic",
];

/// Our own font, and the system's for letters that it does not have.
#[derive(Debug)]
pub(crate) struct Letters {
    own: FontRef<'static>,
    /// Read when a letter is first missed.
    system: Option<System>,
}

#[derive(Debug)]
struct System {
    known: Database,
    order: Vec<ID>,
    fonts: HashMap<ID, FontVec>,
    /// Which font has a letter; None where none has.
    found: HashMap<char, Option<ID>>,
}

impl Letters {
    pub(crate) fn new() -> Result<Self, Unreadable> {
        Ok(Self { own: FontRef::try_from_slice(FONT).map_err(unreadable)?, system: None })
    }

    /// How far a letter of this height takes the next one to the right, in pixels.
    pub(crate) fn advance(&mut self, letter: char, height: u32) -> f32 {
        let scale = PxScale::from(height as f32);
        match self.elsewhere(letter) {
            Some(font) => font.as_scaled(scale).h_advance(font.glyph_id(letter)),
            None => self.own.as_scaled(scale).h_advance(self.own.glyph_id('0')),
        }
        .max(1.0)
    }

    /// The letter's shape with its left edge and the line's upper edge here; None where there is nothing to draw.
    pub(crate) fn shape(
        &mut self,
        letter: char,
        height: u32,
        left: f32,
        top: f32,
    ) -> Option<OutlinedGlyph> {
        let scale = PxScale::from(height as f32);
        // All stand on the line of our own font.
        let at = point(left, top + self.own.as_scaled(scale).ascent());
        match self.elsewhere(letter) {
            Some(font) => {
                font.outline_glyph(font.glyph_id(letter).with_scale_and_position(scale, at))
            }
            None => {
                self.own.outline_glyph(self.own.glyph_id(letter).with_scale_and_position(scale, at))
            }
        }
    }

    /// The font of the system that has a letter which ours lacks.
    fn elsewhere(&mut self, letter: char) -> Option<&FontVec> {
        if self.own.glyph_id(letter).0 != 0 || letter.is_whitespace() {
            return None;
        }
        self.system.get_or_insert_with(System::read).having(letter)
    }
}

impl System {
    fn read() -> Self {
        let mut known = Database::new();
        known.load_system_fonts();
        let rank = |families: &[(String, fontdb::Language)]| {
            FIRST
                .iter()
                .position(|first| families.iter().any(|(name, _)| name == first))
                .unwrap_or(FIRST.len())
        };
        let mut order: Vec<_> = known
            .faces()
            .map(|face| (rank(&face.families), face.weight.0.abs_diff(400), face.id))
            .collect();
        order.sort_by_key(|(rank, weight, _)| (*rank, *weight));
        let order = order.into_iter().map(|(.., id)| id).collect();
        Self { known, order, fonts: HashMap::new(), found: HashMap::new() }
    }

    fn having(&mut self, letter: char) -> Option<&FontVec> {
        if !self.found.contains_key(&letter) {
            let id = self.order.iter().copied().find(|id| self.has(*id, letter));
            self.found.insert(letter, id);
        }
        let id = self.found.get(&letter).copied().flatten()?;
        if !self.fonts.contains_key(&id) {
            let font = self.known.with_face_data(id, |bytes, index| {
                FontVec::try_from_vec_and_index(bytes.to_vec(), index).ok()
            })??;
            self.fonts.insert(id, font);
        }
        self.fonts.get(&id)
    }

    /// Looks without keeping: a system has hundreds of fonts, and some are tens of megabytes.
    fn has(&self, id: ID, letter: char) -> bool {
        let glyph = self.known.with_face_data(id, |bytes, index| {
            FontRef::try_from_slice_and_index(bytes, index)
                .is_ok_and(|font| font.glyph_id(letter).0 != 0)
        });
        glyph.unwrap_or(false)
    }
}
