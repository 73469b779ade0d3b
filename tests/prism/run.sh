#!/usr/bin/env bash
# Our requests, and the sandbox's answers, against OpenAI's own description of its API. Prism stands between
# the command and the sandbox and tells of whatever is not as described. The description is fetched
# from where OpenAI publishes it and kept under target; RUSHES_OPENAPI names a copy.
. "$(dirname "$0")/../scripts/lib.sh"

commit=f85dbe223d40e1a31cba812ab2d755c7e98a92a3
digest=bbfd19abcde0e7412da99378deb2a959ccdd3a812f97c9e35901921e8e973f9a
rushes=${RUSHES_BIN:-$target/debug/rushes}
here=$PWD/tests/prism
place=$target/prism
mkdir -p "$place"
place=$(realpath "$place")

described=${RUSHES_OPENAPI:-$place/openapi.json}
if [ ! -s "$described" ]; then
    if ! curl --fail --silent --location --max-time 60 --output "$place/openapi.part" \
        "https://raw.githubusercontent.com/openai/openai-openapi/$commit/openapi.json"; then
        say "not shown: OpenAI's description of its API cannot be fetched here"
        exit 0
    fi
    mv "$place/openapi.part" "$described"
fi
echo "$digest  $described" | sha256sum --check --quiet || fail "That is not the description this was written for." \
    "Remove $described, or see what OpenAI changed and set its digest here."

if ! cmp -s "$here/package-lock.json" "$place/node_modules/.rushes-lock.json"; then
    cp "$here/package.json" "$here/package-lock.json" "$place/"
    (cd "$place" && npm ci --no-audit --no-fund --loglevel=error)
    cp "$here/package-lock.json" "$place/node_modules/.rushes-lock.json"
fi

work=$(mktemp -d)
started=()
tidy() {
    for one in "${started[@]}"; do kill "$one" 2>/dev/null && wait "$one" || true; done
    rm -rf "$work"
}
trap tidy EXIT

# Waits until a file holds a line like this one.
until_said() {
    for _ in $(seq 600); do
        grep -q "$2" "$1" 2>/dev/null && return
        sleep 0.1
    done
    fail "Nothing answered:" "$(cat "$1")"
}

export OPENAI_API_KEY=a-key-for-tests
"$rushes" --json sandbox --token "$OPENAI_API_KEY" --image-seconds 0 --video-seconds 0 >"$work/sandbox.json" 2>"$work/sandbox.log" &
started+=($!)
until_said "$work/sandbox.json" base_url
base=$(sed 's/.*"base_url":"\([^"]*\)".*/\1/' "$work/sandbox.json")

/usr/bin/python3 "$here/slice.py" "$described" "$work/sliced.json"
# Below /v1, as the description's own address is.
"$place/node_modules/.bin/prism" proxy --port 0 "$work/sliced.json" "$base/openai/v1" >"$work/prism.log" 2>&1 &
started+=($!)
until_said "$work/prism.log" "Prism is listening"
port=$(sed -n 's/.*listening on http:[^:]*:\([0-9]*\).*/\1/p' "$work/prism.log")

export RUSHES_DATA=$work/data RUSHES_LIBRARY=$work/library
studio() { "$rushes" --json "$@" >>"$work/said" 2>&1 || fail "This failed: rushes $*" "$(cat "$work/said")" "$(sed '1,/listening/d' "$work/prism.log")"; }

studio providers set openai --base-url "http://127.0.0.1:$port"
studio keys test openai
studio models sync openai
studio render "a harbour at dawn" --model openai:gpt-image-2 --set size=1024x1024
studio render "a harbour at dusk" --model openai:gpt-image-2.5-flare --set partial_images=2 --set quality=low
pictures=("$RUSHES_LIBRARY"/*/*/*.png)
# Prism passes a form's files on as text, which spoils them: only how this was asked is judged.
# With one picture: several go as image[], as from OpenAI's own client, which the description does not tell.
"$rushes" --json render "the same at night" --model openai:gpt-image-2 \
    --ref "${pictures[0]}" >>"$work/said" 2>&1 || true

asked=$(sed '1,/listening/d' "$work/prism.log")
seen=$(grep -c 'Forwarding "post"' <<<"$asked" || true)
# Prism reads a stream of events as one text and calls that no object; of other answers it says nothing.
wrong=$(grep -i "violation" <<<"$asked" | grep -v "response.body Response body must" || true)
[ -z "$wrong" ] || fail "This is not as described:" "$wrong"
[ "$seen" -ge 3 ] || fail "Only $seen submits went through:" "$asked"
echo "$seen submits as OpenAI's own description has them"
