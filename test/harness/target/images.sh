#!/usr/bin/env bash
# Packs the root file systems of the two test images out of what is on this machine: e2e-base (busybox), and the
# stand-in for kamal-proxy on top of it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$TARGET_DIR"
mkdir -p images/root/{bin,etc,home/kamal-proxy/.config/kamal-proxy,tmp,www}
cp -L "$(type -P busybox)" images/root/bin/busybox
for applet in '[' ash awk base64 cat date echo env false grep head httpd id kill ls mkdir mv nc nslookup printf ps rm sed \
  sh sleep sort tail test timeout touch tr true wget; do
  ln -s busybox "images/root/bin/$applet"
done
echo 'root:x:0:0:root:/:/bin/sh' >images/root/etc/passwd
tar -C images/root -cf images/base.tar .
cp "$here"/stand-in/kamal-proxy* images/root/bin/
tar -C images/root -cf images/proxy.tar .
rm -r images/root
