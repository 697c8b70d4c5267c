#!/bin/sh
# Sees to it that there is an nginx for the tests of deploy/: one that is there, else Debian's or Ubuntu's package,
# without the service it would start on port 80. Without one it says so; where CI=true it then fails.
set -eu

PATH=$PATH:/usr/sbin:/usr/local/sbin # where nginx lies, and not everybody looks
log=$(mktemp)
policy=/usr/sbin/policy-rc.d
ours=
trap 'rm -f "$log" $ours' EXIT

have_nginx() {
    nginx -v >/dev/null 2>&1
}

try() {
    echo "No nginx found: trying $* ..."
    "$@" >"$log" 2>&1 </dev/null ||
        { echo "That failed: $(grep -i -m 1 error "$log" || tail -n 1 "$log")"; return 1; }
}

have_nginx && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    if [ ! -e "$policy" ]; then
        ours=$policy
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod +x "$policy"
    fi
    { try apt-get update && try apt-get install -y --no-install-recommends nginx; } || true
    if have_nginx; then
        systemctl disable nginx >/dev/null 2>&1 || true # it was wanted for the tests, not at the next start
        exit 0
    fi
fi

if [ "${CI:-}" = true ]; then
    echo "CI=true, and no nginx could be had: the tests of deploy/ can't run." >&2
    exit 1
fi
echo "*** NO NGINX: THE TESTS OF deploy/ ARE SKIPPED. Install one (on Debian or Ubuntu: apt-get install nginx). ***" >&2
