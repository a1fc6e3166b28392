#!/usr/bin/env bash
# Brings up a disposable server, runs a command beside it, and leaves nothing behind.
#
#   test/harness/target/up.sh COMMAND [ARGUMENT...]
#   TARGET_HOSTS=1 test/harness/target/up.sh COMMAND...      one server, or three, instead of two that know nothing of each other
#   TARGET_DELAYED_ACKS=1 test/harness/target/up.sh COMMAND...   TCP as it is elsewhere, for measuring
#
# COMMAND sees: sshds, docker engines and a registry on addresses that exist nowhere else; a fresh HOME and TMPDIR;
# Kamal on PATH, no `op`; TARGET_JSON, the path of a file that describes it all (types: target.ts). Needs root and what
# install.sh installs. README.md beside this file tells more.
#
# Exit status: COMMAND's; 3 with a sentence on stderr where the machine cannot carry it; 1 if bringing up failed.
#
# Everything lives in private net, mount, pid and ipc namespaces and on a tmpfs in them: the kernel ends every process,
# interface and file of it when this script ends in whatever way, SIGKILL included. Only control groups outlive their
# namespaces; sweep.sh removes them.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -gt 0 ] || { echo 'usage: up.sh COMMAND [ARGUMENT...]' >&2; exit 2; }
case ${TARGET_HOSTS:=2} in 1 | 2 | 3) ;; *) echo "TARGET_HOSTS is \"$TARGET_HOSTS\"; it is 1, 2 or 3." >&2; exit 2 ;; esac
[ -z "${TARGET_JSON:-}" ] || { echo 'This is inside a disposable server already.' >&2; exit 2; }
"$here/requirements.sh" server >&2 || exit 3
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

TARGET_CGROUP=kamal-target-$$-$RANDOM
TARGET_CALLER_PATH=$PATH
export TARGET_HOSTS TARGET_CGROUP TARGET_CALLER_PATH

# Reads end of file when this script is gone, for whatever reason; in a session of its own, so that a signal to this
# script's process group does not reach it.
exec {lifeline}> >(exec setsid "$here/sweep.sh" "$TARGET_CGROUP" >/dev/null 2>&1)
sweeper=$!
child=
finish() {
  trap '' HUP INT TERM
  exec {lifeline}>&-
  wait "$sweeper" 2>/dev/null || true
}
# unshare holds INT and TERM back while it waits; so its child, process 1 of the namespace, is killed, and with it all.
stop() {
  local first
  trap '' HUP INT TERM
  if [ -n "$child" ]; then
    first=$(cat "/proc/$child/task/$child/children" 2>/dev/null) || true
    kill -KILL ${first:-"$child"} 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  exit "$1"
}
trap finish EXIT
trap 'stop 129' HUP
trap 'stop 130' INT
trap 'stop 143' TERM

# If this script is killed, setpriv's parent-death signal kills unshare, and --kill-child all the rest. The comparison
# covers the moment before setpriv had set it. Background commands of a script ignore INT and QUIT: not this one.
env --default-signal=INT,QUIT setpriv --pdeathsig KILL bash -c '
  [ "$PPID" = "$0" ] || exit 1
  exec unshare --net --mount --propagation private --pid --ipc --fork --kill-child=KILL --mount-proc "$@"
' $$ bash "$here/inside.sh" "$@" <&0 {lifeline}>&- &
child=$!
wait "$child"
