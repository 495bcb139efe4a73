/** Longest life of a plain container without its owner, in seconds; the sweep by label comes first, this is the floor under it. */
export const idle = (seconds: number): string =>
  `end=$(($(date +%s) + ${Math.ceil(seconds)})); trap 'exit 0' TERM INT; while [ "$(date +%s)" -lt "$end" ]; do sleep 60 & wait $!; done`

/**
 * PID 1 of a container that boots systemd: makes its own cgroup tree writable, then becomes systemd. Given as an argument, so nothing
 * is installed in the image.
 *
 * - cgroup v2 host: the private cgroup namespace is already its own tree; remount it writable.
 * - cgroup v1 host, systemd up to 257: remount the private v1 controllers writable; systemd 256 and 257 want to be told on their
 *   command line that v1 is meant. Nested containers with limits work.
 * - cgroup v1 host, systemd from 258, which knows only v2: a subtree of the host's v2 hierarchy, with whatever controllers it has.
 *
 * Of the sysctl files of the image those under net.* are applied, as its own systemd-sysctl would do at boot: they belong to the
 * container's network namespace. All others would be the host's, so they stay read-only.
 */
export const systemdInit = `
set -e
for sd in /usr/lib/systemd/systemd /lib/systemd/systemd; do [ -x "$sd" ] && break; done
if mount --bind /proc/sys/net /proc/sys/net && mount -o remount,bind,rw /proc/sys/net; then
  d=/run/systemd/system/systemd-sysctl.service.d
  mkdir -p "$d"
  printf '[Unit]\\nConditionPathIsReadWrite=\\n[Service]\\nExecStart=\\nExecStart=/usr/lib/systemd/systemd-sysctl --prefix=/net\\n' >"$d/10-container.conf"
fi 2>/dev/null
if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; then
  mount -o remount,rw /sys/fs/cgroup 2>/dev/null || true
  exec "$sd" "$@"
fi
version=$("$sd" --version)
version=\${version#systemd }
if [ "\${version%%[!0-9]*}" -lt 258 ]; then
  mount -o remount,bind,rw /sys/fs/cgroup
  for d in /sys/fs/cgroup/*; do [ -L "$d" ] || mount -o remount,bind,rw "$d" 2>/dev/null || true; done
  mount -o remount,bind,ro /sys/fs/cgroup 2>/dev/null || true
  exec "$sd" SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1 systemd.unified_cgroup_hierarchy=0 "$@"
fi
mkdir -p /run/cgroup2
mount -t cgroup2 none /run/cgroup2
own=/run/cgroup2/amiproof-$(cat /proc/sys/kernel/random/uuid)
mkdir -p "$own"
echo 1 >"$own/cgroup.procs"
exec unshare -C /bin/sh -c '
umount /run/cgroup2
umount -R /sys/fs/cgroup 2>/dev/null || umount -l /sys/fs/cgroup
mount -t cgroup2 -o rw,nosuid,nodev,noexec cgroup2 /sys/fs/cgroup
exec "$0" "$@"' "$sd" "$@"
`

/** Waits until systemd has finished booting and prints its state; the deadline is the caller's. */
export const awaitBoot = `
while :; do
  state=$(systemctl is-system-running 2>/dev/null)
  case $state in running | degraded | maintenance | stopping) printf %s "$state"; exit 0 ;; esac
  sleep 0.1 2>/dev/null || sleep 1
done
`

/** What a person wants to read when a boot went wrong. */
export const bootStory = `
systemctl list-units --no-legend --plain --state=failed,activating 2>&1 | head -n 20
systemctl list-jobs --no-legend 2>&1 | head -n 10
journalctl --no-pager -b -q -p warning -n 25 -o cat 2>&1
`
