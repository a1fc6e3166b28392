#!/usr/bin/env bash
# Installs what tests and demo need on a bare Debian machine: Debian packages (root), the docker-buildx plugin and
# Kamal with its gems. The last two go into .tools of this checkout. What is there already is left alone; when all is
# there, this takes well under a second. No service is started or enabled. One line on stdout for each thing installed.
#
#   install.sh            install
#   install.sh demo       install what bin/demo needs, and nothing else
#   install.sh --check    only say what is missing (as requirements.sh does)
#
# Exit status: 0 all is there, 3 something could not be installed (stderr says what, and how to get it).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/needs.sh"
[ "${1:-}" != --check ] || exec "$here/requirements.sh"
case ${1:-} in
  demo) first_kind=demo ;;
  '') first_kind=unit ;;
  *) echo "install.sh takes demo or --check, not “$1”." >&2; exit 2 ;;
esac
missing() { missing_of "$first_kind"; missing_of server; }
# The judges of the tests; the demo deploys with the newest alone.
judges_installed() { [ "$first_kind" = demo ] || older_gems_installed; }
mapfile -t wanted < <(missing | cut -f2 | sort -u)
if [ "${#wanted[@]}" = 0 ] && [ -n "$(buildx_plugin)" ] && gems_installed && judges_installed; then exit 0; fi
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1

