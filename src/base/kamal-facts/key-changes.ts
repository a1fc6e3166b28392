/** A value of an example that Kamal validates a configuration against (lib/kamal/configuration/docs/*.yml). */
export type ConfigurationExample =
  | string
  | number
  | boolean
  | readonly ConfigurationExample[]
  | { readonly [key: string]: ConfigurationExample };

/** A key that came, or whose example changed, with a release (lib/kamal/configuration/docs/PART.yml of that release). */
export interface KeyChange {
  readonly part: 'configuration' | 'accessory' | 'boot' | 'builder' | 'proxy' | 'role' | 'ssh' | 'sshkit';
  readonly key: string;
  readonly since: string;
  /** The example before it; null if there was no such key. */
  readonly before: ConfigurationExample | null;
}

/** Every key that 2.0.0 has not, or has otherwise. */
export const KEY_CHANGES: readonly KeyChange[] = [
  { part: 'proxy', key: 'hosts', since: '2.1.0', before: null },
  { part: 'ssh', key: 'config', since: '2.1.0', before: null },
  { part: 'accessory', key: 'network', since: '2.3.0', before: null },
  { part: 'builder', key: 'provenance', since: '2.3.0', before: null },
  { part: 'accessory', key: 'proxy', since: '2.4.0', before: null },
  { part: 'builder', key: 'sbom', since: '2.4.0', before: null },
  { part: 'accessory', key: 'registry', since: '2.5.0', before: null },
  { part: 'accessory', key: 'role', since: '2.6.0', before: null },
  { part: 'accessory', key: 'tag', since: '2.6.0', before: null },
  { part: 'accessory', key: 'tags', since: '2.6.0', before: null },
  { part: 'configuration', key: 'error_pages_path', since: '2.6.0', before: null },
  { part: 'proxy', key: 'ssl_redirect', since: '2.6.0', before: null },
  { part: 'builder', key: 'pack', since: '2.7.0', before: null },
  { part: 'proxy', key: 'path_prefix', since: '2.7.0', before: null },
  { part: 'proxy', key: 'ssl', since: '2.7.0', before: true },
  { part: 'proxy', key: 'strip_path_prefix', since: '2.7.0', before: null },
  { part: 'proxy', key: 'path_prefixes', since: '2.8.0', before: null },
  { part: 'configuration', key: 'secrets_path', since: '2.9.0', before: null },
  { part: 'ssh', key: 'config', since: '2.9.0', before: true },
  { part: 'sshkit', key: 'dns_retries', since: '2.9.0', before: null },
  { part: 'accessory', key: 'directories', since: '2.10.0', before: ['mysql-logs:/var/log/mysql'] },
  { part: 'accessory', key: 'files', since: '2.10.0', before: ['config/my.cnf.erb:/etc/mysql/my.cnf'] },
  { part: 'boot', key: 'parallel_roles', since: '2.10.0', before: null },
  { part: 'proxy', key: 'run', since: '2.10.0', before: null },
  { part: 'configuration', key: 'hooks_output', since: '2.11.0', before: null },
  { part: 'configuration', key: 'output', since: '2.12.0', before: null },
  { part: 'configuration', key: 'stop_timeout', since: '2.12.0', before: null },
  { part: 'role', key: 'stop_timeout', since: '2.12.0', before: null },
  { part: 'ssh', key: 'forward_agent', since: '2.12.0', before: null },
];
