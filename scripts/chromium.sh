#!/bin/sh
# Sees to it that there is a Chromium for the browser tests: one that is there, else Debian's or Ubuntu's package,
# else Playwright's own download. Without one it says so; where CI=true it then fails. Needs requirements-dev.txt.
set -eu
cd "$(dirname "$0")/.."

python=.venv/bin/python
log=$(mktemp)
trap 'rm -f "$log"' EXIT

have_chromium() {
    "$python" -m bench.chromium >/dev/null 2>&1
}

try() {
    echo "No Chromium found: trying $* ..."
    "$@" >"$log" 2>&1 </dev/null ||
        { echo "That failed: $(grep -i -m 1 error "$log" || tail -n 1 "$log")"; return 1; }
}

have_chromium && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    { try apt-get update && try apt-get install -y chromium; } || true
    have_chromium && exit 0
fi
try "$python" -m playwright install chromium || true
have_chromium && exit 0

if [ "${CI:-}" = true ]; then
    echo "CI=true, and no working Chromium could be had: the browser tests can't run." >&2
    exit 1
fi
echo "*** NO CHROMIUM: THE BROWSER TESTS ARE SKIPPED. Install one, or set CHROMIUM=/path/to/chromium. ***" >&2
