/**
 * What differs between releases of Kamal: one row per behaviour, with the release that introduced it and its source.
 * Read in every release from 2.0.0 to 2.12.0; keys of the deploy file have their own table (key-changes.ts), adapters
 * too (src/files/secrets-file/adapters.ts).
 */
export interface FactRow<T> {
  /** The first release that does so; the first row's is the oldest that is known. */
  readonly since: string;
  readonly value: T;
  /** File of the gem `kamal`, below lib/kamal, and what to search for in it. */
  readonly source: string;
}

type FactRows<T> = readonly [FactRow<T>, ...(readonly FactRow<T>[])];

function rows<T>(...all: FactRows<T>): FactRows<T> {
  return all;
}

export const FACTS = {
  // ------------------------------------------------------------------ templates
  /** Whether ERB's `<%-` and `-%>` eat blanks and line ends: without, `-%>` is a syntax error. */
  trimsTemplates: rows<boolean>(
    { since: '2.0.0', value: false, source: 'configuration.rb, `ERB.new(IO.read(file)).result`' },
    { since: '2.11.0', value: true, source: 'configuration.rb, `trim_mode: "-"`' },
  ),
  /** Whether templates find the destination in `KAMAL_DESTINATION`. */
  setsDestination: rows<boolean>(
    { since: '2.0.0', value: false, source: 'configuration.rb, `create_from`' },
    { since: '2.1.0', value: true, source: 'configuration.rb, `ENV["KAMAL_DESTINATION"] = destination`' },
  ),

  // ------------------------------------------------------------------ the deploy file
  /** What the merged configuration must have, in the order in which Kamal checks it; `image` may have a stand-in. */
  requiredKeys: rows<readonly ('service' | 'image' | 'registry' | 'servers')[]>(
    {
      since: '2.0.0',
      value: ['service', 'image', 'registry', 'servers'],
      source: 'configuration.rb, `ensure_required_keys_present`',
    },
    {
      since: '2.6.0',
      value: ['service', 'image', 'registry'],
      source: 'configuration.rb, `No servers or accessories specified`',
    },
    {
      since: '2.8.0',
      value: ['service', 'registry'],
      source: 'configuration.rb, `raise … for image" if image.blank?`',
    },
  ),
  /** Whether accessories are enough, without servers. */
  serversAreOptional: rows<boolean>(
    { since: '2.0.0', value: false, source: 'configuration/validator/servers.rb, `Array, Hash`' },
    { since: '2.6.0', value: true, source: 'configuration/validator/servers.rb, `Array, Hash, NilClass`' },
  ),
  /** Whether a registry on localhost needs no credentials, and its image no name. */
  knowsLocalRegistry: rows<boolean>(
    { since: '2.0.0', value: false, source: 'configuration/validator/registry.rb' },
    { since: '2.8.0', value: true, source: 'configuration/registry.rb, `local?`' },
  ),
  /** Whether such a registry refuses a remote builder that is not reached by SSH. */
  localRegistryNeedsSsh: rows<boolean>(
    { since: '2.0.0', value: false, source: 'configuration.rb' },
    {
      since: '2.8.2',
      value: true,
      source: 'configuration.rb, `ensure_local_registry_remote_builder_has_ssh_url`',
    },
  ),
  /** Whether the hosts of a role that is given as a list are checked. */
  validatesRoleLists: rows<boolean>(
    { since: '2.0.0', value: false, source: 'configuration/role.rb, `validate! specializations`' },
    { since: '2.5.0', value: true, source: 'configuration/role.rb, `validate! role_config`' },
  ),
  /** `restart` among the options of a role or an accessory. */
  restartOption: rows<'any' | 'refused' | 'checked'>(
    { since: '2.0.0', value: 'any', source: 'configuration/validator/role.rb' },
    {
      since: '2.6.0',
      value: 'refused',
      source: 'configuration/validator.rb, `validate_docker_options!`',
    },
    {
      since: '2.12.0',
      value: 'checked',
      source: 'configuration/validator.rb, `validate_restart_policy!`',
    },
  ),
  /** Whether the labels `destination`, `role` and `service` are refused. */
  reservesLabels: rows<boolean>(
    { since: '2.0.0', value: false, source: 'configuration/validator/role.rb' },
    { since: '2.7.0', value: true, source: 'configuration/validator.rb, `validate_labels!`' },
  ),
  /** `proxy: false` at the root. */
  rootProxyFalse: rows<'empty' | 'refused'>(
    { since: '2.0.0', value: 'empty', source: 'configuration.rb, `@raw_config.proxy || {}`' },
    { since: '2.6.0', value: 'refused', source: 'configuration.rb, `Proxy.new`' },
  ),
  /** Kamal's sentence about SSL for several servers: from the second row on, a custom certificate passes. */
  sslServers: rows<'one' | 'one without a certificate'>(
    { since: '2.0.0', value: 'one', source: 'configuration/role.rb, `ensure_one_host_for_ssl`' },
    {
      since: '2.7.0',
      value: 'one without a certificate',
      source: 'configuration/role.rb, `unless you provide custom certificates`',
    },
  ),
  /** Whether `proxy.host` is a list with commas. */
  splitsProxyHost: rows<boolean>(
    { since: '2.0.0', value: false, source: 'configuration/proxy.rb, `host`' },
    { since: '2.1.0', value: true, source: 'configuration/proxy.rb, `hosts`' },
  ),
  /** Settings of the proxy of several roles on one host: not checked, one only, or all alike. */
  proxyRuns: rows<'any' | 'one' | 'alike'>(
    { since: '2.0.0', value: 'any', source: 'configuration.rb' },
    {
      since: '2.10.0',
      value: 'one',
      source: 'configuration.rb, `ensure_no_conflicting_proxy_runs`; objects are compared by identity',
    },
    { since: '2.12.0', value: 'alike', source: 'configuration/proxy/run.rb, `==`' },
  ),
  /** The keys that say where an accessory runs, of which it has one. */
  placements: rows<readonly string[]>(
    { since: '2.0.0', value: ['host', 'hosts', 'roles'], source: 'configuration/validator/accessory.rb' },
    {
      since: '2.6.0',
      value: ['host', 'hosts', 'role', 'roles', 'tag', 'tags'],
      source: 'configuration/validator/accessory.rb',
    },
  ),
  /** An accessory on a role that does not exist. */
  unknownAccessoryRole: rows<'raises' | 'refused with its hosts' | 'refused'>(
    { since: '2.0.0', value: 'raises', source: 'configuration/accessory.rb, `config.role(role).hosts`' },
    {
      since: '2.4.0',
      value: 'refused with its hosts',
      source: 'configuration/accessory.rb, `Unknown role in accessories config`',
    },
    { since: '2.5.0', value: 'refused', source: 'configuration/accessory.rb, `ensure_valid_roles`' },
  ),
  /** Whether a message names a type once that is asked for twice. */
  namesTypesOnce: rows<boolean>(
    { since: '2.0.0', value: false, source: 'configuration/validator.rb, `type_error`' },
    { since: '2.9.0', value: true, source: 'configuration/validator.rb, `type_error`, `.uniq`' },
  ),

  // ------------------------------------------------------------------ who asks for secrets
  /** Whether `NAME:ALIAS` in a list of secrets is two names. */
  knowsAliases: rows<boolean>(
    { since: '2.0.0', value: false, source: 'configuration/env.rb, `secrets_io`' },
    { since: '2.6.0', value: true, source: 'configuration/env.rb, `extract_alias`' },
  ),
  /** A host with a tag that `env.tags` does not have. */
  unknownTag: rows<'raises' | 'ignored'>(
    { since: '2.0.0', value: 'raises', source: 'configuration/role.rb, `env_tags`' },
    { since: '2.9.0', value: 'ignored', source: 'configuration/role.rb, `env_tags`, `.compact`' },
  ),
  /** Whether `ssh.key_data` may name a secret. */
  looksUpKeyData: rows<boolean>(
    { since: '2.0.0', value: false, source: 'configuration/ssh.rb, `key_data`' },
    { since: '2.10.0', value: true, source: 'configuration/ssh.rb, `secrets.key?`' },
  ),
  /** Whether `secrets_path` says where the secrets files are. */
  knowsSecretsPath: rows<boolean>(
    { since: '2.0.0', value: false, source: 'secrets.rb' },
    { since: '2.9.0', value: true, source: 'secrets.rb, `@secrets_path`' },
  ),

  // ------------------------------------------------------------------ the secrets files
  /** Whether a line of the secrets files counts where the environment has its name already. */
  overridesEnvironment: rows<boolean>(
    { since: '2.0.0', value: false, source: 'secrets.rb, `::Dotenv.parse(secrets_file)`' },
    { since: '2.4.0', value: true, source: 'secrets.rb, `overwrite: true`' },
  ),
  /** Whether Kamal puts variables into a command itself. */
  putsVariablesIntoCommands: rows<boolean>(
    { since: '2.0.0', value: false, source: 'secrets/dotenv/inline_command_substitution.rb' },
    {
      since: '2.6.0',
      value: true,
      source: 'secrets/dotenv/inline_command_substitution.rb, `Variable.call(command, env)`',
    },
  ),
  /** Whether a backslash hides a parenthesis within `$(…)`. */
  escapesParentheses: rows<boolean>(
    { since: '2.0.0', value: false, source: "dotenv's own INTERPOLATED_SHELL_COMMAND" },
    {
      since: '2.10.0',
      value: true,
      source: 'secrets/dotenv/inline_command_substitution.rb, `INTERPOLATED_SHELL_COMMAND`',
    },
  ),
  /** Whether every fetch needs `--account`, even if its adapter needs none. */
  alwaysNeedsAccount: rows<boolean>(
    { since: '2.0.0', value: true, source: 'cli/secrets.rb, `required: true`' },
    { since: '2.4.0', value: false, source: 'cli/secrets.rb, `requires_account?`' },
  ),
  /** Whether a fetch from 1Password without names gives the whole item: before, it gives nothing. */
  fetchesWholeItems: rows<boolean>(
    { since: '2.0.0', value: false, source: 'secrets/adapters/one_password.rb' },
    { since: '2.7.0', value: true, source: 'secrets/adapters/one_password.rb, `fetch_all_secrets`' },
  ),
  /** Whether a fetch from Bitwarden without a field may give all custom fields of the item. */
  fetchesCustomFields: rows<boolean>(
    { since: '2.0.0', value: false, source: 'secrets/adapters/bitwarden.rb' },
    { since: '2.3.0', value: true, source: 'secrets/adapters/bitwarden.rb, `pluck("name")`' },
  ),
  /** Whether there is `kamal secrets print`. */
  printsSecrets: rows<boolean>(
    { since: '2.0.0', value: false, source: 'cli/secrets.rb' },
    { since: '2.1.0', value: true, source: 'cli/secrets.rb, `print`' },
  ),
  /** Whether commands know `--lock-wait`. */
  waitsForLock: rows<boolean>(
    { since: '2.0.0', value: false, source: 'cli/base.rb' },
    { since: '2.12.0', value: true, source: 'cli/base.rb, `class_option :lock_wait`' },
  ),

  // ------------------------------------------------------------------ values on their way
  /** Whether `#{`, `#$` and `#@` reach the container as they are: before, a backslash comes before each. */
  keepsHashes: rows<boolean>(
    { since: '2.0.0', value: false, source: 'env_file.rb, `escape_docker_env_file_ascii_value`' },
    { since: '2.3.0', value: true, source: 'env_file.rb, `.gsub(/\\\\#/, "#")`' },
  ),
} as const;

/** The same of the gem dotenv, which Kamal parses the secrets files with (`~> 3.1`). */
export const DOTENV_FACTS = {
  /** What is substituted first: the variables of a line, or the output of its commands (and then the variables in it). */
  putsInFirst: rows<'variables' | 'commands'>(
    { since: '3.1.0', value: 'variables', source: 'dotenv/parser.rb, `@substitutions`' },
    { since: '3.2.0', value: 'commands', source: 'dotenv/parser.rb, `@substitutions`' },
  ),
} as const;

type ValuesOf<T extends Readonly<Record<string, FactRows<unknown>>>> = {
  readonly [Name in keyof T]: T[Name][0]['value'];
};

export type KamalFacts = ValuesOf<typeof FACTS>;
export type DotenvFacts = ValuesOf<typeof DOTENV_FACTS>;
