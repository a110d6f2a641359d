#!/bin/sh
# Puts axe-core (npm, MPL-2.0), which checks pages for accessibility, where the tests look for it and prints its file. For tests
# only. Does nothing when it is there.
set -eu

VERSION=4.14.1
CACHE="${PRIVATECONNECT_TEST_CACHE:-/var/tmp/privateconnect-test}"
TARGET="$CACHE/axe-core-$VERSION"

if [ -e "$TARGET/axe.min.js" ]; then echo "$TARGET/axe.min.js"; exit 0; fi
for tool in npm tar; do
  command -v "$tool" >/dev/null || { echo "install-axe.sh: $tool is needed to fetch axe-core for the tests" >&2; exit 1; }
done

umask 022
mkdir -p "$CACHE"
WORK=$(mktemp -d "$CACHE/.fetch-XXXXXX")
trap 'rm -rf "$WORK"' EXIT
cd "$WORK"
npm pack --silent "axe-core@$VERSION" >/dev/null
tar xzf ./*.tgz
# Two test runs may fetch at once: the first to be done gives the folder its name.
if ! mv -T package "$TARGET" 2>/dev/null; then [ -e "$TARGET/axe.min.js" ]; fi
echo "$TARGET/axe.min.js"
