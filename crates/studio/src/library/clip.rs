//! Reading MP4 and MOV clips: the index with `re_mp4`, the first picture of H.264 with `openh264`.
//! The pictures themselves are never read as a whole, so that a clip of gigabytes costs no memory.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use openh264::OpenH264API;
use openh264::decoder::{DecodeOptions, Decoder, DecoderConfig, Flush};
use openh264::formats::YUVSource;
use re_mp4::{Mp4, StsdBoxContent, Track, TrackKind};
use rushes_stills::{Orientation, Picture, RgbImage};

use super::error::{LibraryError, Result};
use super::form::Form;
use super::patience::Patience;

/// Largest index that is read, in bytes.
const MAX_INDEX: u64 = 64 << 20;
/// Most pictures and sounds of an index: nine hours at 60 a second. `re_mp4` makes room for as
/// many as the file claims.
const MAX_SAMPLES: u64 = 2_000_000;
/// Largest single coded picture, in bytes.
const MAX_SAMPLE: u64 = 64 << 20;
/// How many coded pictures to feed before giving up on a first one.
const TRIES: usize = 30;

/// An open clip.
pub(super) struct Clip<'a> {
    /// Pixels as shown.
    pub(super) width: u32,
    /// Pixels as shown.
    pub(super) height: u32,
    pub(super) duration_ms: Option<i64>,
    orientation: Orientation,
    codec: String,
    form: Form,
    index: Mp4,
    track: u32,
    file: &'a File,
}

impl<'a> Clip<'a> {
    /// Reads the index and checks that the file holds all that the index promises.
    pub(super) fn open(mut file: &'a File, form: Form) -> Result<Self> {
        let damaged = |detail: String| LibraryError::Damaged { what: form.words(), detail };
        let length = file.metadata().map_err(LibraryError::unread)?.len();
        let bounds = check_boxes(file, length).map_err(&damaged)?;
        file.rewind().map_err(LibraryError::unread)?;
        let index = Mp4::read(Patience::new(BufReader::new(file), bounds.steps()), bounds.end)
            .map_err(|error| damaged(error.to_string()))?;

        let Some(track) = index.tracks().values().find(|track| is_video(track, &index)) else {
            return Err(LibraryError::NotMedia { what: key!("a sound file").into() });
        };
        if track.samples.is_empty() {
            return Err(damaged("there is no picture in it".into()));
        }
        if track.samples.iter().any(|sample| sample.offset.saturating_add(sample.size) > length) {
            return Err(damaged("the file ends before its last picture".into()));
        }
        let (width, height) = coded_size(track, &index);
        let orientation = turned(track, &index);
        let (width, height) = match orientation {
            Orientation::Rotate90 | Orientation::Rotate270 => (height, width),
            _ => (width, height),
        };
        let head = &index.moov.mvhd;
        let duration_ms = ms(head.duration, u64::from(head.timescale))
            .or_else(|| ms(shown(track), track.timescale));
        let codec = track.codec_string(&index).unwrap_or_else(|| "of an unknown codec".into());
        let track = track.track_id;
        Ok(Self { width, height, duration_ms, orientation, codec, form, index, track, file })
    }

    /// The first picture, turned as it wants to be. [`LibraryError::NoPoster`] where the clip is
    /// not H.264 of a kind that openh264 knows.
    pub(super) fn poster(&self) -> Result<Picture> {
        let none = || LibraryError::NoPoster { codec: self.codec.clone() };
        let damaged =
            |detail: &str| LibraryError::Damaged { what: self.form.words(), detail: detail.into() };
        let track = self.index.tracks().get(&self.track).ok_or_else(none)?;
        let StsdBoxContent::Avc1(avc) = &track.trak(&self.index).mdia.minf.stbl.stsd.contents
        else {
            return Err(none());
        };
        let length_bytes = usize::from(avc.avcc.length_size_minus_one & 3) + 1;
        let mut decoder =
            Decoder::with_api_config(OpenH264API::from_source(), DecoderConfig::new())
                .map_err(|_| none())?;
        let mut stream = Vec::new();
        for set in avc.avcc.sequence_parameter_sets.iter().chain(&avc.avcc.picture_parameter_sets) {
            stream.extend([0, 0, 0, 1]);
            stream.extend(&set.bytes);
        }
        let mut file = self.file;
        for sample in track.samples.iter().take(TRIES) {
            if sample.size > MAX_SAMPLE {
                return Err(damaged("a picture of impossible size"));
            }
            let mut coded = vec![0; sample.size as usize];
            file.seek(SeekFrom::Start(sample.offset))
                .and_then(|_| file.read_exact(&mut coded))
                .map_err(|error| damaged(&error.to_string()))?;
            annex_b(&coded, length_bytes, &mut stream)
                .ok_or_else(|| damaged("a broken picture"))?;
            // Flush: the picture now, without waiting for those that are shown before it.
            let options = DecodeOptions::new().flush_after_decode(Flush::Flush);
            match decoder.decode_with_options(&stream, options) {
                Ok(Some(yuv)) => return self.picture(&yuv).ok_or_else(none),
                Ok(None) => stream.clear(),
                Err(_) => return Err(none()),
            }
        }
        Err(none())
    }

    fn picture(&self, yuv: &openh264::decoder::DecodedYUV<'_>) -> Option<Picture> {
        let (width, height) = yuv.dimensions();
        let mut rgb = vec![0; width * height * 3];
        yuv.write_rgb8(&mut rgb);
        let pixels = RgbImage::from_raw(width as u32, height as u32, rgb)?;
        Some(Picture::from_rgb(pixels, self.orientation))
    }
}

