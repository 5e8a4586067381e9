#!/bin/sh
# Installs the Debian packages that OffAxis is built on, those that are missing only.
#
#   tools/install.sh [MORE_PACKAGES...]
set -eu

packages="libopenblas-dev liblapacke-dev libsentencepiece-dev libpcre2-dev libsqlite3-dev
pkg-config libjs-vega $*"

missing=""
for package in $packages; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "ok installed" ||
    missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
  echo "install these packages by your system's means and run again:$missing" >&2
  exit 1
fi
root=""
[ "$(id -u)" = 0 ] || root="sudo"
echo "installing:$missing" >&2
$root apt-get update -qq
DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends $missing >&2
