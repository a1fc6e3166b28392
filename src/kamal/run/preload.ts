/** The name under which Ruby requires the file below; `RUBYOPT=-r<name>` with the file's directory in `RUBYLIB`. */
export const PRELOAD_NAME = 'kamal_1password_preload';

/** The environment variable that tells the file below which descriptor is the lifeline. */
export const LIFELINE_VARIABLE = 'KAMAL_1PASSWORD_LIFELINE';

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
 * - Output is written at once: to a pipe, Ruby would gather 8 KB first.
 * - Other Ruby programs that inherit `RUBYOPT` (hooks, `bundle exec`) are left alone.
 */
export const PRELOAD_SOURCE = `# frozen_string_literal: true
program = File.basename($PROGRAM_NAME)
if program == "kamal" || (program.start_with?("bundle") && ARGV.first(2) == %w[exec kamal])
  module Kamal1PasswordPreload
    @children = {}
    @stopped = false
    @gate = Queue.new
    @going = false
    # Closed where it may work.
    @cleared = Queue.new
    class << self
      attr_reader :children, :cleared
      attr_accessor :lifeline

      def going? = @going

      def wait
        @gate.pop.tap do
          @going = true
          defined?(SSHKit::Backend::Abstract) ? SSHKit::Backend::Abstract.prepend(WaitToBeCleared) : cleared.pop
          lifeline.write("going\\n")
        end
      end

      # Thor's \`start\` is where bin/kamal hands over.
      def wait_for_the_word
        loaded = TracePoint.new(:end) do |point|
          next unless point.self.is_a?(Class) && point.self.name == "Thor"
          loaded.disable
          point.self.singleton_class.prepend(WaitForTheWord)
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

    module WaitForTheWord
      # Kamal calls it again for each \`kamal secrets …\` in the secrets files.
      def start(words, *rest)
        super(Kamal1PasswordPreload.going? ? words : Kamal1PasswordPreload.wait, *rest)
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

  waits = ENV.delete("${WAIT_VARIABLE}")
  waits ? Kamal1PasswordPreload.wait_for_the_word : Kamal1PasswordPreload.cleared.close
  if (descriptor = ENV.delete("${LIFELINE_VARIABLE}"))
    begin
      lifeline = IO.for_fd(Integer(descriptor), "r+", autoclose: false)
      lifeline.close_on_exec = true
      lifeline.sync = true
      Kamal1PasswordPreload.lifeline = lifeline
      watcher = Thread.new do
        lifeline.write("ready\\n")
        Kamal1PasswordPreload.take(lifeline.gets) if waits
        order = lifeline.gets
        if waits && order == "cleared\\n"
          Kamal1PasswordPreload.cleared.close
          order = lifeline.gets
        end
        Kamal1PasswordPreload.stop(order ? order.strip : "the end of the job")
      end
      watcher.report_on_exception = false
    rescue SystemCallError, ArgumentError
      nil
    end
  end

  $LOAD_PATH.delete(__dir__)
  if program == "kamal"
    ENV["RUBYOPT"] = ENV["RUBYOPT"].to_s.split.reject { |option| option == "-r${PRELOAD_NAME}" }.join(" ")
    ENV["RUBYLIB"] = ENV["RUBYLIB"].to_s.split(File::PATH_SEPARATOR).reject { |path| path == __dir__ }.join(File::PATH_SEPARATOR)
    %w[RUBYOPT RUBYLIB].each { |name| ENV.delete(name) if ENV[name].empty? }
  end
end
`;
