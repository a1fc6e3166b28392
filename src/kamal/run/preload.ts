/** The name under which Ruby requires the file below; `RUBYOPT=-r<name>` with the file's directory in `RUBYLIB`. */
export const PRELOAD_NAME = 'kamal_1password_preload';

/** The environment variable that tells the file below which descriptor is the lifeline. */
export const LIFELINE_VARIABLE = 'KAMAL_1PASSWORD_LIFELINE';

/** The environment variable that makes Kamal ask this process first what it would ask `op`. */
export const ANSWERS_VARIABLE = 'KAMAL_1PASSWORD_ANSWERS';

/** The environment variable that makes Kamal wait, once it has loaded, for a line that begins with `go`. */
export const WAIT_VARIABLE = 'KAMAL_1PASSWORD_WAIT';

/**
 * Ruby code that is loaded into Kamal's process before Kamal itself. Kamal 2.12.0 releases its lock from a bare
 * `rescue` (lib/kamal/cli/base.rb, `with_lock`), which a signal's exception passes by: killed by a signal, Kamal
 * leaves its lock on the server. Here a signal, the loss of the reader of its output, and the end of the process
 * that started it (the lifeline closes) all become a RuntimeError in the main thread, which Kamal does rescue.
 *
 * - The exception waits while Kamal is in the midst of taking or giving back the lock, so that neither is cut in two.
 * - It comes again where Kamal has gone on as if nothing had happened: Ruby (3.1) swallows an exception that comes while
 *   it loads an encoding or looks for a file to require.
 * - Local commands (docker buildx, hooks) are told too: Open3 would wait for their end. It hands each of them to
 *   `Process.detach`; a ProxyCommand of ssh is started by IO.popen and lives on, so the lock can still be released.
 * - Where it is to wait, it does so between having loaded itself and doing anything: nothing of the project has been read
 *   by then, and it has no secret. The line that lets it go on brings its command and the rest of its environment; any
 *   other, or none, ends it. It is started as \`kamal version\`, so that one which does not wait does no harm.
 * - It waits a second time before its first command, here or on a server: SSHKit runs them all (1.23 to 1.25, \`Backend::Abstract\`),
 *   hooks and builds too. By then it has only read its configuration. Whatever ends it there ends it without a word.
 * - Where it is to, it asks over the same line what `op` would print before it calls `op`: by the backticks of its
 *   1Password adapter, and of a secrets file whose command begins with `op` (2.0.0 to 2.12.0, lib/kamal/secrets/adapters/
 *   one_password.rb and dotenv/inline_command_substitution.rb). A command that is answered leaves `$?` as a success does.
 *   Nobody else can ask: the line is closed to all that Kamal starts. Where the environment of `op` is not any more what
 *   it was when Kamal began (a template may set variables), `op` itself is called.
 * - Output is written at once: to a pipe, Ruby would gather 8 KB first.
 * - Other Ruby programs that inherit `RUBYOPT` (hooks, `bundle exec`) are left alone.
 */
