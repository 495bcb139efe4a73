#!/bin/sh
# Writes an OCI image archive with one static program: oci-archive.sh PROGRAM REFERENCE ARCHIVE
# Image layout and media types: https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md
# Same program, same archive: names are sorted, times are zero.
set -eu
program=$1 reference=$2 archive=$3
work=$(mktemp -d)
mkdir -p "$work/root" "$work/oci/blobs/sha256"
install -m 0755 "$program" "$work/root/pause"

pack() { tar --create --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=ustar "$@"; }
digest() { sha256sum "$1" | cut -d ' ' -f 1; }
size() { stat -c %s "$1"; }
keep() { mv "$1" "$work/oci/blobs/sha256/$(digest "$1")"; }

case $(uname -m) in x86_64) arch=amd64 ;; aarch64) arch=arm64 ;; *) echo "no architecture $(uname -m)" >&2; exit 1 ;; esac

pack --file "$work/layer" --directory "$work/root" pause
layer=$(digest "$work/layer") layer_size=$(size "$work/layer")
keep "$work/layer"

printf '{"architecture":"%s","os":"linux","created":"1970-01-01T00:00:00Z","config":{"Entrypoint":["/pause"],"User":"65535:65535","WorkingDir":"/"},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
  "$arch" "$layer" >"$work/config"
config=$(digest "$work/config") config_size=$(size "$work/config")
keep "$work/config"

printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%s},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:%s","size":%s}]}' \
  "$config" "$config_size" "$layer" "$layer_size" >"$work/manifest"
manifest=$(digest "$work/manifest") manifest_size=$(size "$work/manifest")
keep "$work/manifest"

printf '{"imageLayoutVersion":"1.0.0"}' >"$work/oci/oci-layout"
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%s,"platform":{"architecture":"%s","os":"linux"},"annotations":{"io.containerd.image.name":"%s","org.opencontainers.image.ref.name":"%s"}}]}' \
  "$manifest" "$manifest_size" "$arch" "$reference" "${reference##*:}" >"$work/oci/index.json"

pack --file "$archive" --directory "$work/oci" oci-layout index.json blobs
rm -r "$work"
