#!/usr/bin/env bash
# Thumbnails beside vipsthumbnail, Pillow and the image crate alone: time of the processor and by the clock for
# each file, peak memory. Figures, no pass or fail. Part of make bench-gallery; best on an idle machine.
. "$(dirname "$0")/lib.sh"

need_system "${build_packages[@]}" imagemagick libvips-tools python3-pil
need_toolchains
say "Building"
cargo build --quiet --release -p rushes-tests --example stills
exec /usr/bin/python3 tests/scripts/bench_thumbs.py "$target/release/examples/stills"
