# What the scripts share. Sourced, never run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
target=${CARGO_TARGET_DIR:-target}
# One feature set for all that is built while developing, so that nothing is compiled twice.
all=(--workspace --features rushes-tests/window)

# Debian and Ubuntu packages (names as of Debian 12 and Ubuntu 24.04).
build_packages=(
    build-essential cmake nasm pkg-config file curl libwebkit2gtk-4.1-dev libxdo-dev libssl-dev
    libayatana-appindicator3-dev librsvg2-dev
)
window_packages=(
    gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-libav
)
test_packages=(
    xvfb xauth x11-utils openbox xdotool webkit2gtk-driver dbus dbus-x11 gnome-keyring
    libsecret-tools libglib2.0-bin python3-dbusmock python3-gi python3-venv gir1.2-gtk-3.0
    imagemagick fonts-dejavu-core ffmpeg libvips-tools chromium strace
)

say() { printf '\033[1m%s\033[0m\n' "$*"; }
fail() {
    printf '%s\n' "$@" >&2
    exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# Installs those of the named packages that are not there yet.
install_packages() {
    local package missing=()
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    local root=()
    if [ "$(id -u)" -ne 0 ]; then
        has sudo || fail "These packages are missing: ${missing[*]}" \
            "Ask someone who may install packages, then start again."
        root=(sudo)
    fi
    say "Installing ${missing[*]}"
    "${root[@]}" apt-get update -q
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# System packages, or what to get by hand where there is no apt.
need_system() {
    case "$(uname -s)" in
    Linux)
        if has apt-get && has dpkg-query; then
            install_packages "$@"
        elif ! pkg-config --exists webkit2gtk-4.1 2>/dev/null; then
            fail "This system has no apt, and WebKitGTK 4.1 was not found." \
                "Install the packages that https://v2.tauri.app/start/prerequisites/ lists for it, with GStreamer's libav and bad plugins, then start again."
        fi
        ;;
    Darwin)
        xcode-select -p >/dev/null 2>&1 || fail "Apple's command line tools are missing." \
            "Get them with: xcode-select --install"
        has cmake || fail "CMake is missing." "Get it from https://cmake.org/download/ or with: brew install cmake"
        ;;
    MINGW* | MSYS* | CYGWIN*)
        has cl || has link || fail "Microsoft's C++ build tools are missing." \
            "Get them from https://visualstudio.microsoft.com/visual-cpp-build-tools/ (Desktop development with C++)." \
            "CMake comes with them. WebView2 comes with Windows 11; for Windows 10 get it from https://developer.microsoft.com/microsoft-edge/webview2/."
        ;;
    *) fail "Rushes is not known to build on $(uname -s)." "Linux, macOS and Windows are." ;;
    esac
}

# Rust and Node, which we do not install behind anyone's back.
need_toolchains() {
    has cargo || { [ -x "$HOME/.cargo/bin/cargo" ] && PATH="$HOME/.cargo/bin:$PATH"; } ||
        fail "Rust is missing." "Get it from https://rustup.rs, then start again."
    at_least "$(cargo --version | cut -d' ' -f2)" 1.95 ||
        fail "Rushes needs Rust 1.95 or later; this is $(cargo --version)." "Get it with: rustup update stable"
    has node && has npm || fail "Node.js is missing." "Get version 20.19 or later from https://nodejs.org, then start again."
    at_least "$(node --version | tr -d v)" 20.19 ||
        fail "Rushes needs Node.js 20.19 or later; this is $(node --version)." "Get it from https://nodejs.org."
}
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# npm packages of a folder, when its lock file is not the one that was last installed.
need_node_modules() {
    cmp -s "$1/package-lock.json" "$1/node_modules/.rushes-lock.json" && return 0
    say "Installing the npm packages of $1"
    (cd "$1" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error)
    cp "$1/package-lock.json" "$1/node_modules/.rushes-lock.json"
}

# What Rushes is made of, for the page to tell.
need_licences() {
    local list=ui/src/generated/licences.json
    [ -f "$list" ] && [ ! Cargo.lock -nt "$list" ] && [ ! ui/package-lock.json -nt "$list" ] && return 0
    say "Reading the licences of what Rushes is made of"
    "$(command -v python3 || echo python)" tests/scripts/licences.py "$list"
}

# The page, when something it is made of is newer than it.
need_page() {
    need_node_modules ui
    need_licences
    if [ -f ui/dist/index.html ] &&
        [ -z "$(find ui/src ui/public ui/index.html ui/vite.config.ts ui/package-lock.json assets -newer ui/dist/index.html -print -quit 2>/dev/null)" ]; then
        return 0
    fi
    say "Building the page"
    (cd ui && npm run --silent build)
}
