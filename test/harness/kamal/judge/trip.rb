# frozen_string_literal: true

# The way of a value from the vault into a container's environment.
module Judge
  module_function

  # @return [Hash] `held`: what Kamal has for NAME, `line`: the env file it uploads, `arrives`: what `docker --env-file` reads of it
  def trip(request, value)
    self.request = request.merge("vault" => { request.fetch("field") => value }, "command_output" => "#{value}\n")
    hash, failed = evaluate(Kamal::Secrets.new)
    return { error: failed } if failed

    name = request.fetch("name")
    file = Kamal::EnvFile.new(name => hash[name]).to_s
    { held: hash[name], line: file, arrives: docker(file)[name] }
  end

  # Docker 28, cli/pkg/kvfile: lines as Go's bufio.ScanLines has them (64 KiB at most), blanks on the left trimmed, # at
  # the start is a comment, cut at the first =.
  def docker(file)
    file.split("\n").each_with_object({}) do |line, env|
      return {} if line.bytesize >= 65_536

      line = line.delete_suffix("\r").sub(/\A[[:space:]]+/, "")
      next if line.empty? || line.start_with?("#")

      key, value = line.split("=", 2)
      env[key] = value
    end
  end
end
