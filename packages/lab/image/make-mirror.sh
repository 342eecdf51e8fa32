#!/bin/sh
# Makes a package archive of everything that provisioning installs on top of a root, without installing it.
# Usage: make-mirror.sh ROOT MIRROR PACKAGE...   (called by mmdebstrap as a customize hook, as root)
set -eu
root=$1
mirror=$2
shift 2
pool=$mirror/debian/pool
index=$mirror/debian/dists/trixie/main/binary-amd64
mkdir -p "$pool/partial" "$index"
APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get --yes --download-only --no-install-recommends \
  -o Dir::Cache::Archives="$pool" -o APT::Keep-Downloaded-Packages=true install "$@"
rm -rf "$pool/partial" "$pool/lock"
[ -e "$root/etc/debian_version" ]
cd "$mirror/debian"
apt-ftparchive packages pool > dists/trixie/main/binary-amd64/Packages
apt-ftparchive -o APT::FTPArchive::Release::Suite=trixie -o APT::FTPArchive::Release::Codename=trixie \
  -o APT::FTPArchive::Release::Components=main -o APT::FTPArchive::Release::Architectures=amd64 \
  release dists/trixie > dists/trixie.release
mv dists/trixie.release dists/trixie/Release
