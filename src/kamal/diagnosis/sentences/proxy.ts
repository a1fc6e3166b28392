import type { Sentence } from './sentence.ts';

/** kamal-proxy 0.3 to 0.9, and docker where the proxy's container does not run. */
export const PROXY: readonly Sentence[] = [
  {
    cause: 'proxy-outdated',
    says: /^(?:Error: )?kamal-proxy version (?<subject>\S+) is too old/,
    from: 'Kamal 2.0 to 2.12, lib/kamal/cli/proxy.rb, boot',
  },
  {
    cause: 'proxy-outdated',
    says: /^Error: unknown (?:shorthand )?flag: ?(?<subject>\S+)|^Error: unknown command "(?<command>[^"]*)" for "kamal-proxy"/,
    during: ['proxy'],
    from: 'spf13/cobra, of a kamal-proxy that is older than the Kamal that asks it',
    variant: 'flag',
  },
  {
    cause: 'proxy-host-taken',
    says: /host settings conflict with another service/,
    from: 'kamal-proxy 0.3 to 0.9, internal/server/router.go, ErrorHostInUse; basecamp/kamal#1147',
  },
  {
    cause: 'proxy-service-missing',
    says: /^Error: service not found/,
    during: ['proxy'],
    from: 'kamal-proxy 0.1 to 0.9, internal/server/router.go, ErrorServiceNotFound',
  },
  {
    cause: 'proxy-down',
    says: /No such container: kamal-proxy/,
    during: ['proxy'],
    from: 'moby 20 to 29, daemon/container/view.go; basecamp/kamal#1307',
    variant: 'absent',
  },
  {
    cause: 'proxy-down',
    says: /[Cc]ontainer \S+ is (?:restarting, wait until the container is running|not running|paused)/,
    during: ['proxy'],
    from: 'moby 20 to 29, daemon/errors.go, errContainerIsRestarting and errNotRunning',
  },
  {
    cause: 'proxy-down',
    says: /dial unix \S*kamal-proxy\S*\.sock|^Error: connection is shut down/,
    from: 'kamal-proxy 0.3 to 0.9, internal/cmd: net/rpc over its socket',
  },
  {
    cause: 'proxy-down',
    says: /^(?:\S+Z )?Error: listen tcp \S*:(?<subject>\d+): bind: /,
    from: 'kamal-proxy 0.3 to 0.9, internal/server/server.go, in `kamal proxy logs`; basecamp/kamal-proxy#91',
    variant: 'bind',
  },
  {
    cause: 'certificate-failed',
    says: /unable to load certificate|tls: (?:private key does not match|failed to find any PEM)/,
    during: ['proxy'],
    from: 'kamal-proxy 0.8, internal/server/cert.go, ErrorUnableToLoadCertificate',
    variant: 'custom',
  },
  {
    cause: 'config-invalid',
    says: /service options invalid|tls-on-demand-url|automatic TLS does not support wildcards|host must be set when using TLS|TLS settings must be specified on the root path|max-(?:request|response)-body can only be set|unable to load error pages|invalid host pattern/,
    during: ['proxy'],
    from: 'kamal-proxy 0.8 and 0.9, internal/server/service.go, internal/cmd/deploy.go; basecamp/kamal#1037',
    variant: 'proxy',
  },
  {
    cause: 'unhealthy',
    says: /(?:^|: |["'`])target failed to become healthy|^Error: target unhealthy/,
    from: 'kamal-proxy 0.3 to 0.9, internal/server/router.go, ErrorTargetFailedToBecomeHealthy',
  },
];

/** What `kamal proxy logs` shows of a certificate that could not be had. */
export const CERTIFICATE: readonly Sentence[] = [
  {
    cause: 'certificate-failed',
    says: /acme\/autocert: unable to satisfy[^\n]* for domain \\?"(?<subject>[\w.*-]+)/,
    from: 'golang.org/x/crypto, acme/autocert; basecamp/kamal-proxy#26, basecamp/kamal#1352',
  },
  {
    cause: 'certificate-failed',
    says: /acme\/autocert: (?:missing certificate|unable to authorize|.*rateLimited)|urn:ietf:params:acme:error:(?:rateLimited|unauthorized|dns|caa|connection|rejectedIdentifier)/,
    from: 'golang.org/x/crypto, acme/autocert; RFC 8555, 6.7',
  },
];
