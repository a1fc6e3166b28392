/** What became of the proxies that the environment names. */
export type Proxying =
  /** It names none. */
  | 'none'
  /** `fetch`, `node:http` and `node:https` follow them. */
  | 'followed'
  /** This version of Node cannot switch to it; `NODE_USE_ENV_PROXY=1` in the environment it starts with can. */
  | 'not-followed';

/**
 * Makes requests follow `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` (in either case), for the whole process: the SDK's
 * `fetch` and our own download alike. Node ignores them unless `NODE_USE_ENV_PROXY=1` was set before it started, which
 * an action has no hand in, or it is switched on (from 24.14 on: nodejs.org/api/http.html, "Built-in proxy support").
 * `op`, Kamal and ssh do that themselves. Call it before the first request. `node:http` is loaded only where there is a
 * proxy: that takes some 20 ms.
 */
export async function followProxy(env: Readonly<Record<string, string | undefined>>): Promise<Proxying> {
  const names = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];
  if (names.every((name) => (env[name] ?? '') === '')) return 'none';
  if (env['NODE_USE_ENV_PROXY'] === '1') return 'followed';
  const http = await import('node:http');
  if (!('setGlobalProxyFromEnv' in http)) return 'not-followed';
  http.setGlobalProxyFromEnv({ ...env });
  return 'followed';
}
