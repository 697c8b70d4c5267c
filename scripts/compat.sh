#!/bin/sh
# Runs the list of what we rely on in Streamlit, and two ways of a reader in Chromium, on the Streamlit before the one
# that is pinned and on the newest: a machine where ours can't be had, or has a newer one, is no stranger then.
# Needs the network and requirements-dev.txt. Use: scripts/compat.sh [VERSION ...]
set -eu
cd "$(dirname "$0")/.."

python=.venv/bin/python
ours=$(sed -n 's/^streamlit==//p' requirements.txt)

stop() {
    echo "$1" >&2
    exit 1
}

if [ $# -eq 0 ]; then
    there=$("$python" -m pip --disable-pip-version-check index versions streamlit 2>/dev/null |
        sed -n 's/^Available versions: //p' | tr -d ' ' | tr ',' '\n')
    [ -n "$there" ] || stop "The list of Streamlit's versions could not be had; this needs a package index, so a network."
    newest=$(echo "$there" | head -n 1)
    previous=$(echo "$there" | awk -v ours="$ours" 'found { print; exit } $0 == ours { found = 1 }')
    [ -n "$previous" ] || stop "The package index has no Streamlit before $ours, the one in requirements.txt."
    set -- "$previous" "$newest"
fi

failed=
for version in "$@"; do
    if [ "$version" = "$ours" ]; then
        echo "Streamlit $ours is the newest, and the one that \`make test\` runs on."
        continue
    fi
    venv=.venv-compat/$version
    if [ ! -f "$venv/installed" ]; then
        echo "Installing Streamlit $version and what the tests need into $venv ..."
        rm -rf "$venv"
        "$python" -m venv "$venv"
        # Only our direct requirements are held: another Streamlit may need other versions of what it pulls in.
        cat requirements.txt requirements-dev.txt | sed -n "s/^streamlit==.*/streamlit==$version/; /==/p" >"$venv/wanted"
        "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-input -r "$venv/wanted" ||
            stop "Streamlit $version could not be installed with our other requirements: see pip's message above."
        touch "$venv/installed"
    fi
    echo "Streamlit $version:"
    # The cut fonts are of the pinned version alone: any other serves its own, whole.
    "$venv/bin/python" -m pytest -q --numprocesses 0 -k "not font" tests/web/test_streamlit_contract.py tests/browser/test_journeys.py ||
        failed="$failed $version"
done
[ -z "$failed" ] || stop "Something is different in Streamlit$failed; the tests above say what."
