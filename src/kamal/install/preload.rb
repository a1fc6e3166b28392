# frozen_string_literal: true
require "etc"
require "rubygems/ext"
require "rubygems/request"
require "rubygems/request_set"

has = ->(type, name) { type.method_defined?(name) || type.private_method_defined?(name) }

compiling = []
Gem::Ext::Builder.prepend(Module.new do
  define_method(:build_extensions) do
    next if @spec.extensions.empty?
    compiling << fork do
      ENV["MAKEFLAGS"] ||= "-j#{Etc.nprocessors}"
      super()
      exit! 0
    rescue StandardError => error
      $stderr.puts "ERROR:  #{@spec.full_name}: #{error.message}"
      exit! 1
    end
  end
end) if has[Gem::Ext::Builder, :build_extensions]
at_exit do
  done = compiling.map { |pid| Process.wait2(pid).last }
  exit! 1 unless done.all?(&:success?)
end

Gem::Resolver::APISet.prepend(Module.new do
  def prefetch_now
    needed, @to_fetch = @to_fetch, []
    needed.map { |name| Thread.new { versions(name) }.tap { |thread| thread.report_on_exception = false } }.each(&:join)
  end
end) if has[Gem::Resolver::APISet, :prefetch_now]

Gem::Request::HTTPPool.prepend(Module.new do
  def initialize(...)
    super
    connections = Gem.configuration.concurrent_downloads
    @queue = Thread::SizedQueue.new(connections)
    connections.times { @queue.push(nil) }
  end
end) if defined?(Gem::Request::HTTPPool) && Gem.configuration.respond_to?(:concurrent_downloads)
