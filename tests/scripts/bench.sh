#!/usr/bin/env bash
# make bench: figures, no pass or fail. Window start to first paint, memory of its processes, what Rushes
# adds to the sandbox's own time, thumbnails per second beside vipsthumbnail. Release builds.
. "$(dirname "$0")/lib.sh"

need_system "${build_packages[@]}" "${window_packages[@]}" "${test_packages[@]}"
need_toolchains
need_page
say "Building"
cargo build --quiet --release -p rushes-shell -p rushes-tests --bins --example thumbnails
exec tests/scripts/desk.sh /usr/bin/python3 tests/scripts/bench.py "$target/release"
