#!/usr/bin/env bash
# make pictures: every screen and state of the running program, with media of the sandbox, into docs/pictures.
# Takes names of files or tests, e.g. `tests/scripts/pictures.sh gallery`. RUSHES_PICTURES names another folder.
. "$(dirname "$0")/lib.sh"

# Japanese is drawn with a font of the system.
need_system "${build_packages[@]}" "${test_packages[@]}" fonts-noto-cjk
need_toolchains
need_page
need_node_modules tests/ui
say "Building"
cargo build --quiet "${all[@]}" --bins
exec tests/scripts/browser.sh --config pictures.config.ts "$@"
