import type { Sentence } from './sentence.ts';

/** What op 2.x writes to standard error, without `[ERROR] 2026/01/31 12:00:00 `. */
export const OP: readonly Sentence[] = [
  {
    cause: 'op-not-signed-in',
    says: /^Authentication error with environment variables: you must set either/,
    from: '1Password/load-secrets-action 1 to 4, src/utils.ts; 1Password/load-secrets-action#71',
  },
  {
    cause: 'op-misconfigured',
    says: /permissions are too broad|can't safely access "(?<subject>[^"]*)"|(?:isn't|not) owned by the current user|can't (?:create|read|write|open) [^\n]*(?:config|\.config\/op)|mkdir [^\n]*: permission denied|XDG_(?:CONFIG|RUNTIME)/,
    from: 'op 2.x; 1Password community, "permissions are too broad"',
    variant: 'directory',
  },
  {
    cause: 'op-misconfigured',
    says: /found multiple accounts(?: for filter "?(?<subject>[^"\s]+)"?)?|[Mm]ultiple accounts found/,
    from: 'op 2.x; 1Password/terraform-provider-onepassword#217',
    variant: 'accounts',
  },
  {
    cause: 'op-misconfigured',
    says: /connecting to desktop app|[Cc]an't connect to the 1Password app|1Password app isn't (?:running|installed)|couldn't start daemon|error (?:starting|connecting to) daemon|daemon: |OP_CONNECT_(?:HOST|TOKEN)|[Cc]onnect (?:server|host|token)|unknown (?:shorthand )?(?:flag|command)|biometric/,
    from: 'op 2.x, developer.1password.com/docs/cli; spf13/cobra',
    variant: 'session',
  },
  {
    cause: 'op-misconfigured',
    says: /\/v1\/vaults|unsupported protocol scheme/,
    from: '1Password Connect, whose address is empty or wrong; 1Password/load-secrets-action#24',
    variant: 'session',
  },
  {
    cause: 'op-unavailable',
    says: /rate[- ]?limit|[Tt]oo many requests|\b429\b/,
    from: '1password/terraform-provider-onepassword, 1password/install-cli-action issues; developer.1password.com, service-accounts/rate-limits',
    variant: 'rate',
  },
  {
    cause: 'op-unavailable',
    says: /\b50\d\b|[Ss]ervice [Uu]navailable|[Ii]nternal [Ss]erver [Ee]rror|[Bb]ad [Gg]ateway|dial tcp|no such host|i\/o timeout|TLS handshake|connection (?:refused|reset)|network is unreachable|context deadline exceeded|[Cc]lient\.Timeout|deadline exceeded|request (?:timed out|canceled)|timed? ?out|unexpected EOF|x509: |proxyconnect/,
    from: 'Go, net and net/http, as op passes them on',
  },
  {
    cause: 'op-not-signed-in',
    says: /no account found(?: for)?(?: filter)?(?: "?(?<subject>[^"\s]+)"?)?|found no accounts? for(?: filter)?(?: "?(?<filter>[^"\s]+)"?)?|account [^\n]*(?:not found|isn't (?:known|configured|signed in))/,
    from: 'op 2.x, --account that names none of the accounts known here',
    variant: 'account',
  },
  {
    cause: 'op-not-signed-in',
    says: /DecodeSACredentials|failed to parseToken|(?:service account token|token)[^\n]*(?:format is invalid|invalid format|malformed)/,
    from: '1Password SDK and op 2.x; 1Password/load-secrets-action#74',
    variant: 'format',
  },
  {
    cause: 'op-not-signed-in',
    says: /SessionToken|\b401\b|[Uu]nauthori[sz]ed|not (?:currently )?signed in|[Nn]o accounts? (?:are )?configured|could not find session token|no active session|session token|[Ii]nvalid (?:service account )?token|[Ss]ervice account (?:token|.*(?:deleted|suspended|deactivated))|session expired|authentication required|authorization prompt dismissed|[Ss]ign ?in credentials|[Aa]uthentication (?:failed|error)|signin/,
    from: 'op 2.x; 1password/load-secrets-action and install-cli-action issues',
  },
  {
    cause: 'vault-item-ambiguous',
    says: /[Mm]ore than one (?:item|vault|field) matches "(?<item>[^"]*)"|matches more than one (?:item|vault)|[Mm]ore than one (?:item|vault|field)/,
    from: 'op 2.x; 1Password community, "More than one item matches"',
  },
  {
    cause: 'vault-field-missing',
    says: /["'`](?<secret>[^"'`]*)["'`] isn't a field in\b|(?:no such field|field not found)[: ]+["'`]?(?<field>[\w./-]+)|does not have a field ["'`]?(?<lacking>[\w./-]+)/i,
    from: 'op 2.x; Kamal 2.12.0 asks with --fields',
  },
  {
    cause: 'vault-item-missing',
    says: /(?:item|Item) [^\n]*(?:is|was|has been) (?:in the [Aa]rchive|archived|deleted|in the trash)|in the Archive/,
    from: 'op 2.x',
    variant: 'archived',
  },
  {
    cause: 'vault-unreadable',
    says: /isn't a vault|vault [^\n]*not found|no such vault|can't find vault|[Nn]o vaults? (?:found|matched)/,
    from: 'op 2.x',
    variant: 'vault',
  },
  {
    cause: 'vault-item-missing',
    says: /isn't an item\b|no item found|item [^\n]*not found|no such item|[Nn]o item matched/,
    from: 'op 2.x',
  },
  {
    cause: 'vault-unreadable',
    says: /\b403\b|[Ff]orbidden|[Nn]ot authorized|don't have (?:permission|access)|[Ii]nsufficient permission|[Pp]ermission denied|does not have (?:permission|access)/,
    from: 'op 2.x',
  },
];
