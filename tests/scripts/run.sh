#!/usr/bin/env bash
# make run: installs what is missing, builds, opens Rushes. Without a display it does the main job
# on the command line instead.
. "$(dirname "$0")/lib.sh"

need_system "${build_packages[@]}" "${window_packages[@]}"
need_toolchains
need_page
say "Building Rushes"
cargo build --quiet "${all[@]}" --bins

if [ "$(uname -s)" != Linux ] || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    say "Opening Rushes"
    exec "$target/debug/rushes-studio"
fi

say "There is no display here, so Rushes renders on the command line, with its built-in sandbox (no AI, free)."
"$target/debug/rushes" render --image "a lighthouse at dusk, storm light over green water"
"$target/debug/rushes" render --video "slow waves under a violet sky"