mkdir -p "$tools"
exec 8>"$tools/install.lock" # two at once wait for each other
flock 8
scratch=
policy=
finish() {
  [ -z "$scratch" ] || rm -rf "$scratch"
  [ -z "$policy" ] || { rm -f /usr/sbin/policy-rc.d; [ ! -e "$policy" ] || mv "$policy" /usr/sbin/policy-rc.d; }
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
scratch=$(mktemp -d)

# ---------------------------------------------------------------- Debian packages
apt_get() { apt-get -qq -o DPkg::Lock::Timeout=300 -o APT::Cmd::Disable-Script-Warning=1 "$@" </dev/null >"$scratch/apt.log" 2>&1; }
has_candidate() { [[ $(apt-cache policy "$1" 2>/dev/null) =~ 'Candidate: '[^\(] ]]; }

# The first of "a|b" that the package lists know.
first_known() {
  local name
  for name in ${1//|/ }; do
    if has_candidate "$name"; then echo "$name"; return; fi
  done
  return 1
}

# Maintainer scripts ask policy-rc.d before they start a service; 101 forbids it. Whatever stood there comes back.
forbid_services() {
  policy=/usr/sbin/policy-rc.d.before-kamal-target
  [ ! -e /usr/sbin/policy-rc.d ] || mv /usr/sbin/policy-rc.d "$policy"
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
}

# On a machine that boots systemd, what came with the packages must not start at the next boot either.
disable_units() {
  [ -d /run/systemd/system ] || return 0
  local package unit
  for package; do
    for unit in $(dpkg -L "$package" 2>/dev/null | sed -n 's#^.*/systemd/system/\([^/]*\.\(service\|socket\)\)$#\1#p'); do
      systemctl disable "$unit" >/dev/null 2>&1 || true
    done
  done
}

install_packages() {
  local wanted=("$@") alternatives names=() updated=
  for alternatives in "${wanted[@]}"; do
    first_known "$alternatives" >/dev/null && continue
    updated=1
    apt_get update || true
    break
  done
  for alternatives in "${wanted[@]}"; do
    names+=("$(first_known "$alternatives" || echo "${alternatives%%|*}")")
  done
  mapfile -t names < <(printf '%s\n' "${names[@]}" | sort -u)
  echo "installing ${#names[@]} Debian packages and what they need (one to two minutes): ${names[*]}"
  forbid_services
  apt_get install -y --no-install-recommends "${names[@]}" || {
    [ -z "$updated" ] || return 1
    apt_get update && apt_get install -y --no-install-recommends "${names[@]}"
  }
  disable_units "${names[@]}" containerd
}

if [ "${#wanted[@]}" -gt 0 ]; then
  if [ "$(id -u)" != 0 ] || [ -z "$(type -P apt-get)" ]; then
    [ -n "$(type -P apt-get)" ] && why='installing Debian packages needs root' || why='there is no apt-get here'
    missing | while IFS=$'\t' read -r what packages purpose; do
      echo "missing: $what, for $purpose; Debian package ${packages//|/ or } ($why)." >&2
    done
    [ -z "$(type -P apt-get)" ] || echo "Run as root: apt-get install ${wanted[*]%%|*}" >&2
    exit 3
  fi
  install_packages "${wanted[@]}" || {
    echo "apt-get could not install ${wanted[*]//|/ or }:" >&2
    tail -n 20 "$scratch/apt.log" >&2
    exit 3
  }
fi

# ---------------------------------------------------------------- the docker-buildx plugin
# Debian has it from trixie on. On bookworm the one file is taken out of trixie's package, fetched by apt with lists of
# its own and checked against Debian's keys; the machine's apt and packages stay as they are.
install_buildx() {
  local options directory=$scratch/buildx uri plugin
  mkdir -p "$directory"/{lists/partial,cache/archives/partial,root}
  options=(-o Dir::Cache="$directory/cache" -o APT::Sandbox::User=root)
  if ! has_candidate docker-buildx; then
    uri=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p;s/^deb \(\[[^]]*\] \)\?\(http[^ ]*\) .*/\2/p' \
      /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | grep -v security | head -n 1) || true
    [ -n "$uri" ] || { echo 'there is no Debian archive among the apt sources'; return 1; }
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri trixie main" >"$directory/trixie.list"
    options+=(-o Dir::Etc::sourcelist="$directory/trixie.list" -o Dir::Etc::sourceparts=-
      -o Dir::State::lists="$directory/lists" -o Acquire::Languages=none
      -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false)
    apt_get "${options[@]}" update || { cat "$scratch/apt.log"; return 1; }
  fi
  cd "$directory"
  apt_get "${options[@]}" download docker-buildx || { cat "$scratch/apt.log"; return 1; }
  dpkg-deb -x docker-buildx_*.deb root
  plugin=$(find root -name docker-buildx -type f -perm -100 | head -n 1)
  install -m 755 "$plugin" "$tools/docker-buildx.partial"
  mv "$tools/docker-buildx.partial" "$tools/docker-buildx"
}
if [ -z "$(buildx_plugin)" ]; then
  echo 'installing docker-buildx into .tools'
  if [ -z "$(type -P apt-get)" ]; then
    echo 'missing: docker-buildx, the plugin that Kamal builds with (there is no apt-get here to fetch it).' >&2
    exit 3
  fi
  (install_buildx) >"$scratch/buildx.log" 2>&1 || {
    echo 'docker-buildx could not be fetched with apt:' >&2
    tail -n 20 "$scratch/buildx.log" >&2
    exit 3
  }
fi

# ---------------------------------------------------------------- Kamal
if ! gems_installed; then
  echo "installing Kamal $kamal_version and its gems into .tools/gems (about a minute)"
  partial=$tools/gems.partial
  rm -rf "$partial"
  wanted_gems=("kamal:$kamal_version")
  case $kamal_version in
    2.[0-5].*) wanted_gems=(dotenv:3.1.8 "${wanted_gems[@]}") ;; # with dotenv 3.2 these put no $SECRETS in
  esac
  env -u GEM_HOME -u GEM_PATH -u RUBYOPT -u BUNDLE_GEMFILE gem install "${wanted_gems[@]}" --no-document \
    --norc --conservative --install-dir "$partial" --bindir "$partial/bin" </dev/null >"$scratch/gem.log" 2>&1 || {
    echo "gem install kamal $kamal_version failed:" >&2
    tail -n 20 "$scratch/gem.log" >&2
    exit 3
  }
  gems_identity >"$partial/installed"
  rm -rf "$tools/gems"
  mv "$partial" "$tools/gems"
fi
if ! judges_installed; then
  echo "installing ${older_gems[*]} into .tools/gems-older"
  partial=$tools/gems-older.partial
  rm -rf "$partial"
  env -u GEM_HOME -u GEM_PATH -u RUBYOPT -u BUNDLE_GEMFILE gem install "${older_gems[@]}" --no-document --norc \
    --ignore-dependencies --install-dir "$partial" </dev/null >"$scratch/older.log" 2>&1 || {
    echo "gem install ${older_gems[*]} failed:" >&2
    tail -n 20 "$scratch/older.log" >&2
    exit 3
  }
  rm -rf "$tools/gems-older"
  mv "$partial" "$tools/gems-older"
fi
