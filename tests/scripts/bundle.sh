#!/usr/bin/env bash
# make bundle: a .deb and an .rpm with the window and the `rushes` command, under target/release/bundle.
# Where there is what it takes, the .deb is unpacked into a folder of its own and started there, as a check.
. "$(dirname "$0")/lib.sh"

need_system "${build_packages[@]}" "${window_packages[@]}"
need_toolchains
need_page
case $target in /*) out=$target ;; *) out=$PWD/$target ;; esac

say "Building the window and the command"
# Together, so that what they share is compiled once.
cargo build --quiet --release -p rushes-shell -p rushes-cli
say "Bundling"
# Kept out of the page's lock file: its packages for other systems are not in every registry, and
# `npm ci` refuses a lock file that lacks them.
bundler=$out/bundler
[ -x "$bundler/node_modules/.bin/tauri" ] || npm install --prefix "$bundler" --no-save --no-audit --no-fund --silent @tauri-apps/cli@2.12.5
config=$(printf '{"bundle":{"linux":{"deb":{"files":{"/usr/bin/rushes":"%s"}},"rpm":{"files":{"/usr/bin/rushes":"%s"}}}}}' \
    "$out/release/rushes" "$out/release/rushes")
(cd src-tauri && CARGO_TARGET_DIR=$out "$bundler/node_modules/.bin/tauri" bundle --bundles deb,rpm --config "$config")
ls -l "$out"/release/bundle/deb/*.deb "$out"/release/bundle/rpm/*.rpm

has dpkg-deb && has Xvfb || exit 0
say "Starting what is in the .deb"
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
dpkg-deb -x "$out"/release/bundle/deb/*.deb "$root"
dpkg-deb -f "$out"/release/bundle/deb/*.deb Package Version Depends Recommends
"$root/usr/bin/rushes" --version
cat "$root"/usr/share/applications/*.desktop
RUSHES_DATA=$root/data RUSHES_LIBRARY=$root/library tests/scripts/desk.sh bash -c '
    "$1" & window=$!
    timeout 30 xdotool search --sync --onlyvisible --pid $window --name "^Rushes$" getwindowgeometry
    opened=$?
    kill $window
    exit $opened' _ "$root/usr/bin/rushes-studio"
say "It opens."
