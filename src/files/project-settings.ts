/** The project's own rules, `.kamal/1password.yml`: read as data; what is wrong in it is a finding with its line. */
import type { SourceFile, Span } from '../parity/model.ts';
import type { ProjectSettings, SettingsProblem } from '../parity/rule.ts';
import { readConvention } from './vault-convention.ts';
import { YamlError } from './yaml/error.ts';
import { loadYaml, PsychError } from './yaml/psych.ts';
import { toS, type RubyValue, type YamlHash } from './yaml/values.ts';

export const SETTINGS_FILE = '.kamal/1password.yml';

export const NO_SETTINGS: ProjectSettings = {
  source: null,
  rules: [],
  ignored: [],
  skipped: [],
  convention: [],
  problems: [],
  change: null,
};

const KEYS = ['rules', 'ignore', 'skip-destinations', 'vault', 'item'];
const IGNORE_KEYS = ['name', 'rule', 'reason'];

/** Reads the file, or null if there is none. Never throws. */
export function readSettings(source: SourceFile | null): ProjectSettings {
  if (source === null) return NO_SETTINGS;
  const problems: SettingsProblem[] = [];
  const spanOf = (start: number, end: number): Span => ({ file: source.path, start, end });
  const refuse = (message: string, { place }: RubyValue): void => {
    problems.push({ message, span: spanOf(place.start, Math.max(place.end, place.start)) });
  };
  const root = load(source, problems);
  const settings = { ...NO_SETTINGS, source, problems };
  if (root === null) return settings;
  if (root.type !== 'hash') {
    refuse(`The file must be a map with the keys ${KEYS.join(', ')}`, root);
    return settings;
  }
  for (const { key } of root.entries.values())
    if (!KEYS.includes(toS(key))) refuse(`Unknown key \`${toS(key)}\`; the keys are ${KEYS.join(', ')}`, key);
  const part = (key: string): RubyValue | null => root.entries.get(`s:${key}`)?.value ?? null;
  const items = (key: string): readonly RubyValue[] => {
    const value = part(key);
    if (value === null || value.type === 'nil') return [];
    if (value.type === 'array') return value.items;
    refuse(`\`${key}\` must be a list`, value);
    return [];
  };
  return {
    ...settings,
    rules: entriesOf(part('rules'), refuse).map(({ key, value }) => ({
      id: toS(key),
      idSpan: spanOf(key.place.start, key.place.end),
      // YAML 1.1 takes the word `off` for false.
      severity: value.type === 'boolean' && !value.value ? 'off' : toS(value),
      severitySpan: spanOf(value.place.start, value.place.end),
    })),
    ignored: items('ignore').flatMap((item) => {
      const ignored = ignoredOf(item, refuse);
      return ignored === null ? [] : [{ ...ignored, span: spanOf(item.place.start, item.place.end) }];
    }),
    skipped: items('skip-destinations').map((item) => toS(item)),
    convention: (['vault', 'item'] as const).flatMap((each) =>
      readConvention(each, part(each), refuse, ({ place }) => spanOf(place.start, place.end)),
    ),
  };
}

function load(source: SourceFile, problems: SettingsProblem[]): RubyValue | null {
  try {
    return loadYaml(source.text, source);
  } catch (error) {
    if (!(error instanceof YamlError || error instanceof PsychError)) throw error;
    const start = error instanceof YamlError ? error.offset : error.place.start;
    const end = Math.min(start + 1, source.text.length);
    problems.push({ message: error.message, span: { file: source.path, start: Math.min(start, end), end } });
    return null;
  }
}

type Refuse = (message: string, at: RubyValue) => void;

function entriesOf(value: RubyValue | null, refuse: Refuse): { key: RubyValue; value: RubyValue }[] {
  if (value === null || value.type === 'nil') return [];
  if (value.type === 'hash') return [...value.entries.values()];
  refuse('`rules` must map each rule to `error`, `warning`, `info` or `off`', value);
  return [];
}

function ignoredOf(
  item: RubyValue,
  refuse: Refuse,
): { readonly name: string; readonly rule: string | null; readonly reason: string } | null {
  if (item.type !== 'hash') {
    refuse(
      'An item of `ignore` must be a map with `name`, `reason` and, to ignore only one rule, `rule`',
      item,
    );
    return null;
  }
  for (const { key } of item.entries.values())
    if (!IGNORE_KEYS.includes(toS(key)))
      refuse(`Unknown key \`${toS(key)}\`; the keys here are ${IGNORE_KEYS.join(', ')}`, key);
  const name = textOf(item, 'name');
  const reason = textOf(item, 'reason');
  if (name === null) refuse('An item of `ignore` needs the `name` of a secret', item);
  else if (reason === null)
    refuse(`${name} is ignored without a reason: add \`reason\`, so that the next reader knows why`, item);
  return name === null || reason === null ? null : { name, rule: textOf(item, 'rule'), reason };
}

function textOf(hash: YamlHash, key: string): string | null {
  const value = hash.entries.get(`s:${key}`)?.value;
  const text = value?.type === 'string' ? value.value.trim() : '';
  return text === '' ? null : text;
}
