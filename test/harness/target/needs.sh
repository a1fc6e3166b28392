# What tests and demo need on a machine; sourced by requirements.sh and install.sh.
# shellcheck shell=bash disable=SC2034
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
tools=$checkout/.tools
# The one place that pins it: NEWEST_KAMAL.
pins=$checkout/src/base/kamal-facts/release.ts
[[ -r $pins && $(<"$pins") =~ NEWEST_KAMAL\ =\ \'([0-9.]+)\' ]] || BASH_REMATCH=()
kamal_version=${KAMAL_VERSION:-${BASH_REMATCH[1]:-}}

# command, Debian packages that bring it (the first one there is), what it is for
unit_commands='
ruby            ruby              running Kamal
gem             ruby              installing Kamal
bundle          bundler           running Kamal out of a Gemfile
gcc             gcc               compiling the native extensions of Kamal'\''s gems
make            make              compiling the native extensions of Kamal'\''s gems
git             git               the repository that Kamal deploys from
ssh-agent       openssh-client    holding the deploy key
ssh-keygen      openssh-client    making keys
sshd            openssh-server    answering as a server
puttygen        putty-tools       making keys in PuTTY'\''s format
openssl         openssl           making keys in PKCS#8
unzip           unzip             unpacking release archives
zsh             zsh               completing in zsh, and typing into shells
fish            fish              completing in fish
tcsh            tcsh              answering as a login shell that is not POSIX
nvim            neovim            showing findings in an editor
'
# Besides those of the server: what bin/demo needs to install Kamal, and to make keys and passwords.
demo_commands='
gem             ruby              installing Kamal
gcc             gcc               compiling the native extensions of Kamal'\''s gems
make            make              compiling the native extensions of Kamal'\''s gems
ssh-agent       openssh-client    holding the deploy key
openssl         openssl           making the password of the registry
'
server_commands='
dockerd         docker.io            the engine of the disposable server
containerd      containerd|docker.io the engine of the disposable server
docker          docker-cli|docker.io the engine'\''s client
docker-registry docker-registry      the registry that Kamal pushes to
sshd            openssh-server       the disposable server'\''s way in
ssh-keygen      openssh-client       making keys
scp             openssh-client       receiving what Kamal uploads
busybox         busybox-static       the content of the test images
git             git                  the repository that Kamal deploys from
ruby            ruby                 running Kamal
ip              iproute2             the disposable server'\''s network
iptables        iptables             cutting off one host
unshare         util-linux           namespaces
nsenter         util-linux           namespaces
setpriv         util-linux           ending with the script that started it
curl            curl                 running the recipes as a runner does
jq              jq                   running the recipes as a runner does
'

# Prints "WHAT<tab>PACKAGES<tab>PURPOSE" of each command and file of kind unit|server|demo that is not there.
missing_of() {
  local kind=$1 list command packages purpose busybox
  list=${kind}_commands
  while read -r command packages purpose; do
    [ -n "$command" ] || continue
    [ -n "$(type -P "$command")" ] || printf '%s\t%s\t%s\n' "$command" "$packages" "$purpose"
  done <<<"${!list}"
  case $kind in
    unit | demo)
      [ -e /usr/include/stdio.h ] ||
        printf '%s\t%s\t%s\n' stdio.h libc6-dev "compiling the native extensions of Kamal's gems"
      compgen -G '/usr/include/ruby-*/ruby.h' >/dev/null || compgen -G '/usr/local/include/ruby-*/ruby.h' >/dev/null ||
        printf '%s\t%s\t%s\n' ruby.h ruby-dev "compiling the native extensions of Kamal's gems"
      [ -e /etc/ssl/certs/ca-certificates.crt ] ||
        printf '%s\t%s\t%s\n' ca-certificates.crt ca-certificates 'installing gems'
      ;;
    server)
      if busybox=$(type -P busybox) && ldd "$busybox" >/dev/null 2>&1; then # ldd fails on a static program
        printf '%s\t%s\t%s\n' 'a static busybox' busybox-static 'the content of the test images'
      fi
      ;;
  esac
}

# The docker-buildx plugin: the path it has, or nothing.
buildx_plugin() {
  local place
  for place in "$tools" /usr/local/lib/docker/cli-plugins /usr/local/libexec/docker/cli-plugins \
    /usr/lib/docker/cli-plugins /usr/libexec/docker/cli-plugins; do
    if [ -x "$place/docker-buildx" ]; then
      echo "$place/docker-buildx"
      return
    fi
  done
}

# Whether the checkout's own Kamal is there, and was compiled for the Ruby that is on PATH now.
gems_installed() {
  [ -f "$tools/gems/installed" ] && [ "$(<"$tools/gems/installed")" = "$(gems_identity)" ]
}
# The older releases of Kamal that judge beside the newest (test/harness/kamal/judge.ts): their own gems alone, over
# the gems of the newest; with dotenv 3.2 those before 2.6 put no $SECRETS in. 2.2.2 is for values on their way alone.
older_gems=(kamal:2.2.2 kamal:2.5.3 kamal:2.10.1 dotenv:3.1.8)
older_gems_installed() {
  local gem
  for gem in "${older_gems[@]}"; do [ -d "$tools/gems-older/gems/${gem/:/-}" ] || return 1; done
}
gems_identity() {
  ruby --disable=gems -r rbconfig -e 'print "kamal ", ARGV[0], " for ruby ", RbConfig::CONFIG["ruby_version"], " ", RUBY_PLATFORM' \
    "$kamal_version" 2>/dev/null
}
