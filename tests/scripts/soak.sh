#!/usr/bin/env bash
# make soak: what takes too long for each change. Every call of a render is a place to die.
. "$(dirname "$0")/lib.sh"

need_system "${build_packages[@]}" "${test_packages[@]}"
need_toolchains
need_page

export RUSHES_BIN=$PWD/$target/debug/rushes
case $target in /*) RUSHES_BIN=$target/debug/rushes ;; esac
say "── build"
cargo build --quiet "${all[@]}" --bins
say "── the kill loop, at every call"
RUSHES_KILL_POINTS=all cargo test --quiet "${all[@]}" --test kill_loop -- --nocapture
# Hours of pure reckoning in a development build.
say "── ten thousand seeds of the simulation"
RUSHES_SIMULATION_SEEDS=10000 cargo test --quiet --release -p rushes-tests --test simulation -- --nocapture no_seed
say "── a million steps through the rules"
RUSHES_WALKS=5000 cargo test --quiet --release -p rushes-studio --lib no_walk
say "── answers that nobody wrote, for every adapter"
tests/scripts/fuzz.sh
say "── pictures and clips that nobody made"
tests/scripts/fuzz-media.sh
say "── the schemas of a large catalogue"
tests/scripts/schemas.sh
say "── our requests against a service's own description of them"
tests/prism/run.sh
