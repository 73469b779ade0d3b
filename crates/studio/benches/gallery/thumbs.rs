//! Small pictures for prints that have no files: a few that were really made, each under many names.

use std::path::Path;

use image::{Rgb, RgbImage};
use rushes_stills::{Orientation, Picture};

/// Pictures of each shape.
const OF_A_SHAPE: u32 = 8;
const SIDES: [u32; 3] = [256, 512, 1024];

/// Lays them into the place where the data folder keeps its small pictures, and their glances into the book.
pub(crate) fn lay(data: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let thumbs = data.join("thumbs");
    let samples = thumbs.join("samples");
    std::fs::create_dir_all(&samples)?;
    let mut book = rusqlite::Connection::open(data.join("studio.db"))?;
    let tx = book.transaction()?;
    let shapes: Vec<(u32, u32)> = tx
        .prepare("SELECT DISTINCT width, height FROM asset")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (width, height) in shapes {
        for n in 0..OF_A_SHAPE {
            let stills = Picture::from_rgb(paint(width, height, n), Orientation::NoTransforms)
                .stills(SIDES)?;
            for (side, small) in SIDES.iter().zip(&stills.small) {
                std::fs::write(samples.join(format!("{width}x{height}-{n}-{side}")), &small.bytes)?;
            }
            tx.execute(
                "UPDATE asset SET thumb_hash = ?4 WHERE width = ?1 AND height = ?2 AND seq % ?5 = ?3",
                (width, height, n, stills.hash, OF_A_SHAPE),
            )?;
        }
    }
    let mut prints = tx.prepare("SELECT id, width, height, seq FROM asset")?;
    let mut rows = prints.query([])?;
    while let Some(row) = rows.next()? {
        let (id, width, height): (String, u32, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let n = row.get::<_, u32>(3)? % OF_A_SHAPE;
        let shard = &blake3::hash(id.as_bytes()).to_hex()[..2];
        for side in SIDES {
            let folder = thumbs.join(side.to_string()).join(shard);
            let sample = samples.join(format!("{width}x{height}-{n}-{side}"));
            let to = folder.join(&id).with_extension("jpg");
            if std::fs::hard_link(&sample, &to).is_err() {
                std::fs::create_dir_all(&folder)?;
                // A file has only so many names in some file systems.
                if std::fs::hard_link(&sample, &to).is_err() {
                    std::fs::copy(&sample, &to)?;
                }
            }
        }
    }
    drop(rows);
    drop(prints);
    tx.commit()?;
    Ok(())
}

/// Bands and grain, so that it is neither flat nor noise.
fn paint(width: u32, height: u32, n: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let wave = ((x * (n + 3) / 97) ^ (y * (n + 5) / 61)) as u8;
        let grain = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) as u8 & 15;
        Rgb([
            wave.wrapping_mul(3) / 2 + grain,
            (y * 255 / height) as u8 / 2 + wave / 4,
            60 + grain + n as u8 * 16,
        ])
    })
}
