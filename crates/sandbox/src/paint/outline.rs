//! Outlines that stand on the ground: trees and houses.

use super::noise::{Draw, waves};
use super::ridge::Site;

/// Where a house's walls and its roof are, in pixels.
#[derive(Clone, Copy)]
pub(super) struct Roof {
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) top: f32,
}

/// What stands on a roof: up to which share of the half width, and how high (shares of the scale).
const SHAPES: [&[(f32, f32)]; 6] = [
    &[(0.55, 0.028)],
    &[(0.3, 0.05), (0.62, 0.022)],
    &[(0.07, 0.075), (0.4, 0.012)],
    &[(0.78, 0.010)],
    &[],
    &[],
];

/// Conifers on a ground line, in groups: a big one, its young, and a gap.
pub(super) fn plant(ground: &[f32], tall: f32, draw: &mut Draw) -> Vec<f32> {
    let groups = draw.bits();
    // Undergrowth closes the gaps at the foot.
    let bush = |column: usize| {
        tall * (0.15 + 0.05 * waves(column as f32 / (tall * 0.16), 2, 0.6, groups ^ 1))
    };
    let mut heights: Vec<f32> =
        ground.iter().enumerate().map(|(column, g)| g - bush(column)).collect();
    let mut at = -tall;
    while at < ground.len() as f32 + tall {
        let crowd = 0.5 + 0.5 * waves(at / (tall * 3.1), 2, 0.5, groups);
        let high = tall * (0.38 + 0.62 * crowd) * draw.between(0.55, 1.15);
        let half = high * draw.between(0.125, 0.175);
        let foot = ground[(at.max(0.0) as usize).min(ground.len() - 1)] + 0.10 * high;
        let tiers = draw.between(7.0, 11.0);
        let (from, to) = (
            (at - half).floor().max(0.0) as usize,
            ((at + half).ceil().max(0.0) as usize).min(ground.len()),
        );
        for (column, height) in heights.iter_mut().enumerate().take(to).skip(from) {
            let off = ((column as f32 + 0.5 - at) / half).abs().min(1.0);
            // Branches: a slender tip, then steps that droop.
            let step = (off.powf(0.8) * tiers).fract();
            let outline = 1.0 - off.powf(0.78) + 0.8 / tiers * (0.5 - step) * (0.25 + off);
            *height = height.min(foot - high * outline.max(0.0));
        }
        at += half * draw.between(0.5, 1.5) * (1.35 - 0.6 * crowd);
    }
    heights
}

/// A row of houses: outlines, the lot of each column, and the roofs.
pub(super) fn build(
    columns: usize,
    site: &Site,
    draw: &mut Draw,
) -> (Vec<f32>, Vec<u16>, Vec<Roof>) {
    let s = site.scale;
    let mut heights = vec![site.level; columns];
    let mut lots = vec![0_u16; columns];
    let mut roofs = Vec::new();
    let salt = draw.bits();
    let mut left = 0.0_f32;
    while left < columns as f32 {
        let wide = s * draw.between(0.028, 0.062) * (0.65 + 0.75 * site.depth);
        // Tall houses stand together: the skyline has a middle.
        let crowd = 0.5 + 0.5 * waves(left / s * 1.1, 2, 0.5, salt);
        let high = s
            * (0.04 + 0.34 * crowd * crowd)
            * draw.between(0.45, 1.1)
            * (1.08 - 0.30 * site.depth);
        let right = (left + wide).round();
        let top = (site.level - high).round();
        let shape = SHAPES[(draw.bits() % 6) as usize];
        let middle = left + (right - left) * 0.5;
        for column in left as usize..(right as usize).min(columns) {
            let off = (column as f32 + 0.5 - middle).abs() / (wide / 2.0);
            let extra = shape.iter().find(|(share, _)| off < *share).map_or(0.0, |(_, high)| *high);
            heights[column] = top - extra * s * (0.6 + 0.5 * site.depth);
            lots[column] = roofs.len() as u16;
        }
        roofs.push(Roof { left, right, top });
        left = right + if draw.chance(0.25) { s * draw.between(0.002, 0.01) } else { 0.0 };
    }
    if roofs.is_empty() {
        roofs.push(Roof { left: 0.0, right: columns as f32, top: site.level });
    }
    (heights, lots, roofs)
}
