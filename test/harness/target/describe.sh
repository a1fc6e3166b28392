#!/usr/bin/env bash
# Prints the description of the disposable server as JSON: describe.sh HOST... Types: target.ts.
set -euo pipefail
cd "$TARGET_DIR"
export REGISTRY_PASSWORD
REGISTRY_PASSWORD=$(<registry/password)
exec ruby --disable=gems -r json -e '
  dir = Dir.pwd
  hosts = ARGV.map do |name|
    host = "#{dir}/hosts/#{name}"
    address = File.read("#{host}/address").chomp
    {
      name:, address:, sshPort: 22022, user: "root",
      hostKeyLines: ["[#{address}]:22022 #{File.read("#{host}/host_key.pub").split[0, 2].join(" ")}"],
      dockerHost: "unix://#{host}/docker.sock", home: "#{host}/root", bin: "#{host}/bin",
      commandLog: "#{host}/log/commands.log", sshdLog: "#{host}/log/sshd.log", dockerdLog: "#{host}/log/dockerd.log",
      sshdPidFile: "#{host}/sshd.pid", dockerdPidFile: "#{host}/dockerd.pid",
      namespacePid: File.read("#{host}/namespace.pid").to_i
    }
  end
  run = Dir["#{ENV.fetch("GEM_HOME")}/gems/kamal-*/lib/kamal/configuration/proxy/run.rb"].first
  puts JSON.pretty_generate(
    dir:, hosts:,
    registry: { server: File.read("registry/address").chomp, username: "deployer", password: ENV.fetch("REGISTRY_PASSWORD"),
                pidFile: "#{dir}/registry/pid", log: "#{dir}/registry/log", data: "#{dir}/registry/data" },
    proxy: { httpPort: 80, httpsPort: 443, image: "basecamp/kamal-proxy:#{File.read(run)[/MINIMUM_VERSION = "(.*)"/, 1]}" },
    baseImage: "e2e-base:1",
    deployKey: { privateKeyFile: "#{dir}/keys/deploy", publicKeyFile: "#{dir}/keys/deploy.pub" },
    strangerKey: { privateKeyFile: "#{dir}/keys/stranger", publicKeyFile: "#{dir}/keys/stranger.pub" },
    runner: { home: ENV.fetch("HOME"), temp: ENV.fetch("TMPDIR"), gemHome: ENV.fetch("GEM_HOME") }
  )' "$@"
