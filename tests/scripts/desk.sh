#!/usr/bin/env bash
# desk.sh COMMAND…: runs a command at a desk of its own: a display, a window manager, a session bus
# with a real keychain and a notification daemon that keeps what it was told, and empty user folders.
# All of it is gone when the command ends. What was drawn and logged stays in $DESK_LOGS.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
desk=$(mktemp -d)
logs=${DESK_LOGS:-$desk}
mkdir -p "$logs"
started=()
tidy() {
    local pid
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$desk"
}
trap tidy EXIT
# Waits until a command succeeds, at most ten seconds.
until_ok() {
    local n
    for n in $(seq 200); do "$@" >/dev/null 2>&1 && return 0; sleep 0.05; done
    echo "desk: gave up waiting for: $*" >&2
    return 1
}

for folder in run data config cache; do mkdir -m 700 "$desk/$folder"; done
export XDG_RUNTIME_DIR=$desk/run XDG_DATA_HOME=$desk/data XDG_CONFIG_HOME=$desk/config XDG_CACHE_HOME=$desk/cache
export NO_AT_BRIDGE=1 GTK_A11Y=none GIO_USE_VFS=local XDG_CURRENT_DESKTOP=
unset WAYLAND_DISPLAY GNOME_KEYRING_CONTROL WEBKIT_DISABLE_DMABUF_RENDERER

Xvfb -displayfd 3 -screen 0 1600x1000x24 -nolisten tcp 3>"$desk/display" >"$logs/xvfb.log" 2>&1 &
started+=($!)
until_ok test -s "$desk/display"
DISPLAY=:$(cat "$desk/display")
export DISPLAY

# A bus without service folders: nothing starts there but what is started here.
sed "s|@DIR@|$desk|" "$here/bus.conf" >"$desk/bus.conf"
dbus-daemon --config-file="$desk/bus.conf" --nofork --print-address=3 3>"$desk/bus" >"$logs/bus.log" 2>&1 &
started+=($!)
until_ok test -s "$desk/bus"
DBUS_SESSION_BUS_ADDRESS=$(cat "$desk/bus")
export DBUS_SESSION_BUS_ADDRESS
on_bus() {
    gdbus call --session -d org.freedesktop.DBus -o /org/freedesktop/DBus -m org.freedesktop.DBus.NameHasOwner "$1" | grep -q true
}

openbox >"$logs/openbox.log" 2>&1 &
started+=($!)
printf 'desk\n' | gnome-keyring-daemon --unlock --components=secrets --foreground >"$logs/keyring.log" 2>&1 &
started+=($!)
/usr/bin/python3 -m dbusmock --template notification_daemon >"$logs/notifications.log" 2>&1 &
started+=($!)
until_ok on_bus org.freedesktop.secrets
until_ok on_bus org.freedesktop.Notifications

"$@"
