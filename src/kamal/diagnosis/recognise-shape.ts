import type { Case, Recognised } from './recognised.ts';

/**
 * A value of config/deploy.yml that Kamal accepts and then fails on: it checks most of them, not all (2.0 to 2.12, each
 * key with a value of every kind). What Ruby then says is the same in all releases, apart from how it shows the value.
 */
export function ofShape({ className, occurrence, reading }: Case): readonly Recognised[] {
  const { host, message } = occurrence;
  const [first = ''] = message.split('\n');
  if (className === 'ArgumentError') return ofArgument(first, host);
  if (host !== null || reading.phases.length > 1 || reading.commands.length > 0) return [];
  // Kamal reads the whole file so (lib/kamal/configuration.rb, load_config_file).
  if (className === 'NoMethodError' && /^undefined method [`']symbolize_keys' for /.test(first))
    return [{ cause: 'config-invalid', variant: 'document' }];
  const value = VALUES[className]?.exec(first)?.[1]?.replace(/:\w+$/, '');
  if (value === undefined) return [];
  return [{ cause: 'config-invalid', variant: 'value', subject: value, confidence: 'likely' }];
}

function ofArgument(first: string, host: string | null): readonly Recognised[] {
  const version = /^Malformed version number string (.*)$/.exec(first)?.[1];
  if (version !== undefined) {
    const variant = host === null ? 'minimum-version' : 'proxy-tag';
    return [{ cause: 'config-invalid', variant, subject: version }];
  }
  // sshkit 1.25, lib/sshkit/runners/group.rb
  return first === 'invalid slice size' ? [{ cause: 'config-invalid', variant: 'boot-limit' }] : [];
}

/** Numbers, true and false, where YAML has them and Kamal means text (Ruby 3.1 to 4.0). */
const VALUES: Readonly<Record<string, RegExp>> = {
  NoMethodError:
    /^(?:undefined|private) method [`'](?:match\?|split|start_with\?|end_with\?|include\?|gsub|strip|empty\?|delete_prefix)' for (?:an instance of )?(Integer|Float|true|false|-?[\d.]+:(?:Integer|Float))(?::\w+)?$/,
  TypeError: /^no implicit conversion of (Integer|Float|true|false) into String$/,
};
