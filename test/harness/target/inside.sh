#!/usr/bin/env bash
# The inside of up.sh: process 1 of namespaces of its own. Brings the servers up side by side, describes them in
# TARGET_JSON, and runs the command that up.sh was given. Its end is the end of everything in the namespaces.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/needs.sh"
started=${EPOCHREALTIME/./}

# ---------------------------------------------------------------- a private place
umask 022
resolver=$(readlink -f /etc/resolv.conf || true)
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -m 755 /run/sshd
export TARGET_DIR=/run/target
mkdir -p "$TARGET_DIR"/{bin,home,tmp,keys,registry,overlay}
case $resolver in /run/*) mkdir -p "${resolver%/*}"; echo 'nameserver 127.0.0.1' >"$resolver" ;; esac
caller=$PWD
# What writes to /tmp whatever TMPDIR says leaves nothing there either: an ssh-agent, Node's compile cache.
case $checkout/$caller/ in
  */tmp/*) ;;
  *) [ "${TARGET_PRIVATE_TMP:-}" != 1 ] || mount -t tmpfs -o mode=1777 tmpfs /tmp ;;
esac
cd "$TARGET_DIR"

# The network: the runner and the registry at .1, host a at .2; b at .3 and c at .4 in network namespaces of their own.
# Net::SSH leaves Nagle's algorithm on, so that each of Kamal's commands waits 40 ms for a delayed acknowledgement;
# acknowledging at once takes a third off a deploy. TARGET_DELAYED_ACKS=1 leaves it as it is elsewhere, for measuring.
export TARGET_NET=10.99.0 TARGET_ACKS='quickack 1'
[ "${TARGET_DELAYED_ACKS:-}" != 1 ] || TARGET_ACKS=
ip -batch - <<N
link set lo up
link add hosts type bridge
addr add $TARGET_NET.1/24 dev hosts
addr add $TARGET_NET.2/24 dev hosts
link set hosts up
route replace local $TARGET_NET.1 dev hosts table local src $TARGET_NET.1 $TARGET_ACKS
route replace local $TARGET_NET.2 dev hosts table local src $TARGET_NET.1 $TARGET_ACKS
route replace $TARGET_NET.0/24 dev hosts src $TARGET_NET.1 $TARGET_ACKS
N

# ---------------------------------------------------------------- the runner: environment, docker, Kamal, no op
for name in $(compgen -e); do
  case $name in
    OP_* | KAMAL_* | DOCKER_* | BUILDX_* | SSH_* | GEM_* | BUNDLE_* | RUBY* | GIT_* | VERSION | XDG_*) unset "$name" ;;
  esac
done
export HOME=$TARGET_DIR/home TMPDIR=$TARGET_DIR/tmp LC_ALL=C.UTF-8
# OpenSSH takes the account's home from passwd, whatever HOME says: the account's own ~/.ssh stays out of it.
sed -E "s#^([^:]*:[^:]*:$(id -u):[^:]*:[^:]*:)[^:]*:#\\1$HOME:#" /etc/passwd >"$TARGET_DIR/passwd"
mount --bind "$TARGET_DIR/passwd" /etc/passwd
export GEM_HOME=$tools/gems GEM_PATH=$tools/gems
PATH=$TARGET_DIR/bin:$tools/gems/bin:$TARGET_CALLER_PATH
unset TARGET_CALLER_PATH
debian_docker=/usr/bin/docker # the one that belongs to the engine, whatever else is on PATH
[ ! -x $debian_docker ] || ln -s $debian_docker "$TARGET_DIR/bin/docker"

# The plugin goes to a place where docker looks whatever HOME is.
plugin=$(buildx_plugin)
if [ "${plugin%/*}" = "$tools" ]; then
  mkdir "$TARGET_DIR"/overlay/{upper,work}
  if mount -t overlay -o "lowerdir=/usr/local/lib,upperdir=$TARGET_DIR/overlay/upper,workdir=$TARGET_DIR/overlay/work" \
    overlay /usr/local/lib 2>/dev/null; then
    plugins=/usr/local/lib/docker/cli-plugins
  else
    plugins=$HOME/.docker/cli-plugins
  fi
  mkdir -p "$plugins"
  ln -s "$plugin" "$plugins/docker-buildx"
fi

# No op on PATH: a directory that has one is replaced by links to all else that is in it.
without_op=
IFS=: read -ra directories <<<"$PATH"
for directory in "${directories[@]}"; do
  if [ -x "$directory/op" ]; then
    links=$(mktemp -d "$TARGET_DIR/path.XXXX")
    find "$directory/" -mindepth 1 -maxdepth 1 ! -name op -exec ln -s -t "$links" {} +
    directory=$links
  fi
  without_op=$without_op:$directory
done
PATH=${without_op#:}

# ---------------------------------------------------------------- bring up, side by side
fail() { # WHAT LOG...: the last lines of the logs, then the sentence
  local what=$1 log
  shift
  for log; do [ ! -s "$log" ] || { echo "--- ${log##*/}"; tail -n 15 "$log"; } >&2; done
  echo "The disposable server did not come up: $what." >&2
  exit 1
}

ssh-keygen -q -t ed25519 -N '' -C deploy -f keys/deploy
ssh-keygen -q -t ed25519 -N '' -C stranger -f keys/stranger

names=(a b c)
names=("${names[@]:0:$TARGET_HOSTS}")
for name in "${names[@]}"; do
  mkdir -p "hosts/$name"/{root,bin,log}
  ssh-keygen -q -t ed25519 -N '' -C "host-$name" -f "hosts/$name/host_key"
done
cp "$here/host.sh" . # where the servers see it, too
unshare --mount --propagation private bash host.sh a hold &
for name in "${names[@]:1}"; do unshare --mount --propagation private --net bash host.sh "$name" hold & done
bash "$here/registry.sh" start
bash "$here/images.sh" || fail 'the test images could not be packed'
touch images/ready

for name in "${names[@]}"; do
  until [ -e "hosts/$name/ready" ]; do
    [ ! -e "hosts/$name/failed" ] || fail "$(<"hosts/$name/failed")" hosts/"$name"/log/{containerd,dockerd,sshd,images}.log
    sleep 0.02
  done
done
bash "$here/registry.sh" wait || fail 'the registry does not answer' registry/log

export TARGET_JSON=$TARGET_DIR/target.json
bash "$here/describe.sh" "${names[@]}" >"$TARGET_JSON"
elapsed=$(((${EPOCHREALTIME/./} - started) / 1000))
printf 'disposable server: hosts %s up in %d.%d s\n' "${names[*]}" $((elapsed / 1000)) $((elapsed % 1000 / 100)) >&2

cd "$caller"
status=0
"$@" || status=$?
exit "$status"
