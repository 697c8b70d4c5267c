#!/bin/sh
# Makes .venv and installs the pinned packages of one requirements file, only where that is still to be done.
# Use: scripts/environment.sh requirements.txt
set -eu
cd "$(dirname "$0")/.."

requirements=$1
venv=.venv

stop() {
    echo "$1" >&2
    exit 1
}

# A name on PATH is not enough: a version manager's shim can be there and fail. So each candidate is run.
is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    without_venv=
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if is_new_enough "$candidate"; then
            if "$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then
                echo "$candidate"
                return
            fi
            without_venv=$candidate
        elif [ "$candidate" = "${PYTHON:-}" ]; then
            echo "PYTHON=$PYTHON is not a working Python 3.11 or newer; looking for another." >&2
        fi
    done
    if [ -n "$without_venv" ]; then
        stop "$without_venv has no venv module with pip: install it (on Debian or Ubuntu: apt-get install python3-venv)."
    fi
    stop "No Python 3.11 or newer that runs was found: install one, or name it with PYTHON=/path/to/python3 make ..."
}

if ! { is_new_enough "$venv/bin/python" && "$venv/bin/python" -m pip --version >/dev/null 2>&1; }; then
    python=$(find_python)
    echo "Making the environment $venv with $("$python" --version) ..."
    rm -rf "$venv"
    "$python" -m venv "$venv" || stop "$python could not make a virtual environment in $PWD/$venv."
fi

# The stamp is what was installed, word for word, so that a fresh clone or a changed pin is noticed whatever the dates.
stamp=$venv/installed-$requirements
wanted=$(cat requirements.txt constraints.txt "$requirements")
if [ "$wanted" != "$(cat "$stamp" 2>/dev/null || true)" ]; then
    echo "Installing the packages of $requirements (a minute or two the first time) ..."
    rm -f "$stamp"
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-input --no-compile \
        -c constraints.txt -r "$requirements" ||
        stop "The packages of $requirements could not be installed: see pip's message above."
    # pip compiles on one processor; this takes all. A package may hold a template that is no Python: that is no matter.
    "$venv/bin/python" -m compileall -qq -j 0 "$venv/lib" || true
    printf '%s\n' "$wanted" >"$stamp"
fi
