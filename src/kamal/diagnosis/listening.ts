/** Where a server says that it listens, as most of them word it; the address may be missing. */
const LISTENING: readonly RegExp[] = [
  // Puma, gunicorn, uvicorn, Kestrel, Next.js, Vite, Caddy, Django's own, Bandit and Cowboy.
  /\b(?:[Ll]istening|[Rr]unning|[Ss]erving|[Ss]tarted|[Aa]vailable|[Ss]tarting|Local|Network|ready)\b[^\n]*?\b(?:https?|tcp):\/\/(?<host>\[[^\]]*\]|[\w.-]+):(?<port>\d{2,5})\b/,
  /\b(?:[Ll]istening|[Rr]unning|[Ss]erving|[Ss]tarted|started server)\b[^\n]*?\b(?:at|on) (?<host>\[[^\]]*\]|(?:\d{1,3}\.){3}\d{1,3}|localhost|::):(?<port>\d{2,5})\b/,
  // Node apps, Go apps, Tomcat, Netty, Thruster.
  /\b(?:[Ll]istening|[Rr]unning|[Ss]tarted|[Ss]erving|[Ll]istens?|[Ss]tarting)\b[^\n]*?\b(?:on|at)?\s*[Pp]ort(?:\(s\))?:? ?(?<port>\d{2,5})\b/,
  /\b(?:[Ll]istening|[Ss]erving)\b[^\n]*? (?:on|at) :(?<port>\d{2,5})\b/,
  /"msg":"Server started".*"http":":(?<port>\d{2,5})"/,
];

/** What listens there is for developers or for figures, not for the health check. */
const ASIDE = /\b(?:ws|debugger|inspector|metrics|prometheus|control server|livereload|grpc)\b/i;

export interface Listening {
  readonly port: number;
  /** True if only the container itself can reach it. */
  readonly loopback: boolean;
  readonly line: string;
}

/** Every port that the log of a container says is listened on, in its order. */
export function listeningIn(log: readonly string[]): Listening[] {
  const found: Listening[] = [];
  for (const line of log) {
    if (ASIDE.test(line)) continue;
    for (const pattern of LISTENING) {
      const groups = pattern.exec(line)?.groups;
      if (groups === undefined) continue;
      const host = groups['host'] ?? '';
      found.push({
        port: Number(groups['port']),
        // A framework may print localhost and listen everywhere; an address is what it says.
        loopback: /^(?:127\.\d+\.\d+\.\d+|\[::1\])$/.test(host),
        line,
      });
      break;
    }
  }
  return found;
}

/**
 * The port that kamal-proxy asks, of its command (`--target="1f2e3d4c5b6a:3000"`; Kamal 2.0 to 2.12,
 * lib/kamal/commands/app/proxy.rb), or null if none is named.
 */
export function targetPort(command: string): number | null {
  const port = /--target[= ]\\?"?[\w.-]+:(\d{2,5})\b/.exec(command)?.[1];
  return port === undefined ? null : Number(port);
}

/** What does not fit between the port that the proxy asks and those that the app listens on; null if nothing does. */
export function portMismatch(
  target: number,
  log: readonly string[],
): { readonly variant: 'app-port' | 'loopback'; readonly subject: string; readonly line: string } | null {
  const heard = listeningIn(log);
  const last = heard.at(-1);
  if (last === undefined) return null;
  const at = heard.filter(({ port }) => port === target);
  if (at.length > 0) {
    const [only] = at;
    if (only === undefined || !at.every(({ loopback }) => loopback)) return null;
    return { variant: 'loopback', subject: String(target), line: only.line };
  }
  const ports = [...new Set(heard.map(({ port }) => String(port)))];
  return { variant: 'app-port', subject: `${target} ${ports.join(',')}`, line: last.line };
}
