#!/usr/bin/env bash
# make bench-gallery: libraries of 1,000 to a million prints, in the store, in Chromium and in the window.
# Figures, no pass or fail. Takes sizes, e.g. `tests/scripts/bench-gallery.sh 1000 250000`.
. "$(dirname "$0")/lib.sh"

need_system "${build_packages[@]}" "${window_packages[@]}" "${test_packages[@]}" chromium-driver
need_toolchains
need_page
say "Building"
cargo build --quiet --release -p rushes-cli -p rushes-shell --bins
# The last line that names an executable is the bench.
gallery=$(cargo bench --quiet -p rushes-studio --bench gallery --no-run --message-format json |
    /usr/bin/python3 -c 'import json, sys
found = [json.loads(line).get("executable") for line in sys.stdin]
print([name for name in found if name][-1])')
tests/scripts/desk.sh /usr/bin/python3 tests/scripts/bench_gallery.py "$target/release" "$gallery" "$@"
exec tests/scripts/bench-thumbs.sh
