#!/bin/sh
# Makes .venv and installs the pinned packages: `setup.sh run` what the product needs, `setup.sh dev` the tools too.
# Done already? Then it ends at once: a stamp in .venv carries the checksum of what was installed.
set -eu
cd "$(dirname "$0")/.."
what=${1:-dev}
python=.venv/bin/python

fail() {
    echo "dapjigi: $*" >&2
    exit 2
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

checksum() {
    cksum <"$1" | tr ' ' '-'
}

case $what in
    run) file=requirements.txt ;;
    dev) file=requirements-dev.txt ;;
    *) fail "setup.sh knows 'run' and 'dev', not '$what'" ;;
esac

# A Python that was asked for by name is used or refused, never quietly replaced.
if [ -n "${PYTHON:-}" ]; then
    command -v "$PYTHON" >/dev/null 2>&1 || fail "PYTHON=$PYTHON was not found"
    new_enough "$PYTHON" || fail "$PYTHON is $("$PYTHON" -V 2>&1); Dapjigi needs Python 3.11 or newer (try PYTHON=python3.13)"
fi

stamp=.venv/.setup-$what-$(checksum "$file")
dev_stamp=.venv/.setup-dev-$(checksum requirements-dev.txt)
if new_enough "$python" && { [ -e "$stamp" ] || [ -e "$dev_stamp" ]; }; then
    exit 0
fi

if [ -z "${PYTHON:-}" ]; then
    for candidate in python3.13 python3.12 python3.11 python3 python; do
        if new_enough "$candidate"; then
            PYTHON=$candidate
            break
        fi
    done
fi
if [ -z "${PYTHON:-}" ]; then
    found=$(python3 -V 2>&1) || found="no Python"
    fail "found $found; Dapjigi needs Python 3.11 or newer. Debian: apt install python3 python3-venv; macOS: brew install python@3.13"
fi

# Without a home folder to write to there is nowhere to keep downloads.
if [ ! -w "${HOME:-/nowhere}" ]; then
    export UV_NO_CACHE=1 PIP_NO_CACHE_DIR=1
fi
export UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_NO_INPUT=1

have_uv() {
    command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1
}

make_environment() {
    if have_uv && uv venv --quiet --clear --seed --python "$PYTHON" .venv 2>/dev/null; then
        return
    fi
    "$PYTHON" -c 'import venv, ensurepip' 2>/dev/null ||
        fail "$PYTHON cannot make an environment (its venv module is missing). Debian: apt install python3-venv"
    "$PYTHON" -m venv --clear .venv || fail "the environment .venv could not be made; the reason stands above"
}

install() {
    # Where Python may not write byte code later, it is written now: a start takes half the time.
    compile=${PYTHONDONTWRITEBYTECODE:+--compile-bytecode}
    # pip is asked when uv cannot: it may know a mirror that uv does not.
    # shellcheck disable=SC2086 - nothing or one word
    if have_uv && uv pip install --quiet $compile --python "$python" --require-hashes -r "$1" 2>/dev/null; then
        return
    fi
    "$python" -m pip --version >/dev/null 2>&1 || "$python" -m ensurepip --upgrade >/dev/null
    "$python" -m pip install --quiet --require-hashes -r "$1" ||
        fail "the packages of $1 could not be installed; the reason stands above"
}

new_enough "$python" || make_environment
echo "dapjigi: installing the packages of $file (only the first time)" >&2
install "$file"
rm -f .venv/.setup-*
touch "$stamp"
