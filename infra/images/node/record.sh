#!/bin/sh
# Writes what the image was made of, as JSON on stdout: packages of Debian with their versions, programs of the node with their sha256.
set -eu
packages='systemd containerd runc containernetworking-plugins openssh-server iptables logrotate kmod procps'
printf '{\n  "schema": 1,\n  "base": "%s",\n  "variant": "%s",\n  "packages": {' "$1" "$2"
comma=
for package in $packages; do
  printf '%s\n    "%s": "%s"' "$comma" "$package" "$(dpkg-query -W -f '${Version}' "$package")"
  comma=,
done
printf '\n  },\n  "sha256": {'
comma=
for file in /usr/bin/containerd /usr/bin/containerd-shim-runc-v2 /usr/bin/ctr /usr/sbin/runc /usr/lib/systemd/systemd \
  /usr/sbin/sshd /opt/cni/bin/* /etc/eks/pause.tar; do
  printf '%s\n    "%s": "%s"' "$comma" "$file" "$(sha256sum "$file" | cut -d ' ' -f 1)"
  comma=,
done
printf '\n  }\n}\n'
