# Which commands of Kamal read the secrets file: each runs in a process of its own, with nothing executed anywhere.
# Standard input: one command per line. Standard output: `yes COMMAND` or `no COMMAND`, in their order.
require "kamal"

# Nothing is executed: what would be asked of a host or of this machine answers with nothing.
class SSHKit::Backend::Abstract
  def execute_command(command) = command
end
[SSHKit::Backend::Netssh, SSHKit::Backend::Local].each do |backend|
  backend.class_eval do
    def run = instance_exec(@host, &@block)
    def execute_command(command) = command
    def upload!(*) = nil
    def download!(*) = nil
    def test(*) = true
    def capture(*) = ""
    def with_ssh = nil
  end
end
Kamal::Secrets.prepend(Module.new do
  def secrets
    $stdout_of_test.puts "read"
    $stdout_of_test.flush
    super
  end
end)

$stdin.each_line(chomp: true) do |command|
  reader, writer = IO.pipe
  pid = fork do
    reader.close
    $stdout_of_test = writer
    $stdin.reopen(File::NULL)
    $stdout.reopen(File::NULL)
    $stderr.reopen(File::NULL)
    begin
      Kamal::Cli::Main.start(command.split)
    rescue Exception
      nil
    end
    exit!(0)
  end
  writer.close
  read = IO.select([reader], nil, nil, 20) ? reader.read(4).to_s : ""
  Process.kill(:KILL, pid) rescue nil
  Process.wait(pid)
  puts "#{read.empty? ? "no" : "yes"} #{command}"
  $stdout.flush
end