export const PRELOAD_SOURCE = `# frozen_string_literal: true
program = File.basename($PROGRAM_NAME)
if program == "kamal" || (program.start_with?("bundle") && ARGV.first(2) == %w[exec kamal])
  module Kamal1PasswordPreload
    DIRECTORY = __dir__
    # Bytes; the other end reads lines of no more than a million characters.
    LONGEST_QUESTION = 100_000
    @children = {}
    @stopped = false
    @gate = Queue.new
    @going = false
    # Closed where it may work.
    @cleared = Queue.new
    @answers = Queue.new
    @asking = Mutex.new
    @asked = 0
    class << self
      attr_reader :children, :cleared, :answers
      attr_accessor :lifeline, :waits, :answers_op

      # Kamal's first command, once; it starts itself again for each \`kamal secrets …\` in the secrets files.
      def begin_with(words)
        return words if @going
        forget_preload
        ask_before_op if answers_op
        words = wait if waits
        @going = true
        @environment = environment_of_op
        words
      end

      # A line of its own, whatever stands before it. The number of the question, and what \`op\` would print; nil where \`op\` itself has to be called.
      def ask(command)
        return unless lifeline && command.bytesize < LONGEST_QUESTION && environment_of_op == @environment
        @asking.synchronize do
          number = @asked += 1
          lifeline.write("\\nop #{number} #{command.unpack1("H*")}\\n")
          while (reply = answers.pop)
            return [number, reply.last] if reply.first == number
          end
          # The line has ended, and what ends this process is on its way.
          sleep 5
          nil
        end
      rescue SystemCallError, IOError
        nil
      end

      # Tells how \`op\` ended where it was called in spite of the question.
      def op_ended(number)
        lifeline.write("\\nended #{number} #{$?&.success? ? "well" : "badly"}\\n") if number
      rescue SystemCallError, IOError
        nil
      end

      def hear(order)
        kind, number, hex = order.split
        case kind
        when "cleared" then cleared.close
        when "answer" then answers.push([number.to_i, [hex.to_s].pack("H*").force_encoding(Encoding.default_external)])
        when "ask-op" then answers.push([number.to_i, nil])
        end
      end

      # Bundler keeps what it found in variables of its own, for programs that are started without it.
      def forget_preload
        { "RUBYOPT" => " ", "RUBYLIB" => File::PATH_SEPARATOR }.each do |name, separator|
          [name, "BUNDLER_ORIG_#{name}"].each do |variable|
            next unless ENV[variable]
            left = ENV[variable].split(separator) - ["-r${PRELOAD_NAME}", DIRECTORY]
            left.empty? && variable == name ? ENV.delete(variable) : ENV[variable] = left.join(separator)
          end
        end
      end

      def wait
        @gate.pop.tap do
          defined?(SSHKit::Backend::Abstract) ? SSHKit::Backend::Abstract.prepend(WaitToBeCleared) : cleared.pop
          lifeline.write("going\\n")
        end
      end

      # Thor's \`start\` is where bin/kamal hands over.
      def watch_for_start
        loaded = TracePoint.new(:end) do |point|
          next unless point.self.is_a?(Class) && point.self.name == "Thor"
          loaded.disable
          point.self.singleton_class.prepend(BeginOnce)
        end
        loaded.enable
      end

      def take(word)
        exit!(1) unless word&.start_with?("go ")
        text = ->(hex) { [hex].pack("H*").force_encoding(Encoding::UTF_8) }
        variables, words = word.split.drop(1).partition { |part| part.include?("=") }
        variables.each { |pair| pair.split("=", 2).then { |name, hex| ENV[name] = text[hex] } }
        @gate.push(words.map { |part| text[part.delete_prefix("-")] })
      end

      def stop(reason)
        return if @stopped
        @stopped = true
        exit!(1) unless cleared.closed?
        thread = Thread.new do
          give_up_waiting = now + 3
          sleep 0.02 while changing_lock? && now < give_up_waiting
          Thread.main.raise(RuntimeError, "stopped by #{reason}")
          tell_children("TERM")
          4.times do
            sleep 0.5
            Thread.main.raise(RuntimeError, "stopped by #{reason}") unless unwinding?
          end
          tell_children("KILL")
        end
        thread.report_on_exception = false
      end

      private
        def environment_of_op = ENV.select { |name, _| name == "PATH" || name.start_with?("OP_") }

        def ask_before_op
          Kamal::Secrets::Adapters::OnePassword.prepend(AskBeforeOp)
          Kamal::Secrets::Dotenv::InlineCommandSubstitution.singleton_class.prepend(AskBeforeOp)
        rescue NameError, LoadError
          # A Kamal that is made otherwise calls \`op\`.
          nil
        end

        def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)

        def frames = Thread.main.backtrace_locations || []

        def unwinding?
          changing_lock? || frames.empty? || frames.any? { |frame| frame.label.start_with?("rescue in", "ensure in") }
        end

        def changing_lock?
          labels = frames.map(&:base_label)
          labels.include?("release_lock") || labels.include?("execute_lock_acquire") ||
            (labels.include?("acquire_lock") && !labels.include?("acquire_lock_with_wait"))
        end

        def tell_children(signal)
          children.each { |pid, waiter| Process.kill(signal, pid) if waiter.alive? }
        rescue SystemCallError
          nil
        end
    end

    module BeginOnce
      def start(words, *rest)
        super(Kamal1PasswordPreload.begin_with(words), *rest)
      end
    end

    module AskBeforeOp
      private
        def \`(command)
          return super unless command.match?(/\\A\\s*op\\s/)
          number, answer = Kamal1PasswordPreload.ask(command)
          return super.tap { Kamal1PasswordPreload.op_ended(number) } if answer.nil?
          super(":")
          answer
        end
    end

    module WaitToBeCleared
      def run
        Kamal1PasswordPreload.cleared.pop
        super
      end
    end

    module NoteChildren
      def detach(pid)
        super.tap { |waiter| Kamal1PasswordPreload.children[pid] = waiter }
      end
    end

    module SurviveTheReader
      def write(*parts)
        super
      rescue Errno::EPIPE
        reopen(File::NULL, "w")
        Kamal1PasswordPreload.stop("the end of the reader of its output")
        parts.sum { |part| part.to_s.bytesize }
      end
    end
  end

  Process.singleton_class.prepend(Kamal1PasswordPreload::NoteChildren)
  [$stdout, $stderr].each do |stream|
    stream.sync = true
    stream.singleton_class.prepend(Kamal1PasswordPreload::SurviveTheReader)
  end
  %w[INT TERM HUP].each { |name| Signal.trap(name) { Kamal1PasswordPreload.stop("SIG#{name}") } }

  Kamal1PasswordPreload.waits = ENV.delete("${WAIT_VARIABLE}")
  Kamal1PasswordPreload.answers_op = ENV.delete("${ANSWERS_VARIABLE}")
  Kamal1PasswordPreload.watch_for_start if Kamal1PasswordPreload.waits || Kamal1PasswordPreload.answers_op
  Kamal1PasswordPreload.cleared.close unless Kamal1PasswordPreload.waits
  if (descriptor = ENV.delete("${LIFELINE_VARIABLE}"))
    begin
      lifeline = IO.for_fd(Integer(descriptor), "r+", autoclose: false)
      lifeline.close_on_exec = true
      lifeline.sync = true
      Kamal1PasswordPreload.lifeline = lifeline
      watcher = Thread.new do
        lifeline.write("ready\\n")
        Kamal1PasswordPreload.take(lifeline.gets) if Kamal1PasswordPreload.waits
        order = lifeline.gets
        order = lifeline.gets while order && Kamal1PasswordPreload.hear(order)
        Kamal1PasswordPreload.answers.close
        Kamal1PasswordPreload.stop(order ? order.strip : "the end of the job")
      end
      watcher.report_on_exception = false
    rescue SystemCallError, ArgumentError
      nil
    end
  end

  $LOAD_PATH.delete(__dir__)
  Kamal1PasswordPreload.forget_preload if program == "kamal"
end
`;
