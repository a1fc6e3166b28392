import type { Sentence } from './sentence.ts';
import { CERTIFICATE } from './proxy.ts';

/**
 * What kamal-proxy writes to its own log (`kamal proxy logs`, `docker logs kamal-proxy`), as JSON. Why the
 * health check failed is in the error of its request (kamal-proxy 0.1 to 0.9, internal/server/health_check.go).
 */
export const PROXY_LOG: readonly Sentence[] = [
  ...CERTIFICATE,
  {
    cause: 'proxy-down',
    says: /^Error: listen tcp \S*:(?<subject>\d+): bind: /,
    from: 'kamal-proxy 0.3 to 0.9, internal/server/server.go; basecamp/kamal-proxy#91',
    variant: 'bind',
  },
  {
    cause: 'unhealthy',
    says: /"msg":"Healthcheck failed".*(?:Unexpected status \((?:301|302|307|308)\)|"status":30[1278]\b)/,
    from: 'kamal-proxy 0.1 to 0.9, internal/server/health_check.go; basecamp/kamal#992',
    variant: 'redirect',
    certain: false,
  },
  {
    cause: 'unhealthy',
    says: /"msg":"Healthcheck failed".*(?:Unexpected status \(404\)|"status":404\b)/,
    from: 'the same',
    variant: 'path',
    certain: false,
  },
  {
    cause: 'unhealthy',
    says: /"msg":"Healthcheck failed".*(?:Unexpected status \((?:400|401|403|421)\)|"status":4(?:0[013]|21)\b)/,
    from: 'the same; Rails and Django answer so where they do not know the host',
    variant: 'host',
    certain: false,
  },
  {
    cause: 'unhealthy',
    says: /"msg":"Healthcheck failed".*(?:Unexpected status \((?<subject>\d+)\)|"status":(?<status>\d+))/,
    from: 'the same',
    variant: 'answer',
    certain: false,
  },
  {
    // Docker's own is 127.0.0.11; what another answers says nothing of the container.
    cause: 'unhealthy',
    says: /"msg":"Healthcheck failed".*\blookup \S+ on (?!127\.0\.0\.11:)(?<subject>\[?[\da-fA-F:.]+\]?):53: /,
    from: 'Go, net/dnsclient_unix.go; moby 20 to 25 give a container the IPv6 name servers of its machine, too: moby/moby#47512',
    variant: 'dns',
    certain: false,
  },
  {
    cause: 'unhealthy',
    says: /"msg":"Healthcheck failed".*(?:no such host|server misbehaving)/,
    from: 'Go, net; Docker gives no name to a container that has ended; basecamp/kamal-proxy#71',
    variant: 'gone',
    certain: false,
  },
  {
    cause: 'unhealthy',
    says: /"msg":"Healthcheck failed".*(?:dial tcp [\d.:[\]a-f]+:(?<subject>\d+): connect: connection refused|connection reset|EOF)/,
    from: 'Go, net; basecamp/kamal-proxy#71',
    variant: 'refused',
    certain: false,
  },
  {
    cause: 'unhealthy',
    says: /"msg":"Healthcheck failed".*(?:Request timed out|context deadline exceeded|i\/o timeout|Client\.Timeout)/,
    from: 'kamal-proxy 0.1 to 0.9, internal/server/health_check.go, ErrorHealthCheckRequestTimedOut',
    variant: 'slow',
    certain: false,
  },
  {
    cause: 'unhealthy',
    says: /"msg":"Target failed to become healthy"/,
    from: 'kamal-proxy 0.1 to 0.9, internal/server/load_balancer.go and service.go',
    certain: false,
  },
];

/** Lines that are about the proxy's own requests, whose errors are not the app's. */
export const OF_PROXY = /"msg":"(?:Healthcheck |Target |Error while proxying)/;

/** The same health check, once it has succeeded. */
export const PROXY_RECOVERED =
  /"msg":"(?:Healthcheck succeeded|Deployed|Target is healthy)"|"state":"healthy"/;