/// Rewrites pictures with lengths before them to pictures with start codes between. None where a
/// length is zero or leads out of the sample.
fn annex_b(mut coded: &[u8], length_bytes: usize, stream: &mut Vec<u8>) -> Option<()> {
    while !coded.is_empty() {
        let (length, rest) = coded.split_at_checked(length_bytes)?;
        let length = length.iter().fold(0, |sum: usize, byte| sum << 8 | usize::from(*byte));
        let (unit, rest) = rest.split_at_checked(length)?;
        if unit.is_empty() {
            return None;
        }
        stream.extend([0, 0, 0, 1]);
        stream.extend(unit);
        coded = rest;
    }
    Some(())
}

fn is_video(track: &Track, index: &Mp4) -> bool {
    match track.kind {
        Some(kind) => kind == TrackKind::Video,
        // A codec that the reader does not know, e.g. ProRes.
        None => &track.trak(index).mdia.hdlr.handler_type.value == b"vide",
    }
}

fn coded_size(track: &Track, index: &Mp4) -> (u32, u32) {
    let (width, height) = match &track.trak(index).mdia.minf.stbl.stsd.contents {
        StsdBoxContent::Avc1(avc) => (avc.width, avc.height),
        _ => (track.width, track.height),
    };
    (u32::from(width), u32::from(height))
}

/// Phones film sideways and say so in the track's matrix.
fn turned(track: &Track, index: &Mp4) -> Orientation {
    let matrix = &track.trak(index).tkhd.matrix;
    match (matrix.a.signum(), matrix.b.signum(), matrix.c.signum(), matrix.d.signum()) {
        (0, 1, -1, 0) => Orientation::Rotate90,
        (-1, 0, 0, -1) => Orientation::Rotate180,
        (0, -1, 1, 0) => Orientation::Rotate270,
        _ => Orientation::NoTransforms,
    }
}

/// From the first picture to the end of the last, in units of the track. Clips in fragments say
/// no length in their head.
fn shown(track: &Track) -> u64 {
    let times = track.samples.iter().map(|sample| sample.composition_timestamp);
    let ends = track
        .samples
        .iter()
        .map(|sample| sample.composition_timestamp.saturating_add_unsigned(sample.duration));
    let length = ends.max().zip(times.min()).map_or(0, |(end, start)| end.saturating_sub(start));
    u64::try_from(length).unwrap_or(0)
}

fn ms(units: u64, a_second: u64) -> Option<i64> {
    // All ones stand for "not known".
    if units == 0 || units == u64::from(u32::MAX) || units == u64::MAX || a_second == 0 {
        return None;
    }
    let half = u128::from(a_second) / 2;
    i64::try_from((u128::from(units) * 1_000 + half) / u128::from(a_second)).ok()
}

/// What the outer boxes allow their reader.
#[derive(Default)]
struct Bounds {
    /// Where the last whole box ends.
    end: u64,
    /// How many outer boxes there are.
    boxes: u64,
    /// Bytes of all boxes that are read and not skipped.
    read: u64,
}

impl Bounds {
    /// Reads and seeks that a sound index of this size never needs: it is read in pieces of one to eight bytes,
    /// with two looks at where the reader stands for each box, and no box is smaller than eight.
    fn steps(&self) -> u64 {
        (self.read + self.boxes).saturating_mul(4).saturating_add(1_000)
    }
}

/// Walks the outer boxes before the reader may trust them: each must lie within the file, and the
/// index must not claim more than a clip can hold.
fn check_boxes(mut file: &File, length: u64) -> Result<Bounds, String> {
    let mut at = 0;
    let mut bounds = Bounds::default();
    let mut index_bytes = 0;
    let mut samples = 0;
    while length - at >= 8 {
        file.seek(SeekFrom::Start(at)).map_err(|error| error.to_string())?;
        let mut head = [0; 16];
        let wide = (length - at).min(16) as usize;
        file.read_exact(&mut head[..wide]).map_err(|error| error.to_string())?;
        let [a, b, c, d, name @ .., _, _, _, _, _, _, _, _] = head;
        let (size, head_bytes) = match u32::from_be_bytes([a, b, c, d]) {
            // Up to the end of the file.
            0 => return Ok(Bounds { end: length, ..bounds }),
            1 if wide == 16 => {
                let [_, _, _, _, _, _, _, _, large @ ..] = head;
                (u64::from_be_bytes(large), 16)
            }
            size => (u64::from(size), 8),
        };
        if size < head_bytes || size > length - at {
            return Err("the file ends in the middle".into());
        }
        if matches!(&name, b"moov" | b"moof") {
            index_bytes += size;
            if index_bytes > MAX_INDEX {
                return Err("the index is too large".into());
            }
            let mut index = vec![0; (size - head_bytes) as usize];
            file.seek(SeekFrom::Start(at + head_bytes))
                .and_then(|_| file.read_exact(&mut index))
                .map_err(|error| error.to_string())?;
            samples += claimed(&index);
            if samples > MAX_SAMPLES {
                return Err("the index claims too many pictures".into());
            }
        }
        if !matches!(&name, b"mdat" | b"free") {
            bounds.read += size;
        }
        bounds.boxes += 1;
        at += size;
    }
    Ok(Bounds { end: at, ..bounds })
}

/// How many samples the tables in an index claim to have.
fn claimed(index: &[u8]) -> u64 {
    let count = |at: usize| {
        let bytes = index.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, |bytes| u64::from(u32::from_be_bytes(bytes)))
    };
    index
        .windows(4)
        .enumerate()
        .map(|(at, name)| match name {
            b"stsz" => count(at + 12),
            b"trun" => count(at + 8),
            _ => 0,
        })
        .sum()
}
