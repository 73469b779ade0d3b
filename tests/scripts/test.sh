#!/usr/bin/env bash
# make test: everything, from a fresh machine on. Each step says how long it took; all that can run do
# run, and those that failed are named at the end.
. "$(dirname "$0")/lib.sh"

failed=()
step() {
    local name=$1 from=$SECONDS
    shift
    say "── $name"
    if "$@"; then
        say "   $name: fine, $((SECONDS - from)) s"
    else
        failed+=("$name")
        say "   $name: FAILED, $((SECONDS - from)) s"
    fi
}
in_ui() { (cd ui && npm run --silent "$@"); }
desk() { tests/scripts/desk.sh "$@"; }

need_system "${build_packages[@]}" "${window_packages[@]}" "${test_packages[@]}"
need_toolchains
need_page
need_node_modules tests/ui

export RUSHES_BIN=$PWD/$target/debug/rushes
case $target in /*) RUSHES_BIN=$target/debug/rushes ;; esac

step "rustfmt" cargo fmt --all --check
step "svelte-check" in_ui check
step "ESLint and Prettier" in_ui lint
step "vitest" in_ui test
if has cargo-deny; then step "cargo-deny" cargo deny --log-level error check bans licenses sources; fi

say "── build"
cargo build --quiet "${all[@]}" --all-targets
step "clippy" cargo clippy --quiet "${all[@]}" --all-targets -- -D warnings

# The window's tests share a desktop and so run one by one; the kill loop takes every core for itself.
if has cargo-nextest; then
    step "cargo tests" cargo nextest run "${all[@]}" --no-fail-fast --status-level fail -E 'not binary(window) and not binary(kill_loop)'
    step "the kill loop" cargo nextest run "${all[@]}" --success-output final -E 'binary(kill_loop)'
    step "the window" desk cargo nextest run "${all[@]}" --no-fail-fast --test-threads 1 -E 'binary(window)'
else
    # Every test file but window and the kill loop; only they begin with these letters, and kill.
    step "cargo tests" cargo test --quiet "${all[@]}" --no-fail-fast --lib --bins --test '[!kw]*' --test kill
    step "the kill loop" cargo test --quiet "${all[@]}" --test kill_loop -- --nocapture
    step "the window" desk cargo test "${all[@]}" --test window -- --test-threads 1
fi
step "the keychain" desk tests/scripts/keychain.sh
step "the page in a browser" tests/scripts/browser.sh
for suite in tests/official/run.sh; do
    if [ -x "$suite" ]; then step "official clients" "$suite"; fi
done

if [ ${#failed[@]} -gt 0 ]; then
    fail "Failed: ${failed[*]}"
fi
say "All fine, $SECONDS s."
