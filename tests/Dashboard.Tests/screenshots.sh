#!/usr/bin/env bash
# Makes docs/screenshots anew: every page in light and dark, on a phone and a laptop, of a hub with agents and traffic.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
dotnet build tests/Dashboard.Tests -c Release --nologo -v quiet
tests/Dashboard.Tests/bin/Release/net10.0/PrivateConnect.Dashboard.Tests -noLogo -explicit only
if command -v pngquant >/dev/null; then
  pngquant --force --ext .png --speed 1 64 docs/screenshots/*.png
else
  echo "screenshots.sh: without pngquant (package pngquant) the pictures are three times as large" >&2
fi
