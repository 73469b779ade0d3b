//! The strip SANDBOX, from a bitmap font of its own, so that no picture passes for a model's.

use super::canvas::Canvas;

/// 5 by 7 dots a letter; each byte is a row, the highest of its five bits at the left.
const LETTERS: [[u8; 7]; 7] = [
    [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110], // S
    [0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001], // A
    [0b10001, 0b11001, 0b10101, 0b10011, 0b10001, 0b10001, 0b10001], // N
    [0b11110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b11110], // D
    [0b11110, 0b10001, 0b10001, 0b11110, 0b10001, 0b10001, 0b11110], // B
    [0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110], // O
    [0b10001, 0b01010, 0b00100, 0b00100, 0b00100, 0b01010, 0b10001], // X
];

/// Draws the strip at the bottom left.
pub(super) fn draw(canvas: &mut Canvas) {
    let dot = (canvas.width.min(canvas.height) / 420).max(1);
    let (letter, pad) = (6 * dot, 4 * dot);
    let (w, h) = (letter * LETTERS.len() - dot + 2 * pad, 7 * dot + 2 * pad);
    let (left, top) = (3 * pad, canvas.height - 3 * pad - h);
    for y in 0..h {
        for x in 0..w {
            // Corners are left out: the strip looks rounded.
            if (x < dot || x >= w - dot) && (y < dot || y >= h - dot) {
                continue;
            }
            canvas.blend(left + x, top + y, [10, 10, 10], 120);
        }
    }
    for (i, rows) in LETTERS.iter().enumerate() {
        for (j, row) in rows.iter().enumerate() {
            for k in (0..5).filter(|k| row >> (4 - k) & 1 == 1) {
                for y in 0..dot {
                    for x in 0..dot {
                        canvas.blend(
                            left + pad + i * letter + k * dot + x,
                            top + pad + j * dot + y,
                            [245, 243, 238],
                            225,
                        );
                    }
                }
            }
        }
    }
}
