# Answers each JSON line {"text": …} with what Psych's unsafe_load makes of it.
require "json"
require "yaml"
require "date"
$stdout.sync = true

def shape(value, depth = 0)
  return [ "deep" ] if depth > 30
  case value
  when nil then [ "nil" ]
  when true, false then [ "boolean", value ]
  when Integer then [ "integer", value.to_f.to_s ]
  when Float then [ "float", value.to_s ]
  when String then [ "string", value ]
  when Symbol then [ "symbol", value.to_s ]
  when Array then [ "array", value.map { |item| shape(item, depth + 1) } ]
  when Hash then [ "hash", value.map { |key, held| [ shape(key, depth + 1), shape(held, depth + 1) ] } ]
  else [ "object", value.class.name ]
  end
end

$stdin.each_line do |line|
  text = JSON.parse(line)["text"]
  answer =
    begin
      { value: shape(YAML.unsafe_load(text)) }
    rescue SystemStackError
      { error: "too deep" }
    rescue Exception => e
      { error: e.message }
    end
  puts JSON.generate(answer)
end
