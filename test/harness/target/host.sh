#!/usr/bin/env bash
# One server of the disposable target, in a mount namespace of its own (its /root), b and c also in a network namespace.
#
#   host.sh a|b|c hold     bring it all up, mark it ready, and hold the namespaces
#   host.sh a|b|c engine   start the docker engine, return when it answers
#   host.sh a|b|c sshd     start sshd, return when it listens
set -euo pipefail
name=$1 host=$TARGET_DIR/hosts/$1 port=22022
case $name in
  a) address=$TARGET_NET.2 extra=(-H unix:///run/docker.sock) pool=10.101.0.0 ;;  # the runner's engine, too
  b) address=$TARGET_NET.3 extra=() pool=10.102.0.0 ;;
  c) address=$TARGET_NET.4 extra=() pool=10.103.0.0 ;;
esac
export DOCKER_HOST=unix://$host/docker.sock

until_true() { # SECONDS COMMAND...
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.02
  done
}

network() { # not a: one end of a cable here, the other in the runner's bridge
  ip -batch - <<N
link set lo up
link add eth0 type veth peer name host-$name netns 1
addr add $address/24 dev eth0
link set eth0 up
route replace $TARGET_NET.0/24 dev eth0 src $address $TARGET_ACKS
route add default via $TARGET_NET.1
N
  nsenter --target 1 --net ip link set "host-$name" master hosts up
}

engine() {
  if ! kill -0 "$(cat "$host/containerd.pid" 2>/dev/null || echo none)" 2>/dev/null; then
    cat >"$host/containerd.toml" <<C
version = 2
root = "$host/containerd"
state = "$host/run/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt", "io.containerd.tracing.processor.v1.otlp",
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[grpc]
address = "$host/containerd.sock"
C
    setsid containerd --config "$host/containerd.toml" >>"$host/log/containerd.log" 2>&1 </dev/null &
    echo $! >"$host/containerd.pid"
    until_true 20 test -S "$host/containerd.sock"
  fi
  # Published ports go through docker-proxy and every container has its bridge: no rule of iptables is needed, and those
  # of the tests are the only ones.
  setsid dockerd --config-file "$host/daemon.json" --data-root "$host/docker" --exec-root "$host/run/docker" \
    --pidfile "$host/dockerd.pid" --containerd "$host/containerd.sock" -H "$DOCKER_HOST" ${extra[@]+"${extra[@]}"} \
    --iptables=false --bip "${pool%.0}.1/24" --default-address-pool "base=${pool%.0.0}.0.0/16,size=24" \
    --insecure-registry "$TARGET_NET.1:15000" --exec-opt native.cgroupdriver=cgroupfs \
    --cgroup-parent "/$TARGET_CGROUP/$name" >>"$host/log/dockerd.log" 2>&1 </dev/null &
  until_true 40 docker version
}

sshd() {
  until_true 5 listening_not || return 1
  "$(type -P sshd)" -f "$host/sshd_config" -E "$host/log/sshd.log"
}
listening_not() { ! (exec 3<>"/dev/tcp/$address/$port"); }

# ForceCommand: every command is logged (seconds since the epoch, tab, the command with its line ends escaped), then run
# by root's shell as sshd would. A file in bin/ of the host wins over the command of that name.
sshd_files() {
  cat >"$host/log-and-run" <<T
#!/bin/bash
printf '%s\t%s\n' "\$EPOCHREALTIME" "\${SSH_ORIGINAL_COMMAND//\$'\n'/\\\\n}" >>$host/log/commands.log
[ -n "\$SSH_ORIGINAL_COMMAND" ] || exec /bin/bash -l
exec /bin/bash -c "\$SSH_ORIGINAL_COMMAND"
T
  chmod 755 "$host/log-and-run"
  : >"$host/log/commands.log"
  cp "$TARGET_DIR/keys/deploy.pub" "$host/authorized_keys"
  cat >"$host/sshd_config" <<C
Port $port
ListenAddress $address
HostKey $host/host_key
PidFile $host/sshd.pid
AuthorizedKeysFile $host/authorized_keys
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
PrintMotd no
PrintLastLog no
StrictModes no
MaxAuthTries 20
MaxStartups 100
LogLevel VERBOSE
SetEnv DOCKER_HOST=$DOCKER_HOST PATH=$host/bin:$TARGET_DIR/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ForceCommand $host/log-and-run
C
  # OpenSSH 9.8 and later punish an address for refused keys; tests send wrong keys on purpose.
  if "$(type -P sshd)" -t -f "$host/sshd_config" -o PerSourcePenalties=no 2>/dev/null; then
    echo 'PerSourcePenalties no' >>"$host/sshd_config"
  fi
}

import() { # TAR IMAGE CHANGE...
  local tar=$1 image=$2 changes=() change
  shift 2
  for change; do changes+=(--change "$change"); done
  docker import "${changes[@]}" "$tar" "$image"
}
images() {
  local proxy
  until_true 20 test -e "$TARGET_DIR/images/ready"
  import "$TARGET_DIR/images/proxy.tar" "basecamp/kamal-proxy:$proxy_version" 'ENV PATH=/bin' 'CMD ["kamal-proxy", "run"]' \
    'LABEL org.opencontainers.image.title=kamal-proxy' 'LABEL stand-in=true' &
  proxy=$!
  [ "$name" != a ] || import "$TARGET_DIR/images/base.tar" e2e-base:1 'ENV PATH=/bin'
  wait "$proxy"
}

case $2 in
  engine) engine ;;
  sshd) sshd ;;
  hold)
    stage() { "${@:2}" || { echo "host $name: $1" >"$host/failed.partial"; mv "$host/failed.partial" "$host/failed"; exit 1; }; }
    # before /root is another: the checkout may be beneath it
    proxy_version=$(sed -n 's/.*MINIMUM_VERSION = "\(.*\)".*/\1/p' "$GEM_HOME"/gems/kamal-*/lib/kamal/configuration/proxy/run.rb)
    mount --bind "$host/root" /root
    umount /etc/passwd # the runner's, with another home
    # else dockerd would read this machine's /etc/docker/daemon.json, and write a key beside it
    [ ! -d /etc/docker ] || mount -t tmpfs -o mode=755 tmpfs /etc/docker
    echo "{}" >"$host/daemon.json"
    echo $$ >"$host/namespace.pid"
    echo "$address" >"$host/address"
    [ "$name" = a ] || stage 'its network cannot be made' network
    sshd_files
    stage 'sshd did not start' sshd
    stage 'the docker engine did not answer' engine
    stage 'the test images could not be imported' images >"$host/log/images.log" 2>&1
    touch "$host/ready"
    sleep infinity &
    wait # and reap what ends
    ;;
esac
