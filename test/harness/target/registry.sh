#!/usr/bin/env bash
# The registry of the disposable server, behind a password: registry.sh start|stop|wait.
set -euo pipefail
cd "$TARGET_DIR/registry"
address=$TARGET_NET.1:15000

case $1 in
  start)
    if [ ! -e password ]; then
      (umask 077 && openssl rand -hex 16 >password)
      # Debian's Ruby of 2025 has a crypt of its own, without bcrypt; Perl has the system's.
      perl -e 'chomp($word = <STDIN>); print "deployer:", crypt($word, q($2y$04$) . $ARGV[0]), "\n"' \
        "$(openssl rand -hex 11)" <password >htpasswd
      echo "$address" >address
      cat >config.yml <<Y
version: 0.1
log: {accesslog: {disabled: false}, level: info}
storage: {filesystem: {rootdirectory: $PWD/data}, delete: {enabled: true}}
http: {addr: "$address", secret: disposable}
auth: {htpasswd: {realm: disposable, path: $PWD/htpasswd}}
Y
    fi
    setsid docker-registry serve config.yml >>log 2>&1 </dev/null &
    echo $! >pid
    ;;
  stop)
    kill -KILL "$(<pid)" 2>/dev/null || true
    ;;
  wait)
    for _ in {1..300}; do
      (exec 3<>"/dev/tcp/${address/:/\/}") 2>/dev/null && exit 0
      kill -0 "$(<pid)" || exit 1
      sleep 0.02
    done
    exit 1
    ;;
esac
