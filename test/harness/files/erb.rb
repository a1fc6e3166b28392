# Answers each JSON line {"text": …, "trim": …} with what Ruby's ERB makes of it, Kamal's libraries loaded.
require "json"
require "erb"
require "kamal"
Kamal::Configuration # with what it requires
$stdout.sync = true
output = $stdout
ENV.replace("PATH" => ENV["PATH"])

$stdin.each_line do |line|
  request = JSON.parse(line)
  instance_variables.each { |name| remove_instance_variable(name) }
  $VERBOSE = nil
  Object.send(:remove_method, :helper) if Object.private_method_defined?(:helper)
  environment = ENV.to_h
  answer =
    begin
      { output: ERB.new(request["text"], trim_mode: request["trim"]).result(TOPLEVEL_BINDING.dup) }
    rescue Exception => e
      { error: e.class.name, message: e.message.lines.first.to_s.strip }
    end
  ENV.replace(environment)
  output.puts JSON.generate(answer)
end
