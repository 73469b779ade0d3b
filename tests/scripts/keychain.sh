#!/usr/bin/env bash
# At a desk with a real keychain: a key given to the command is in the keychain and nowhere else.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
target=${CARGO_TARGET_DIR:-$here/target}
rushes=${RUSHES_BIN:-$target/debug/rushes}
home=$(mktemp -d)
key=wsk_live_3f9c27a1be5d4480
trap 'rm -rf "$home"' EXIT
cd "$here"

# The vault's own tests: with the keychain that answers here, with none, and with a locked one.
vault() {
    if command -v cargo-nextest >/dev/null; then
        cargo nextest run --workspace --features rushes-tests/window --no-tests=fail --status-level fail \
            -E "package(rushes-studio) and test($1)"
    else
        cargo test --quiet --workspace --features rushes-tests/window --lib -- "$1"
    fi
}
RUSHES_TEST_KEYRING=1 vault the_real_keychain_keeps_a_key
RUSHES_TEST_KEYRING=none DBUS_SESSION_BUS_ADDRESS=unix:path=$home/nobody vault without_a_keychain_that_is_said
export -f vault
# A runtime folder of its own: a daemon that finds the desk's there would hand over to it and end.
mkdir -m 700 "$home/run"
RUSHES_TEST_KEYRING=locked XDG_DATA_HOME=$home/locked XDG_RUNTIME_DIR=$home/run dbus-run-session -- bash -c 'vault a_locked_keychain_is_said'

export RUSHES_DATA=$home/data RUSHES_LIBRARY=$home/library RUST_LOG=trace
# The provider is played by a sandbox, so that the free test call stays on this computer.
"$rushes" --json sandbox --port 0 >"$home/sandbox.json" 2>"$home/sandbox.log" &
sandbox=$!
trap 'kill $sandbox 2>/dev/null || true; rm -rf "$home"' EXIT
for _ in $(seq 200); do [ -s "$home/sandbox.json" ] && break; sleep 0.05; done
url=$(grep -o 'http://127[^"]*' "$home/sandbox.json" | head -n 1)

"$rushes" providers set wavespeed --base-url "$url" >"$home/out.log" 2>&1
printf '%s\n' "$key" | "$rushes" --json keys set wavespeed >>"$home/out.log" 2>&1
"$rushes" --json keys list >>"$home/out.log" 2>&1
"$rushes" --json keys test wavespeed >>"$home/out.log" 2>&1

lookup=$(secret-tool lookup service Rushes username wavespeed)
[ "$lookup" = "$key" ] || { echo "the keychain has '$lookup' for wavespeed"; exit 1; }
if grep -rqF "$key" "$home"; then
    echo "the key was written to a file:"
    grep -rlF "$key" "$home"
    exit 1
fi
"$rushes" keys remove wavespeed >/dev/null 2>&1
[ -z "$(secret-tool lookup service Rushes username wavespeed || true)" ] || { echo "the key is still in the keychain"; exit 1; }
echo "The key was in the keychain and nowhere else, and is gone."
