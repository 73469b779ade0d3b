#!/usr/bin/env bash
# How many of the schemas that a large catalogue publishes become a form that can be used, and whether the
# forms that are bundled for its models are the real ones. The list is
# fetched from npm and kept under target; nothing of it belongs to this repository.
. "$(dirname "$0")/lib.sh"

package=all-the-public-replicate-models@1.352.0
place=$target/schemas/${package#*@}
if [ ! -s "$place/package/models.json" ]; then
    mkdir -p "$place"
    (cd "$place" && npm pack --silent "$package" >/dev/null && tar -xzf ./*.tgz package/models.json && rm ./*.tgz)
fi
cargo run --quiet -p rushes-providers --example schemas -- "$place/package/models.json"
