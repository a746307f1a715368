#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image.
set -euo pipefail
source="${AUTOGRADER:-/autograder}/source"
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends bubblewrap python3 python3-venv

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; }
find_python() {
    for name in python3 python3.13 python3.12 python3.11; do
        if new_enough "$name"; then echo "$name"; return; fi
    done
}
python="$(find_python)"
if [ -z "$python" ]; then
    apt-get install -y --no-install-recommends python3.12 python3.12-venv \
        || apt-get install -y --no-install-recommends python3.11 python3.11-venv \
        || { echo "Python 3.11 is needed. Choose a newer base image in Gradescope, such as Ubuntu 24.04."; exit 1; }
    python="$(find_python)"
fi
"$python" -m venv "$source/venv"
"$source/venv/bin/pip" install --quiet --disable-pip-version-check -r "$source/requirements.txt"
chmod 700 "$source"
# What confines students' code in this image stands in the build log; each grading tries it again.
PYTHONPATH="$source/packages" "$source/venv/bin/python" -m autograder doctor || true
