import type { Sentence } from './sentence.ts';

/** Kamal's own words about secrets (2.0 to 2.12, lib/kamal/secrets.rb, cli/secrets.rb, secrets/adapters/*.rb). */
export const SECRETS_WORDS: readonly Sentence[] = [
  {
    cause: 'secrets-file-missing',
    says: /^Secret '(?<secret>[^']*)' not found, no secret files(?: \((?<subject>[^)]+)\))?/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/secrets.rb',
  },
  {
    cause: 'secret-not-found',
    says: /^Secret '(?<secret>[^']*)' not found in \S/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/secrets.rb',
  },
  {
    cause: 'secret-not-found',
    says: /^Secret '(?<secret>[^']*)' not found\b/,
    from: 'the same, of a log that is cut: where Kamal looked is missing',
    certain: false,
  },
  {
    cause: 'fetch-account-missing',
    says: /^Missing required option '--account'/,
    from: 'Kamal 2.4 to 2.12, lib/kamal/secrets/adapters/base.rb',
  },
  {
    cause: 'fetch-adapter-unknown',
    says: /^Unknown secrets adapter: (?<subject>.*)$/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/secrets/adapters.rb',
  },
  {
    cause: 'secret-not-fetched',
    says: /^Could not find secret (?<secret>\S+)$/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/cli/secrets.rb, extract',
  },
  {
    cause: 'op-not-installed',
    says: /^1Password CLI is not installed|^No such file or directory - op$|(?:^|[: ])op: (?:command )?not found/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/secrets/adapters/one_password.rb; Ruby Errno::ENOENT; shells',
  },
  {
    cause: 'secrets-adapter-failed',
    says: /^(?<subject>Bitwarden Secrets Manager|Bitwarden|LastPass|Doppler|AWS|gcloud|Passbolt|Enpass|Keeper) CLI is not installed/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/secrets/adapters/*.rb',
    variant: 'missing',
  },
  {
    cause: 'secrets-adapter-failed',
    says: /^(?:Failed to (?:login to and unlock|login to|sync) (?<subject>Bitwarden|LastPass|Doppler|Passbolt)|Could not (?:login|authenticate) to (?<to>Bitwarden Secrets Manager|gcloud|Passbolt)|could not login to (?<gcloud>gcloud))/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/secrets/adapters/*.rb',
    variant: 'login',
  },
  {
    cause: 'secrets-adapter-failed',
    says: /^Could not (?:read|find) .*\b(?:from|in) (?<subject>Bitwarden Secrets Manager|Bitwarden|LastPass|Doppler|AWS Secrets Manager|Google Secret Manager|Passbolt|Enpass)$|^Could not find the following (?:secrets|folders) in (?<passbolt>Passbolt)|^Could not find field .* in item .* in (?<field>Bitwarden)/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/secrets/adapters/*.rb',
  },
  {
    cause: 'secrets-adapter-failed',
    says: /^You must specify what to retrieve from (?<subject>Bitwarden Secrets Manager)|^Item .* is not a login type item and no fields were specified|^Missing project or config from '--from=project\/config' option|^No secrets given to fetch$/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/secrets/adapters/*.rb',
    variant: 'line',
  },
  {
    cause: 'secrets-adapter-failed',
    says: /^(?:\S+: )?(?:Secrets Manager can't find the specified secret|You can't perform this operation on the secret|User: arn:aws:\S+ is not authorized)|\((?:AccessDenied|ResourceNotFound|UnrecognizedClient|ExpiredToken|InvalidSignature)(?:Exception)?\) when calling the \w*Secret\w* operation/,
    from: 'Kamal 2.4 to 2.12, lib/kamal/secrets/adapters/aws_secrets_manager.rb; AWS CLI 2',
    variant: 'aws',
  },
];

/** Another adapter's program that was not there when Ruby called it. */
export const KAMAL_WORDS: readonly Sentence[] = [
  {
    cause: 'docker-missing',
    says: /^Docker is not installed (?:on (?<host>[^,\s]+)|locally)/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/cli/server.rb and base.rb',
  },
  {
    cause: 'builder-unavailable',
    says: /^Docker buildx plugin is not installed locally/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/cli/base.rb; 2.0 to 2.3 lib/kamal/cli/build.rb',
    variant: 'buildx',
  },
  {
    cause: 'lock-held',
    says: /^(?:Deploy lock found\.|Timed out waiting for deploy lock|Deploy lock held manually)/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/cli/base.rb',
  },
  {
    cause: 'not-a-git-repository',
    says: /no git repository found in |not a git repository|detected dubious ownership/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/configuration.rb; git 2.35 and later',
  },
  {
    cause: 'build-failed',
    says: /^Missing (?<subject>\S*Dockerfile\S*)$/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/commands/builder/base.rb',
    variant: 'not-committed',
  },
  {
    cause: 'build-failed',
    says: /^Clone in \S+ is (?:dirty|not on the correct revision)/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/cli/build/clone.rb',
    variant: 'clone',
  },
  {
    cause: 'builder-unavailable',
    says: /^Couldn't create remote builder: /,
    from: 'Kamal 2.0 to 2.12, lib/kamal/cli/build.rb, which says so for whatever `docker buildx create` wrote',
    variant: 'remote',
    certain: false,
  },
  {
    // Kamal exits 0 after the first of these.
    cause: 'accessory-missing',
    says: /^(?:No accessory by the name of '(?<subject>[^']+)'|(?:Kamal|Mrsk)::\S+ delegated to accessory_config\.\w+, but accessory_config is nil)/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/cli/accessory.rb; Kamal 1, commands/accessory.rb; basecamp/kamal#424, #651',
    variant: 'config',
  },
  {
    cause: 'version-unknown',
    says: /^Container not found$/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/cli/main.rb, rollback',
  },
  {
    cause: 'command-unknown',
    says: /^(?:Raw|Detach) is not compatible with |^No command provided\.|^Unknown boot_config subcommand /,
    from: 'Kamal 2.4 to 2.12, lib/kamal/cli/app.rb, accessory.rb, server.rb, proxy.rb',
  },
  {
    cause: 'image-label-missing',
    says: /^Image (?<subject>\S+) is missing the 'service' label/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/commands/builder/base.rb',
  },
  {
    cause: 'unhealthy',
    says: /^(?:container not ready(?: after)?|Halted at barrier|Failed to get endpoint for)/,
    from: 'Kamal 1.9 to 2.12, lib/kamal/cli/healthcheck/*.rb, app/boot.rb',
  },
  {
    cause: 'config-invalid',
    says: /^(?<subject>proxy|servers\/\S+?\/proxy|accessories\/\S+?\/proxy): Specify one of 'host' or 'hosts', not both/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/configuration/validator/proxy.rb; basecamp/kamal#1832: both files are merged',
    variant: 'merged',
  },
  {
    cause: 'config-invalid',
    says: /^proxy: should be a hash/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/configuration/validator.rb; basecamp/kamal#1556',
    variant: 'proxy-off',
  },
  {
    cause: 'config-invalid',
    says: /^(?:No --(?:hosts|roles) match for|You must specify a destination|Invalid builder configuration|Builder arch not set|Invalid cache type|Conflicting proxy run|Configuration file not found in|Missing file: |OTel endpoint is required|file path is required|Invalid publish IP|retain must be at least|Cannot use (?:login|logout) command with a local registry)/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/configuration*.rb, commander.rb, commands/accessory.rb',
  },
  {
    cause: 'config-invalid',
    says: /^key not found: "(?<subject>[^"]+)"|^undefined local variable or method [`'](?<name>\w+)'/,
    from: 'Ruby, of the ERB of config/deploy.yml, which is read before Kamal says a word',
    variant: 'erb',
    certain: false,
  },
  {
    cause: 'config-invalid',
    says: /^undefined method [`']env' for nil/,
    from: 'Kamal 2.0 to 2.8, lib/kamal/configuration/role.rb, env_tags; basecamp/kamal#1714',
    variant: 'tags',
    certain: false,
  },
  {
    cause: 'config-invalid',
    says: /^Missing required configuration keys?: \["(?<subject>[^"]+)"/,
    from: 'dotenv 2.7 to 3.2, lib/dotenv/missing_keys.rb, of `Dotenv.require_keys` in the ERB of config/deploy.yml',
    variant: 'erb',
  },
  {
    cause: 'secrets-file-missing',
    says: /^No such file or directory @ rb_sysopen - (?<envify>\.env\S*\.erb)$/,
    from: 'Kamal 1.0 to 1.9, lib/kamal/cli/main.rb, envify; basecamp/kamal#574',
    variant: 'envify',
  },
  {
    // Before its first output Kamal only reads its configuration, which has ERB; a YAML comment does not stop it.
    cause: 'config-invalid',
    says: /^No such file or directory @ rb_sysopen - (?<subject>[^/\s]\S*)$/,
    from: 'Ruby 3.1 to 4.0, File.read in the ERB of config/deploy.yml (Kamal 2.0 to 2.12, lib/kamal/configuration.rb); basecamp/kamal#1304',
    variant: 'erb-file',
    certain: false,
  },
];

/** What the program of another adapter writes to standard error before Kamal says that it failed. */
export const ADAPTER_OUTPUT: readonly Sentence[] = [
  {
    cause: 'secrets-adapter-failed',
    says: /^error: unrecognized subcommand|^error: (?:unexpected argument|Found argument)|^(?:Error: )?[Uu]nknown (?:command|flag|option)\b|^\S+: error: (?:argument \S+: )?[Ii]nvalid choice/,
    from: 'clap 3 and 4, of bws 0.x to 2.x (basecamp/kamal#1440); cobra; commander; Python argparse',
    variant: 'version',
  },
  {
    cause: 'secrets-adapter-failed',
    says: /\bdial tcp\b|no such host|i\/o timeout|TLS handshake timeout|connection (?:refused|reset)|ECONNREFUSED|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|Could not connect to the endpoint URL|Max retries exceeded|Failed to resolve|Temporary failure in name resolution|\b50[234] (?:Bad Gateway|Service Unavailable|Gateway Time-?out)/,
    from: 'Go, net, of Doppler CLI 3; Node.js, of Bitwarden CLI; botocore, of AWS CLI 2; Python requests, of gcloud',
    variant: 'network',
  },
  {
    cause: 'secrets-adapter-failed',
    says: /[Nn]ot logged in|[Vv]ault is locked|[Ll]ogin required|Could not find decryption key|do not currently have an active account|Unable to locate credentials|(?:token|session|key) (?:is |has )?(?:invalid|expired)|[Ii]nvalid (?:access )?token|ExpiredToken|[Aa]uthentication failed|401 Unauthorized|could not retrieve vault password|mac failed\.|[Uu]nable to fetch auth code|Reauthentication (?:failed|required)/,
    from: 'Bitwarden CLI 2022 to 2026; LastPass CLI 1.3 to 1.6; gcloud; AWS CLI 2; Doppler CLI 3; bws; enpass-cli 1.6',
    variant: 'login',
  },
  {
    cause: 'secrets-adapter-failed',
    says: /^ERROR: \(gcloud\.[\w.-]+\) (?:NOT_FOUND|PERMISSION_DENIED|INVALID_ARGUMENT|FAILED_PRECONDITION)\b|^Not found\.$|^More than one result was found|\((?:AccessDenied|ResourceNotFound)(?:Exception)?\) when calling/,
    from: 'gcloud, googleapis errors; Bitwarden CLI 2022 to 2026; AWS CLI 2; Kamal 2.0 to 2.12 parses what gcloud did not print (lib/kamal/secrets/adapters/gcp_secret_manager.rb)',
  },
];
