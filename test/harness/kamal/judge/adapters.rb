# frozen_string_literal: true

# The password managers, without their programs: Kamal's own code names the keys, a made-up vault gives the values.
module Judge
  ADAPTERS = Kamal::Secrets::Adapters
  # Stands in an answer that may hold keys which only the vault knows: every extract of it is taken as found.
  OPAQUE = "__opaque__"

  class << self
    # The value of a field: what the request put there, else a placeholder.
    def stored(key)
      vault = request["vault"] || {}
      vault.key?(key) ? vault[key] : "placeholder"
    end

    def answer(keys, opaque: false)
      keys.to_h { |key| [ key, stored(key) ] }.tap { |found| found[OPAQUE] = "1" if opaque }
    end
  end

  module WithoutProgram
    def fetch(secrets, account: nil, from: nil)
      Judge.record[:fetches] << {
        key: Judge.record[:key], adapter: self.class.name.demodulize.underscore, account: account, from: from, names: secrets.dup
      }
      super
    end

    private
      def login(*) = nil
      def check_dependencies!(*) = nil
  end

  # Before 2.5.0 the names come with `--from` before them already.
  module Names
    private
      # 2.4.0 has it in `fetch_secrets` itself.
      def doppler_project(secrets)
        project, config, = secrets.first.split("/")
        raise "Missing project or config from '--from=project/config' option" unless project && config
      end

      def full(secrets, from) = since("2.5.0") ? prefixed_secrets(secrets, from: from) : secrets
  end

  # Real code down to the one call of `op`; its answer has the references that were asked for.
  module OnePasswordVault
    private
      def vaults_items_fields(secrets)
        @paths = {}
        secrets.each do |secret|
          vault, item, *fields = secret.delete_prefix("op://").split("/")
          @paths[[ vault, item, fields.join(".") ]] ||= fields.join("/")
        end
        super
      end

      def op_item_get(vault, item, given = nil, account:, session:, fields: given)
        item.shellescape
        to_options(vault: vault, account: account, fields: fields&.join(","))
        return JSON.generate("fields" => [ { "reference" => "op://#{vault}/#{item}/#{OPAQUE}", "value" => "1" } ]) unless fields

        found = fields.map do |field|
          path = @paths.fetch([ vault, item, field ], field)
          key = "#{vault}/#{item}/#{path}"
          { "reference" => "op://#{key}", "value" => Judge.stored(key) }
        end
        JSON.generate(fields.one? ? found.first : found)
      end
  end
  ADAPTERS::OnePassword.prepend(OnePasswordVault)

  # The others: the keys that each names its answers by, from its own helpers where it has them.
  def self.answers(name, &fetch)
    ADAPTERS.const_get(name).prepend(Names, Module.new { define_method(:fetch_secrets, &fetch) }) if adapter?(name)
  end

  # A release may not have it yet.
  def self.adapter?(name)
    ADAPTERS.const_get(name) && true
  rescue NameError
    false
  end

  answers :Bitwarden do |secrets, from: nil, **|
    opaque = false
    keys = items_fields(full(secrets, from)).flat_map do |item, fields|
      next fields.map { |field| "#{item}/#{field}" } if fields.any?

      opaque = since("2.3.0")
      [ item ]
    end
    Judge.answer(keys, opaque: opaque)
  end

  answers :BitwardenSecretsManager do |secrets, from: nil, **|
    raise "You must specify what to retrieve from Bitwarden Secrets Manager" if secrets.empty?

    extract_command_and_project(full(secrets, from))
    Judge.answer([], opaque: true)
  end

  answers :Doppler do |secrets, from: nil, **|
    secrets = full(secrets, from)
    since("2.5.0") ? secrets_get_flags(secrets) : doppler_project(secrets)
    Judge.answer(secrets.map { |secret| secret.split("/").last })
  end

  answers :AwsSecretsManager do |secrets, from: nil, **|
    Judge.answer(full(secrets, from), opaque: true)
  end

  answers :GcpSecretManager do |secrets, from: nil, account: nil, **|
    parse_account(account)
    Judge.answer(secrets_with_metadata(full(secrets, from)).map { |_, (project, name, _)| "#{project}/#{name}" })
  end

  answers :LastPass do |secrets, from: nil, **|
    Judge.answer(full(secrets, from))
  end

  answers :Enpass do |secrets, from: nil, **|
    from.shellescape
    Judge.answer(secrets, opaque: secrets.any? { |secret| !secret.include?("/") })
  end

  answers :Passbolt do |secrets, from: nil, **|
    raise ArgumentError, "No secrets given to fetch" if secrets.empty?

    Judge.answer(full(secrets, from).map { |secret| secret.split("/").last })
  end

  answers :Test do |secrets, from: nil, **|
    Judge.answer(full(secrets, from))
  end

  %i[OnePassword Bitwarden BitwardenSecretsManager Doppler AwsSecretsManager GcpSecretManager LastPass Enpass Passbolt Test]
    .each { |name| ADAPTERS.const_get(name).prepend(WithoutProgram) if adapter?(name) }

  module ExtractRecord
    def extract(name, secrets)
      entry = { key: Judge.record[:key], name: name, found: false }
      Judge.record[:extracts] << entry
      if unknowable?(name, secrets)
        entry[:found] = "opaque"
        return options[:inline] ? "placeholder" : puts("placeholder")
      end
      super.tap { entry[:found] = true }
    end

    private
      def unknowable?(name, secrets)
        answer = JSON.parse(secrets)
        answer.is_a?(Hash) && answer.keys.any? { |key| key == OPAQUE || key.end_with?("/#{OPAQUE}") } &&
          (answer[name] || answer.find { |key, _| key.end_with?("/#{name}") }&.last).nil?
      rescue StandardError
        false
      end
  end
  Kamal::Cli::Secrets.prepend(ExtractRecord)
end
