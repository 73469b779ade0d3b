#!/usr/bin/env bash
# make bench-peers: Rushes beside the official clients of four services, under the same faults in one run.
# Figures, no pass or fail. Takes --quick, --json FILE and --only a,b,c,d,e,f; RUSHES_BIN names another build.
. "$(dirname "$0")/lib.sh"

export RUSHES_BIN=${RUSHES_BIN:-}
if [ -z "$RUSHES_BIN" ]; then
    need_toolchains
    say "Building"
    cargo build --quiet --release -p rushes-cli
    RUSHES_BIN=$target/release/rushes
fi
RUSHES_BIN=$(realpath "$RUSHES_BIN")
here=$PWD/tests/peers
mkdir -p "$target/peers/node"
PEERS_PLACE=$(realpath "$target/peers")
export PEERS_PLACE

# The clients, kept between runs for as long as their pins stay the same.
if ! cmp -s "$here/requirements.txt" "$PEERS_PLACE/venv/requirements.txt"; then
    say "Installing the Python clients"
    python3 -m venv --clear "$PEERS_PLACE/venv"
    "$PEERS_PLACE/venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$PEERS_PLACE/venv/"
fi
if ! cmp -s "$here/package-lock.json" "$PEERS_PLACE/node/node_modules/.rushes-lock.json"; then
    say "Installing the JavaScript clients"
    cp "$here/package.json" "$here/package-lock.json" "$PEERS_PLACE/node/"
    (cd "$PEERS_PLACE/node" && npm ci --no-audit --no-fund --loglevel=error)
    cp "$here/package-lock.json" "$PEERS_PLACE/node/node_modules/.rushes-lock.json"
fi
cp "$here/clients.mjs" "$PEERS_PLACE/node/"

# A thousand jobs are a thousand connections, on both sides.
ulimit -n "$(ulimit -Hn)"
exec "$PEERS_PLACE/venv/bin/python" "$here/bench.py" "$@"
