#!/bin/sh
# Puts an OpenID provider (npm's oidc-provider) where the tests look for it and prints its node_modules. For tests only.
# Does nothing when it is there.
set -eu

VERSION=9.13.3
CACHE="${PRIVATECONNECT_TEST_CACHE:-/var/tmp/privateconnect-test}"
TARGET="$CACHE/oidc-provider-$VERSION"

if [ -d "$TARGET/node_modules/oidc-provider" ]; then echo "$TARGET/node_modules"; exit 0; fi
for tool in npm node; do
  command -v "$tool" >/dev/null || { echo "install-oidc-provider.sh: $tool is needed to fetch the provider for the tests" >&2; exit 1; }
done

umask 022
mkdir -p "$CACHE"
WORK=$(mktemp -d "$CACHE/.fetch-XXXXXX")
trap 'rm -rf "$WORK"' EXIT
cd "$WORK"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts "oidc-provider@$VERSION" >/dev/null
cd /
# Two test runs may fetch at once: the first to be done gives the folder its name.
if ! mv -T "$WORK" "$TARGET" 2>/dev/null; then [ -d "$TARGET/node_modules/oidc-provider" ]; fi
echo "$TARGET/node_modules"
