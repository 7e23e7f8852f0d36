#!/bin/sh
# Installs Footnote from this folder into another, without a network:
#   sh install.sh /opt/footnote            the bot with its embedder
#   sh install.sh /opt/footnote serve      and an environment that this bundle was packed with
# It needs Python with venv, of the version in MADE-FOR. Running it again brings that folder to this version.
set -eu
usage="usage: sh install.sh FOLDER [presidio | torch | serve | serve-cpu ...]"
place=${1:?$usage}
shift
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
python=${PYTHON:-python3}

(cd "$here" && sha256sum --check --quiet SHA256SUMS) || {
    echo "This bundle is damaged, or something was added to it. Copy it again." >&2
    exit 1
}
found=$("$python" -c 'import platform as p; print("Python " + ".".join(p.python_version_tuple()[:2]), p.system(), p.machine(), sep=", ")')
if [ "$found" != "$(cat "$here/MADE-FOR")" ]; then
    echo "This bundle is for $(cat "$here/MADE-FOR"); here is $found. Name another Python in PYTHON, or pack it on a machine like this one." >&2
    exit 1
fi

mkdir -p "$place"
place=$(CDPATH='' cd -- "$place" && pwd)
if [ -n "$(ls -A "$place")" ] && ! grep -qs '^name = "footnote"$' "$place/pyproject.toml"; then
    echo "$place holds something else. Name an empty folder, or the one of an earlier version." >&2
    exit 1
fi
for name in bot model retrieval; do rm -rf "${place:?}/$name"; done # modules that are no more
cp -R "$here/source/." "$place/"
test -x "$place/.venv/bin/python" || "$python" -m venv "$place/.venv"

# No index, no configuration of this machine, nothing but what lies here and fits the lock's hashes.
pip() {
    PIP_CONFIG_FILE=/dev/null "$place/.venv/bin/python" -m pip --isolated --quiet --disable-pip-version-check \
        install --no-index --find-links "$here/packages" "$@"
}
pip --require-hashes --requirement "$place/lock/core.txt"
pip --require-hashes --requirement "$place/lock/traces.txt"
pip --require-hashes --no-deps --requirement "$place/lock/minilm.txt"
pip --no-build-isolation --no-deps --editable "$place"

for part in "$@"; do
    FOOTNOTE_CACHE="$place/cache" PIP_CONFIG_FILE=/dev/null PIP_NO_INDEX=1 PIP_FIND_LINKS="$here/packages" \
        "$place/.venv/bin/python" "$place/deploy/environment.py" "$part"
done
if [ "$#" -gt 0 ]; then echo "Set FOOTNOTE_CACHE=$place/cache for what runs in the other environments."; fi
"$place/.venv/bin/footnote" --version
