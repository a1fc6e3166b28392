# frozen_string_literal: true

# Real Kamal as a judge: one JSON request a line on stdin, one JSON answer a line on stdout.
#
#   {"id":1,"op":"secrets","files":{".kamal/secrets":"A=1\n"},"destination":null}
#   {"id":2,"op":"project","files":{…},"config":"config/deploy.yml","destination":"staging"}
#   {"id":3,"op":"trip","files":{…},"field":"V/I/X","name":"X","values":["…"]}
#
# A file is its text, {"base64":"…"}, or {"link":"target"}. `"env":"unset"`, `"unset":[names]` and `"environment":{}`
# say what environment variables the secrets files find: without them each is set to `env-NAME`.
# Kamal, dotenv, Thor and the adapters' naming are the installed gems; programs and vaults are made up (judge/*.rb).
require "json"
require "tmpdir"
require "fileutils"
require "stringio"
require "pathname"
require "erb"
require "base64"
require "timeout"
Encoding.default_external = Encoding::UTF_8
JUDGED = Gem::Version.new(ENV.fetch("JUDGED_KAMAL"))
def since(version) = JUDGED >= Gem::Version.new(version)
gem "dotenv", ENV.fetch("JUDGED_DOTENV", since("2.6.0") ? "3.2.0" : "3.1.8")
gem "kamal", JUDGED.to_s
require "kamal"
require "dotenv"
require_relative "judge/isolation"
require_relative "judge/adapters"
require_relative "judge/verdict"
require_relative "judge/trip"

module Judge
  SECONDS = 20
  PATIENCE = Class.new(Exception)

  module_function

  def place(files)
    files.each do |path, content|
      raise "outside: #{path}" if path.start_with?("/") || path.split("/").include?("..")

      FileUtils.mkdir_p(File.dirname(path))
      case content
      when String then File.binwrite(path, content)
      else content["link"] ? File.symlink(content["link"], path) : File.binwrite(path, Base64.decode64(content["base64"]))
      end
    end
  end

  def judge(request)
    start(request)
    KAMAL.reset if KAMAL.respond_to?(:reset) # since 2.5.0; before, `configure` forgets enough
    KAMAL.configure(config_file: Pathname.new(File.expand_path("config/deploy.yml")), destination: nil, version: "deadbeef")
    place(request.fetch("files"))
    case request["op"]
    when "secrets" then secrets_verdict(request)
    when "project" then project_verdict(request)
    when "trip" then { trips: request["values"].map { |value| trip(request, value) } }
    else { judgeError: "unknown op #{request["op"]}" }
    end
  end

  # Whatever a request did to the process is undone after it.
  def isolated(root)
    environment = ENV.to_h
    home = File.join(root, "project")
    FileUtils.mkdir_p(home)
    Dir.chdir(home)
    output, $stdout, $stderr = $stdout, StringIO.new, StringIO.new
    Timeout.timeout(SECONDS, PATIENCE) { yield }
  rescue Interrupt
    raise
  rescue Exception => e
    { judgeError: "#{e.class}: #{e.message}"[0, 500] }
  ensure
    self.phase = :idle
    $stdout, $stderr = output, STDERR
    ENV.replace(environment)
    Dir.chdir(root)
    FileUtils.rm_rf(home)
  end

  def serve
    ENV.replace("PATH" => ENV["PATH"], "LANG" => "C.UTF-8", "HOME" => "/nonexistent")
    base = File.directory?("/dev/shm") && File.writable?("/dev/shm") ? "/dev/shm" : nil
    Dir.mktmpdir("judge-", base) do |root|
      $stdin.each_line do |line|
        request = JSON.parse(line)
        found = isolated(root) { judge(request) }
        $stdout.puts(JSON.generate({ id: request["id"], **found }))
        $stdout.flush
      end
      Dir.chdir("/")
    end
  end
end

Judge.serve if $PROGRAM_NAME == __FILE__
