#!/usr/bin/env bash
# The provider's own clients, from their registries and untouched, against `rushes sandbox`: what
# they can do with the real service they can do with ours.
. "$(dirname "$0")/../scripts/lib.sh"

rushes=${RUSHES_BIN:-}
if [ -z "$rushes" ]; then
    cargo build --quiet -p rushes-cli
    rushes=$target/debug/rushes
fi
here=$PWD/tests/official
place=$target/official
mkdir -p "$place"

# The clients, kept between runs for as long as their pins stay the same.
if ! cmp -s "$here/requirements.txt" "$place/venv/requirements.txt"; then
    python3 -m venv --clear "$place/venv"
    "$place/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$place/venv/"
fi
if ! cmp -s "$here/package-lock.json" "$place/node/package-lock.json"; then
    mkdir -p "$place/node"
    cp "$here/package.json" "$here/package-lock.json" "$place/node/"
    (cd "$place/node" && npm ci --no-audit --no-fund --loglevel=error)
fi
cp "$here/"*.mjs "$place/node/"

work=$(mktemp -d)
sandbox=
tidy() {
    [ -z "$sandbox" ] || { kill "$sandbox" 2>/dev/null && wait "$sandbox" || true; }
    rm -rf "$work"
}
trap tidy EXIT

"$rushes" --json sandbox --token official-test --ledger "$work/ledger.jsonl" \
    --image-seconds 0.2 --video-seconds 1 >"$work/sandbox.json" 2>"$work/sandbox.log" &
sandbox=$!
for _ in $(seq 200); do
    [ -s "$work/sandbox.json" ] && break
    kill -0 "$sandbox" 2>/dev/null || fail "The sandbox did not start:" "$(cat "$work/sandbox.log")"
    sleep 0.05
done
base=$(sed 's/.*"base_url":"\([^"]*\)".*/\1/' "$work/sandbox.json")

# Runs a client: first how many tasks it makes, and how many of them are finished and charged.
creates=0 settles=0
client() {
    creates=$((creates + $1)) settles=$((settles + $2))
    shift 2
    "$@" "$base" official-test "$work"
}
export PYTHONDONTWRITEBYTECODE=1
python=$place/venv/bin/python
client 3 3 "$python" "$here/render.py"
client 3 3 node "$place/node/render.mjs"
client 5 4 "$python" "$here/client_openai.py"
client 4 3 node "$place/node/client_openai.mjs"
client 3 3 "$python" "$here/gemini.py"
client 2 2 "$python" "$here/comfyui.py"
client 4 3 "$python" "$here/fal_render.py"
client 4 3 "$python" "$here/replicate_render.py"
client 4 2 "$python" "$here/runway_render.py"
client 4 3 node "$place/node/runway.mjs"
client 7 5 node "$place/node/clients.mjs"

# Every one made and charged once.
made=$(grep -c '"kind":"create"' "$work/ledger.jsonl")
settled=$(grep -c '"kind":"settle"' "$work/ledger.jsonl")
[ "$made" = "$creates" ] && [ "$settled" = "$settles" ] ||
    fail "The ledger has $made creates and $settled settles, not $creates and $settles." "$(cat "$work/ledger.jsonl")"
say "The official clients did what they can; the ledger has $creates creates and $settles settles."
