#!/bin/sh
# Find a Python that runs and is new enough, make .venv with it, and install what requirements.lock says.
set -eu
cd "$(dirname "$0")/.."

works() { # a pyenv shim may exist and fail, a Debian Python may lack venv: only what really runs counts
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12) or sys.implementation.name != "cpython")' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-} python3.13 python3.12 python3.14 python3 python \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9]*/bin/python3 /opt/homebrew/bin/python3.1[2-9] /usr/local/bin/python3.1[2-9]; do
        if works "$candidate"; then
            echo "$candidate"
            return
        fi
    done
}

if ! works .venv/bin/python; then
    python=$(find_python)
    if [ -z "$python" ]; then
        cat >&2 <<'MESSAGE'
readout: no Python 3.12 or newer (with its venv module) was found. Install one and run the command again:
  Debian, Ubuntu   apt install python3 python3-venv     (where that is 3.12 or newer)
  macOS            brew install python@3.13
  anywhere         pyenv install 3.13                   or https://www.python.org/downloads/
If it lies in an unusual place, say so: make materialize PYTHON=/path/to/python3.13
MESSAGE
        exit 1
    fi
    echo "setting up .venv with $("$python" --version) ($python)" >&2
    rm -rf .venv
    "$python" -m venv .venv
fi
.venv/bin/python tools/install.py requirements.lock
cat >.venv/bin/readout <<SCRIPT
#!/bin/sh
# The command line of the project, from any folder.
PYTHONPATH="$PWD" exec "$PWD/.venv/bin/python" -P -m pipelines "\$@"
SCRIPT
chmod +x .venv/bin/readout
touch .venv/.ready
