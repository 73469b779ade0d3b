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

export PYTHONDONTWRITEBYTECODE=1
"$place/venv/bin/python" "$here/render.py" "$base" official-test "$work"
node "$place/node/render.mjs" "$base" official-test "$work"
"$place/venv/bin/python" "$here/fal_render.py" "$base" official-test
"$place/venv/bin/python" "$here/replicate_render.py" "$base" official-test "$work"
node "$place/node/clients.mjs" "$base" official-test

# Every render was made and charged once, and those that the filter stopped were paid back.
creates=$(grep -c '"kind":"create"' "$work/ledger.jsonl")
settles=$(grep -c '"kind":"settle"' "$work/ledger.jsonl")
refunds=$(grep -c '"kind":"refund"' "$work/ledger.jsonl")
[ "$creates $settles $refunds" = "21 17 4" ] ||
    fail "The ledger has $creates creates, $settles settles and $refunds refunds, not 21, 17 and 4." \
        "$(cat "$work/ledger.jsonl")"
say "The official clients made what they were asked for; the ledger has 21 creates, 17 settles and 4 refunds."
