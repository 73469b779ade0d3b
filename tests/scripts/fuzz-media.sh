#!/usr/bin/env bash
# Looks for pictures and clips that make the readers of the library panic, hang, take more memory than
# their bounds allow, or break a promise, led by the branches that each file takes. RUSHES_FUZZ_SECONDS,
# ten minutes unless told otherwise. What breaks a rule is kept under target/fuzz/found and named.
. "$(dirname "$0")/lib.sh"

need_system "${build_packages[@]}" "${test_packages[@]}"
need_toolchains

seconds=${RUSHES_FUZZ_SECONDS:-600}
case $target in /*) place=$target/fuzz ;; *) place=$PWD/$target/fuzz ;; esac
say "── build with every branch counted"
. "$(dirname "$0")/counted.sh"
media=$(counted media)

seeds=$place/seeds/media
mkdir -p "$place/found" "$place/corpus/media" "$seeds"
for name in a.png a.jpg a.webp a.gif a.avif a.mp4 fragments.mp4 a.mov vp9.webm a.wav a.mp3; do
    [ -s "$seeds/$name" ] && continue
    from=(-f lavfi -i testsrc=size=64x48:rate=10:duration=1)
    more=()
    case $name in
        *.png | *.jpg | *.avif) more=(-frames:v 1) ;;
        *.wav | *.mp3) from=(-f lavfi -i sine=duration=0.5) ;;
        fragments.mp4) more=(-movflags frag_keyframe+empty_moov) ;;
    esac
    ffmpeg -v error -y "${from[@]}" "${more[@]}" "$seeds/$name"
done
cp crates/stills/fixtures/*.avif crates/stills/fixtures/*.heic "$seeds"
log=$place/media.log
# What an earlier run found its way to is gone on from. A gigabyte of pixels and as much for their
# decoder are within the bounds.
if ! "$media" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=3072 -max_len=65536 \
    -artifact_prefix="$place/found/media-" -print_final_stats=1 \
    "$place/corpus/media" "$seeds" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    fail "A file breaks the readers of media. It is kept under $place/found."
fi
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
covered=$(sed -n 's/.*cov: \([0-9]*\).*/\1/p' "$log" | tail -n 1)
say "   media: $runs files, $covered branches, none breaks a rule"
