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
say "svelte-check"
(cd ui && npm run --silent check)
say "ESLint and Prettier"
(cd ui && npm run --silent lint)
