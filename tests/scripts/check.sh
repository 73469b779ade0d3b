#!/usr/bin/env bash
# make check: formatting and lints of every member, the shell included.
. "$(dirname "$0")/lib.sh"

need_system "${build_packages[@]}"
need_toolchains
need_page
say "rustfmt"
cargo fmt --all --check
say "clippy"
cargo clippy --quiet "${all[@]}" --all-targets -- -D warnings
# Apart from the workspace, and unnoticed until the next soak.
say "the lock file of the fuzzing programs"
cargo metadata --quiet --locked --format-version 1 --manifest-path tests/fuzz/Cargo.toml >/dev/null ||
    fail "It is behind. Bring it up to date with: cargo metadata --manifest-path tests/fuzz/Cargo.toml"
say "svelte-check"
(cd ui && npm run --silent check)
say "ESLint and Prettier"
(cd ui && npm run --silent lint)
