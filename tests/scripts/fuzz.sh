#!/usr/bin/env bash
# Looks for answers of a provider that make its readers panic, or end work without a word that says so,
# led by the branches that each answer takes. RUSHES_FUZZ_SECONDS for each adapter, one minute unless
# told otherwise. What breaks a rule is kept under target/fuzz/found and named.
. "$(dirname "$0")/lib.sh"

need_system "${build_packages[@]}"
need_toolchains

seconds=${RUSHES_FUZZ_SECONDS:-60}
case $target in /*) place=$target/fuzz ;; *) place=$PWD/$target/fuzz ;; esac
say "── build with every branch counted"
. "$(dirname "$0")/counted.sh"
answers=$(counted answers)

mkdir -p "$place/found"
for fixtures in crates/providers/src/*/fixtures; do
    adapter=$(basename "$(dirname "$fixtures")")
    node tests/fuzz/seeds.mjs "$fixtures" "$place/seeds/$adapter" "$place/$adapter.dict"
    mkdir -p "$place/corpus/$adapter"
    log=$place/$adapter.log
    # What an earlier run found its way to is gone on from.
    if ! RUSHES_PROBE=$adapter "$answers" -max_total_time="$seconds" -timeout=10 -max_len=16384 \
        -dict="$place/$adapter.dict" -artifact_prefix="$place/found/$adapter-" -print_final_stats=1 \
        "$place/corpus/$adapter" "$place/seeds/$adapter" >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        fail "An answer breaks the readers of $adapter. It is kept under $place/found."
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    covered=$(sed -n 's/.*cov: \([0-9]*\).*/\1/p' "$log" | tail -n 1)
    say "   $adapter: $runs answers, $covered branches, none breaks a rule"
done
