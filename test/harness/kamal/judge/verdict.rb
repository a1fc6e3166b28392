# frozen_string_literal: true

# What real Kamal says of one project and destination.
module Judge
  # Kamal parses its documentation anew for each object that it validates; the judge needs it once a class.
  Kamal::Configuration::Validation.module_eval do
    def validation_yml
      parsed = (@@validation_yml ||= {})[self.class] ||= Marshal.dump(YAML.load(self.class.validation_doc))
      @validation_yml ||= Marshal.load(parsed)
    end
  end

  module_function

  def error(exception)
    { class: exception.class.name, message: exception.message.to_s.scrub.gsub("#{Dir.pwd}/", "").lines.first(3).join.strip[0, 300] }
  end

  # Evaluates the secrets as the first look-up of a deploy would. Returns [hash or nil, error or nil].
  def evaluate(secrets)
    record[:assignments].clear
    [ during(:secrets) { secrets.to_h }, nil ]
  rescue Interrupt
    raise
  rescue Exception => e # SystemExit (Thor) and NotImplementedError too
    [ nil, error(e).merge(key: record[:key]) ]
  end

  def secrets_verdict(request)
    secrets = secrets_at(request, request.fetch("secretsPath", ".kamal/secrets"))
    hash, failed = evaluate(secrets)
    { secretsError: failed, names: hash&.keys, empty: hash&.select { |_, value| value.to_s.empty? }&.keys, values: hash,
      raw: record[:assignments], commands: record[:commands], fetches: record[:fetches], extracts: record[:extracts] }
  end

  # Only from 2.9.0 on the secrets files may be elsewhere.
  def secrets_at(request, path)
    Kamal::Secrets.new(destination: request["destination"], **(since("2.9.0") ? { secrets_path: path } : {}))
  end

  # The merged file, whether Kamal takes it or not.
  def raw_config(request)
    file = Pathname.new(request.fetch("config", "config/deploy.yml"))
    return Kamal::Configuration.load_raw_config(config_file: file, destination: request["destination"]) if since("2.11.0")

    files = [ file, *(file.sub_ext(".#{request["destination"]}.yml") if request["destination"]) ]
    Kamal::Configuration.send(:load_config_files, *files)
  end

  ERB_POLICIES = %w[auto soft all].freeze

  # Loads the configuration, under the first policy for what its ERB reads from outside that makes it load.
  def load(request)
    file = Pathname.new(request.fetch("config", "config/deploy.yml"))
    files = [ file, *(file.sub_ext(".#{request["destination"]}.yml") if request["destination"]) ]
    text = files.select(&:exist?).map { |path| path.read.scrub }.join("\n")
    request["erb_soft"] = softly_read(text)
    failed = nil
    (text.match?(/<%(?!%)/) ? ERB_POLICIES : %w[auto]).each do |policy|
      request["erb"] = policy
      return [ Kamal::Configuration.create_from(config_file: file, destination: request["destination"], version: "deadbeef"), nil ]
    rescue Interrupt
      raise
    rescue Exception => e
      failed ||= error(e)
    end
    [ nil, failed ]
  end

  # Names whose absence the ERB handles itself stay unset.
  def softly_read(text)
    text.scan(/ENV\[\s*["']([^"']+)["']\s*\]\s*(?:\|\||==|!=|&\.|\?|\.presence|\.to_s|=[^=~]|\.nil\?|\.present\?|\.blank\?|\.empty\?)/).flatten |
      text.scan(/(?:\bif|\bunless|!)\s*\(?\s*ENV\[\s*["']([^"']+)["']/).flatten
  end

  def project_verdict(request)
    config, failed = load(request)
    secrets = config&.secrets
    unless secrets
      raw = begin
        raw_config(request)
      rescue Exception # whatever the file is
        nil
      end
      path = raw.is_a?(Hash) ? raw[:secrets_path] || raw["secrets_path"] : nil
      secrets = secrets_at(request, path || ".kamal/secrets")
    end
    hash, secrets_failed = evaluate(secrets)
    asked = config ? Consumers.new(config, hash).all : []
    applied = asked.select { |consumer| consumer[:applied] }.map { |consumer| consumer[:secret] }.uniq
    soft = asked.reject { |consumer| consumer[:applied] }.map { |consumer| consumer[:secret] }.uniq - applied
    inline = asked.select { |consumer| consumer[:where] == "ssh" }.map { |consumer| consumer[:secret] }
    known = config && hash
    { loads: !config.nil?, error: failed, secretsError: secrets_failed,
      names: hash&.keys, empty: hash&.select { |_, value| value.to_s.empty? }&.keys,
      missing: (known && (applied - hash.keys).sort_by(&:to_s)), missing_unapplied: (known && (soft - hash.keys - inline).sort_by(&:to_s)),
      unused: (known && (hash.keys - applied - soft - used_within).sort), consumers: asked,
      erbEnv: record[:erb_env], fetches: record[:fetches], extracts: record[:extracts], commands: record[:commands] }
  end

  # With this pair a shell gets `$NAME` of a command as it is written.
  LEAVES_VARIABLES = !since("2.6.0") && Gem.loaded_specs["dotenv"].version >= Gem::Version.new("3.2")

  # Names that a later assignment refers to.
  def used_within
    seen = []
    record[:assignments].each_with_object([]) do |(key, raw), used|
      raw = raw.to_s.gsub(Dotenv::Substitutions::Command.singleton_class::INTERPOLATED_SHELL_COMMAND, "") if LEAVES_VARIABLES
      unless raw.to_s.strip.start_with?("'")
        raw.to_s.gsub(/\\\$/, "").scan(/\$\{?([A-Za-z0-9_]+)\}?/) { |(name)| used << name if seen.include?(name) }
      end
      seen << key
    end
  end

  # Everything in a configuration that asks for a secret.
  class Consumers
    def initialize(config, hash)
      @config, @hash, @found = config, hash, []
    end

    def all
      roles
      unused_tags
      registry(@config.registry, "registry")
      Array(@config.builder.builder_config["secrets"]).each { |name| add(name, "builder", true, alias: false) }
      @config.accessories.each { |accessory| accessory(accessory) }
      Array(since("2.10.0") && @config.ssh.ssh_config["key_data"] || nil).each { |name| add(name, "ssh", @hash && @hash[name].present?, alias: false) if name.to_s.match?(/\A\w+\z/) }
      @found.uniq
    end

    private
      def add(written, where, applied, **options)
        name, other = options[:alias] == false || !since("2.6.0") ? [ written.to_s ] : written.to_s.split(":", 2)
        @found << { name: name, secret: other || name, where: where, applied: !!applied }
      end

      # Of two entries for one container name only the last is looked up.
      def env(keys, where)
        read = keys.to_h { |key| [ since("2.6.0") ? key.split(":", 2).first : key, key ] }.values
        keys.each { |key| add(key, where, read.include?(key)) }
      end

      def roles
        @used_tags = []
        @config.roles.each do |role|
          role.hosts.each do |host|
            @used_tags |= attempt([]) { role.env_tags(host).compact.map(&:name) }
            attempt { env(role.env(host).secret_keys, "role:#{role.name}") }
          end
          role.specialized_env.secret_keys.each { |key| add(key, "role:#{role.name}", false) } if role.hosts.empty?
          certificates(role)
        end
        @config.env.secret_keys.each { |key| add(key, "env", false) } if @config.roles.sum { |role| role.hosts.size }.zero?
      end

      def certificates(role)
        return unless since("2.7.0") && role.running_proxy? && role.proxy.custom_ssl_certificate?

        %w[certificate_pem private_key_pem].each { |part| add(role.proxy.proxy_config["ssl"][part], "proxy:#{role.name}", true, alias: false) }
      end

      def unused_tags
        attempt([]) { @config.env_tags }.each do |tag|
          attempt { tag.env.secret_keys.each { |key| add(key, "tag:#{tag.name}", false) } } unless @used_tags.include?(tag.name)
        end
      end

      def registry(registry, where)
        return unless registry

        given = registry.send(:registry_config)
        %w[username password].each do |part|
          add(given[part].first, where, !(since("2.8.0") && registry.local?), alias: false) if given[part].is_a?(Array) && given[part].first
        end
      end

      def accessory(accessory)
        attempt { env(accessory.env.secret_keys, "accessory:#{accessory.name}") }
        registry(since("2.5.0") ? accessory.registry : nil, "accessory:#{accessory.name}/registry")
        ssl = since("2.4.0") ? accessory.proxy&.proxy_config&.dig("ssl") : nil
        ssl.slice("certificate_pem", "private_key_pem").each_value { |name| add(name, "accessory:#{accessory.name}/proxy", false) if name } if ssl.is_a?(Hash)
      end

      def attempt(otherwise = nil)
        yield
      rescue StandardError
        otherwise
      end
  end
end
