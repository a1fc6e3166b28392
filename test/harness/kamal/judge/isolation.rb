# frozen_string_literal: true

# Keeps real Kamal from touching anything outside the request: no process is started, and what a secrets
# file or ERB reads from its surroundings is answered by placeholders. Loaded before anything is judged.
module Judge
  # What Kamal is busy with decides how its surroundings answer.
  PHASES = %i[idle erb secrets substitution].freeze

  class << self
    attr_accessor :phase, :request, :record

    # Runs the block in `phase`, and returns to the phase before.
    def during(phase)
      before, self.phase = self.phase, phase
      yield
    ensure
      self.phase = before
    end

    # A fresh record of what the code under judgement asked for.
    def start(request)
      self.request = request
      self.record = { key: nil, assignments: [], commands: [], fetches: [], extracts: [], erb_env: [] }
      self.phase = :idle
    end

    # The output of a shell command: never run, said to print something.
    def shell(command)
      case phase
      when :erb then command.to_s.include?("--json") ? %(["stub"]\n) : "stub\n"
      when :secrets, :substitution
        raise ArgumentError, "string contains null byte" if command.include?("\0")
        record[:commands] << { key: record[:key], command: command }
        request.fetch("command_output", "cmd-placeholder\n")
      else ""
      end
    end

    # Whether a command of a template only prints a file of a project that is whole.
    def reads?(command) = phase == :erb && request["whole"] && command.match?(/\Acat [\w.\/-]+\z/)

    # An environment variable as the secrets file sees it; nil falls back to nothing set.
    def secret_environment(name)
      given = request["environment"] || {}
      return given[name] if given.key?(name)
      return nil if request["env"] == "unset" || (request["unset"] || []).include?(name)

      "env-#{name}"
    end

    # An environment variable as ERB sees it, under the request's policy for names that are not set.
    def erb_environment(name)
      record[:erb_env] |= [ name ]
      case request["erb"]
      when "all" then "env-#{name}"
      when "auto" then request["erb_soft"].include?(name) ? nil : "env-#{name}"
      end
    end
  end

  # `$?` of this thread stays that of the one process ever started here, so that the adapters see success.
  system("true")

  module NoProcess
    def `(command) = Judge.reads?(command) ? super : Judge.shell(command)
    def system(*) = false
    def exec(*) = raise("exec is not for the judged")
    def spawn(*) = raise("spawn is not for the judged")
    def fork(*) = raise("fork is not for the judged")

    def open(path, ...)
      raise "a pipe is not for the judged" if path.to_s.start_with?("|")

      super
    end
  end
  ::Object.prepend(NoProcess)
  [ ::Module, ::Class ].each { |klass| klass.prepend(NoProcess) }
  class << ::Kernel; prepend NoProcess; end
  class << ::IO; def popen(*) = raise("popen is not for the judged"); end
  class << ::Process; def spawn(*) = raise("spawn is not for the judged"); end

  module Environment
    def [](name)
      case Judge.phase
      when :substitution then Judge.secret_environment(name)
      when :erb then super || Judge.erb_environment(name)
      else super
      end
    end

    def fetch(name, *default, &block)
      if Judge.phase == :erb && !key?(name)
        policy = Judge.request["erb"]
        Judge.record[:erb_env] |= [ name ]
        return "env-#{name}" if policy == "all"
        return "env-#{name}" if policy != "none" && default.empty? && !(block && policy == "soft")
      end
      super
    end
  end
  class << ::ENV; prepend Environment; end

  module MissingFiles # a file that the ERB of a deploy file reads and that the request does not bring
    def read(path, ...)
      return super unless Judge.phase == :erb && Judge.request["erb"] != "none" && !::File.exist?(path.to_s)
      return super if Judge.request["whole"]

      path.to_s.end_with?(".json") ? %({"name":"stub","version":"1.0.0"}\n) : "1.0.0-stub\n"
    end
  end
  class << ::File; prepend MissingFiles; end

  module MissingGems # `Gem::Specification.find_by_name("x").gem_dir` in ERB
    def find_by_name(name, ...)
      erb = Judge.phase == :erb
      Judge.during(:idle) { super }
    rescue Gem::MissingSpecError
      raise unless erb && Judge.request["erb"] != "none"

      Struct.new(:gem_dir).new(::File.directory?("saas") ? "saas" : ".")
    end
  end
  class << ::Gem::Specification; prepend MissingGems; end

  module ErbPhase
    def result(...) = Judge.during(:erb) { super }
  end
  ::ERB.prepend(ErbPhase)

  module AssignmentRecord # which assignment dotenv has reached, and what it saw of it
    private
      def existing?(key)
        Judge.record[:key] = key
        super
      end

      def parse_value(value)
        Judge.record[:assignments] << [ Judge.record[:key], value.dup ]
        super
      end
  end
  ::Dotenv::Parser.prepend(AssignmentRecord)

  module SubstitutionPhase
    def call(value, env, **) = Judge.phase == :secrets ? Judge.during(:substitution) { super(value, env) } : super(value, env)
  end
  class << ::Dotenv::Substitutions::Variable; prepend SubstitutionPhase; end
end
