#!/usr/bin/env bash
# The page over `rushes serve`, in the system's Chromium.
. "$(dirname "$0")/lib.sh"
CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || fail "No Chromium here."
export CHROMIUM
cd tests/ui && npm run --silent test -- "$@"
