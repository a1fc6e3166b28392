# The forms in which Ruby, Kamal and a shell write values: a JSON list of values on standard input, a list of [name, form] each out.
require "json"
require "cgi"
require "erb"
require "shellwords"
require "open3"
require "uri"
require "active_support"
require "active_support/json"
require "kamal"

values = JSON.parse($stdin.read)
puts JSON.generate(values.map { |value|
  bare = ->(text) { text[1..-2] }
  quoted = Open3.capture2("bash", "-c", "printf %q \"$0\"", value, stdin_data: "").first
  forms = {
    "value" => value, "inspect" => bare.(value.inspect), "dump" => bare.(value.dump),
    "Kamal shell" => Kamal::Utils.escape_shell_value(value).delete_prefix("\"").delete_suffix("\""),
    "Kamal env file" => Kamal::EnvFile.new({ "A" => value }).to_s.delete_prefix("A=").chomp,
    "json" => bare.(JSON.generate(value)), "ascii json" => bare.(JSON.generate(value, ascii_only: true)),
    "rails json" => bare.(ActiveSupport::JSON.encode(value)),
    "Shellwords" => Shellwords.escape(value), "single quotes" => value.gsub("'") { "'\\''" },
    "CGI" => CGI.escape(value), "ERB url" => ERB::Util.url_encode(value), "form" => URI.encode_www_form_component(value),
    "html" => CGI.escapeHTML(value), "hex" => value.unpack1("H*"),
    "base64" => [value].pack("m0"), "base64 of a line" => ["#{value}\n"].pack("m0"),
    "basic" => [":#{value}"].pack("m0"), "basic of one" => ["u:#{value}"].pack("m0"), "basic of two" => ["us:#{value}"].pack("m0"),
    "url base64" => [value].pack("m0").tr("+/", "-_").delete("=")
  }
  lines = [value].pack("m").lines.map(&:chomp) + [value].pack("m57").lines.map(&:chomp) + [value].pack("m48").lines.map(&:chomp)
  lines.each_with_index { |line, index| forms["base64 line #{index}"] = line if line.length >= 8 }
  forms["printf %q"] = quoted unless quoted.start_with?("$'")
  forms.to_a
})
