#!/usr/bin/env bash
# Says what this machine lacks, one sentence a line.
#
#   requirements.sh [unit|server]...    default: both
#
#   unit    unit tests that run real Ruby, Kamal, git, ssh
#   server  the disposable server of up.sh: root, namespaces, control groups, a network of its own; each is tried
#
# Exit status: 0 nothing is missing, 3 something is. Changes nothing. Takes about 0.1 s.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/needs.sh"

lack() { printf 'missing: %s\n' "$*"; }

commands() { # unit|server
  local what packages purpose
  while IFS=$'\t' read -r what packages purpose; do
    lack "$what, for $purpose; Debian package ${packages//|/ or }: run test/harness/target/install.sh as root."
  done < <(missing_of "$1")
}

gems() {
  [ -n "$(type -P ruby)" ] || return
  gems_installed || lack "Kamal $kamal_version in .tools/gems; run test/harness/target/install.sh."
}

# Tries in namespaces of its own what the server will do in its own.
trial() {
  unshare --net --mount --pid --ipc --fork --mount-proc bash -c '
    try() { local sentence=$1; shift; "$@" >/dev/null 2>&1 || { printf "%s\n" "$sentence"; exit 0; }; }
    try "permission to mount a tmpfs in a mount namespace." mount -t tmpfs -o mode=755 tmpfs /run
    try "a network namespace whose loopback can be brought up." ip link set lo up
    try "permission to make a network bridge (kernel module bridge)." ip link add trial0 type bridge
    try "permission to make a pair of network interfaces (kernel module veth)." ip link add trial1 type veth peer name trial2
    try "iptables that works (kernel module ip_tables or nf_tables)." iptables -I OUTPUT -d 192.0.2.1 -j DROP
  ' 2>/dev/null || echo 'permission to make net, mount, pid and ipc namespaces (unshare was refused: a container needs --privileged).'
}

control_groups() {
  local root=/sys/fs/cgroup parent probe
  if [ ! -e "$root/cgroup.controllers" ]; then
    [ -d "$root/devices" ] || { lack 'control groups: neither version 2 nor the devices hierarchy of version 1 is mounted on /sys/fs/cgroup.'; return; }
    root=$root/devices
  fi
  probe=$root/kamal-target-trial-$$
  if mkdir "$probe" 2>/dev/null; then rmdir "$probe"; else lack "permission to make control groups under $root."; fi
}

machine() {
  local sentence
  if [ "$(uname -s)" != Linux ]; then lack "Linux: the disposable server lives in Linux namespaces, and this is $(uname -s)."; return; fi
  if [ "$(id -u)" != 0 ]; then lack 'root: the disposable server is an engine and an sshd in namespaces of their own; run this as root.'; return; fi
  if [ -n "$(type -P unshare)" ] && [ -n "$(type -P ip)" ] && [ -n "$(type -P iptables)" ]; then
    while read -r sentence; do lack "$sentence"; done < <(trial)
  fi
  control_groups
}

[ $# -gt 0 ] || set -- unit server
report=$(
  for kind; do
    case $kind in
      unit) commands unit; gems ;;
      server)
        machine
        commands server
        [ -n "$(buildx_plugin)" ] || lack 'docker-buildx, the plugin that Kamal builds with; run test/harness/target/install.sh.'
        gems
        ;;
      *) lack "nothing by the name of $kind; usage: requirements.sh [unit|server]..." ;;
    esac
  done | awk '!seen[$2]++'
)
[ -z "$report" ] || { printf '%s\n' "$report"; exit 3; }
