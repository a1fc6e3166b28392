# frozen_string_literal: true
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

      # Kamal's first command, once; it starts itself again for each `kamal secrets …` in the secrets files.
      def begin_with(words)
        return words if @going
        forget_preload
        ask_before_op if answers_op
        words = wait if waits
        @going = true
        @environment = environment_of_op
        words
      end

      # A line of its own, whatever stands before it. The number of the question, and what `op` would print; nil where `op` itself has to be called.
      def ask(command)
        return unless lifeline && command.bytesize < LONGEST_QUESTION && environment_of_op == @environment
        @asking.synchronize do
          number = @asked += 1
          lifeline.write("\nop #{number} #{command.unpack1("H*")}\n")
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

      # Tells how `op` ended where it was called in spite of the question.
      def op_ended(number)
        lifeline.write("\nended #{number} #{$?&.success? ? "well" : "badly"}\n") if number
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
            left = ENV[variable].split(separator) - ["-rkamal_1password_preload", DIRECTORY]
            left.empty? && variable == name ? ENV.delete(variable) : ENV[variable] = left.join(separator)
          end
        end
      end

      def wait
        @gate.pop.tap do
          defined?(SSHKit::Backend::Abstract) ? SSHKit::Backend::Abstract.prepend(WaitToBeCleared) : cleared.pop
          lifeline.write("going\n")
        end
      end

      # Thor's `start` is where bin/kamal hands over.
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
          # A Kamal that is made otherwise calls `op`.
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
        def `(command)
          return super unless command.match?(/\A\s*op\s/)
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

  Kamal1PasswordPreload.waits = ENV.delete("KAMAL_1PASSWORD_WAIT")
  Kamal1PasswordPreload.answers_op = ENV.delete("KAMAL_1PASSWORD_ANSWERS")
  Kamal1PasswordPreload.watch_for_start if Kamal1PasswordPreload.waits || Kamal1PasswordPreload.answers_op
  Kamal1PasswordPreload.cleared.close unless Kamal1PasswordPreload.waits
  if (descriptor = ENV.delete("KAMAL_1PASSWORD_LIFELINE"))
    begin
      lifeline = IO.for_fd(Integer(descriptor), "r+", autoclose: false)
      lifeline.close_on_exec = true
      lifeline.sync = true
      Kamal1PasswordPreload.lifeline = lifeline
      watcher = Thread.new do
        lifeline.write("ready\n")
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
