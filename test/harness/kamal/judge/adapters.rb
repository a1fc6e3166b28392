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

      def op_item_get(vault, item, account:, session:, fields: nil)
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
  def self.answers(adapter, &fetch)
    adapter.prepend(Module.new { define_method(:fetch_secrets, &fetch) })
  end

  answers ADAPTERS::Bitwarden do |secrets, from:, **|
    opaque = false
    keys = items_fields(prefixed_secrets(secrets, from: from)).flat_map do |item, fields|
      next fields.map { |field| "#{item}/#{field}" } if fields.any?

      opaque = true
      [ item ]
    end
    Judge.answer(keys, opaque: opaque)
  end

  answers ADAPTERS::BitwardenSecretsManager do |secrets, from:, **|
    raise "You must specify what to retrieve from Bitwarden Secrets Manager" if secrets.empty?

    extract_command_and_project(prefixed_secrets(secrets, from: from))
    Judge.answer([], opaque: true)
  end

  answers ADAPTERS::Doppler do |secrets, from:, **|
    secrets = prefixed_secrets(secrets, from: from)
    secrets_get_flags(secrets)
    Judge.answer(secrets.map { |secret| secret.split("/").last })
  end

  answers ADAPTERS::AwsSecretsManager do |secrets, from:, **|
    Judge.answer(prefixed_secrets(secrets, from: from), opaque: true)
  end

  answers ADAPTERS::GcpSecretManager do |secrets, from:, account:, **|
    parse_account(account)
    Judge.answer(secrets_with_metadata(prefixed_secrets(secrets, from: from)).map { |_, (project, name, _)| "#{project}/#{name}" })
  end

  answers ADAPTERS::LastPass do |secrets, from:, **|
    Judge.answer(prefixed_secrets(secrets, from: from))
  end

  answers ADAPTERS::Enpass do |secrets, from:, **|
    from.shellescape
    Judge.answer(secrets, opaque: secrets.any? { |secret| !secret.include?("/") })
  end

  answers ADAPTERS::Passbolt do |secrets, from:, **|
    raise ArgumentError, "No secrets given to fetch" if secrets.empty?

    Judge.answer(prefixed_secrets(secrets, from: from).map { |secret| secret.split("/").last })
  end

  answers ADAPTERS::Test do |secrets, from:, **|
    Judge.answer(prefixed_secrets(secrets, from: from))
  end

  [ ADAPTERS::OnePassword, ADAPTERS::Bitwarden, ADAPTERS::BitwardenSecretsManager, ADAPTERS::Doppler, ADAPTERS::AwsSecretsManager,
    ADAPTERS::GcpSecretManager, ADAPTERS::LastPass, ADAPTERS::Enpass, ADAPTERS::Passbolt, ADAPTERS::Test ].each { |adapter| adapter.prepend(WithoutProgram) }

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
