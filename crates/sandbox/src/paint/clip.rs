//! Frames into H.264 in MP4, with the index at the front so that players can begin at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;

use muxide::api::{MuxerBuilder, VideoCodec};
use openh264::OpenH264API;
use openh264::encoder::{
    BitRate, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, QpRange,
    RateControlMode, UsageType,
};
use openh264::formats::{RgbSliceU8, YUVBuffer};

use super::canvas::Canvas;
use super::label;
use crate::order::Order;

/// Paints frame after frame (`frame` is given the canvas and the time in seconds) on one thread and encodes on another.
pub(super) fn encode(
    order: &Order,
    (w, h): (u32, u32),
    label: bool,
    stopped: &AtomicBool,
    frame: impl Fn(&mut Canvas, f32) + Send + Sync,
) -> Result<Vec<u8>, String> {
    let (fps, count) = (order.fps.max(1), order.fps.max(1) * order.duration.max(1));
    let text = |error: &dyn std::fmt::Display| error.to_string();
    // About an eighth of a bit a pixel: clean gradients, and files of a few megabytes.
    let bits =
        (u64::from(w) * u64::from(h) * u64::from(fps) / 8).clamp(1_000_000, 12_000_000) as u32;
    let config = EncoderConfig::new()
        .bitrate(BitRate::from_bps(bits))
        .max_frame_rate(FrameRate::from_hz(fps as f32))
        .rate_control_mode(RateControlMode::Bufferbased)
        .usage_type(UsageType::CameraVideoRealTime)
        .intra_frame_period(IntraFramePeriod::from_num_frames(fps * 2))
        .qp(QpRange::new(10, 24))
        .skip_frames(false)
        .scene_change_detect(false)
        .num_threads(1);
    let mut encoder =
        Encoder::with_api_config(OpenH264API::from_source(), config).map_err(|e| text(&e))?;
    let mut file = Vec::new();
    let mut muxer = MuxerBuilder::new(&mut file)
        .video(VideoCodec::H264, w, h, f64::from(fps))
        .with_fast_start(true)
        .build()
        .map_err(|e| text(&e))?;
    let (send, receive) = sync_channel::<Canvas>(2);
    let encoded: Result<(), String> = std::thread::scope(|scope| {
        scope.spawn(move || {
            for number in 0..count {
                let mut canvas = Canvas::new(w, h);
                frame(&mut canvas, number as f32 / fps as f32);
                if label {
                    label::draw(&mut canvas);
                }
                // The encoder went away: so does the painter.
                if stopped.load(Ordering::Relaxed) || send.send(canvas).is_err() {
                    return;
                }
            }
        });
        let mut number = 0;
        for canvas in receive {
            let yuv = YUVBuffer::from_rgb8_source(RgbSliceU8::new(
                &canvas.pixels,
                (canvas.width, canvas.height),
            ));
            let stream = encoder.encode(&yuv).map_err(|e| text(&e))?;
            let is_key = matches!(stream.frame_type(), FrameType::IDR | FrameType::I);
            let bytes = stream.to_vec();
            if bytes.is_empty() {
                return Err("the encoder left a frame out".to_owned());
            }
            muxer
                .write_video(f64::from(number) / f64::from(fps), &bytes, is_key)
                .map_err(|e| text(&e))?;
            number += 1;
        }
        if number == count { Ok(()) } else { Err("the painting was stopped".to_owned()) }
    });
    encoded?;
    muxer.finish().map_err(|e| text(&e))?;
    Ok(file)
}
