/** Projects made of others by small changes, for the readers of files and all that is rendered of them. */
import { GitIgnore } from '../../../src/files/git-ignore.ts';
import { chooseKamal } from '../../../src/files/chosen-kamal.ts';
import { NO_SETTINGS } from '../../../src/files/project-settings.ts';
import { readDeployFile } from '../../../src/files/deploy-file/read.ts';
import { readSecrets } from '../../../src/files/secrets-file/read-secrets.ts';
import { readWorkflow } from '../../../src/files/workflow/read-workflow.ts';
import { parseYaml } from '../../../src/files/yaml/parser.ts';
import { check } from '../../../src/parity/check.ts';
import type { SourceFile } from '../../../src/parity/model.ts';
import { rules } from '../../../src/parity/rules.ts';
import { renderGithub } from '../../../src/report/formats/github.ts';
import { renderJson } from '../../../src/report/formats/json.ts';
import { renderMarkdown } from '../../../src/report/formats/markdown.ts';
import { renderPretty } from '../../../src/report/formats/pretty.ts';
import { renderSarif } from '../../../src/report/formats/sarif.ts';

/** The texts of one project. */
export interface FuzzInput {
  readonly deploy: string;
  readonly secrets: string;
  readonly workflow: string;
  readonly ignore: string;
  readonly hook: string;
}

/** Looks like what a machine draws: wherever it is put, no rendering may show it. */
export const CREDENTIAL = 'kQ7vZp2Rw9Xs4Tn8Lm3Yb6Hd';

export const SEEDS: readonly FuzzInput[] = [
  {
    deploy: `service: app
image: acme/app
servers: { web: { hosts: [192.0.2.1], env: { secret: [A_KEY] } } }
registry: { username: acme, password: [KAMAL_REGISTRY_PASSWORD] }
builder: { arch: amd64, args: { A: b }, secrets: [A_KEY] }
env:
  clear: &clear
    PORT: 3000
    URL: <%= ENV.fetch("URL", "x") %>
  secret:
    - DATABASE_URL
    - ALIAS:A_KEY # why
accessories:
  db: { image: postgres:16, host: 192.0.2.1, env: { clear: *clear, secret: [DATABASE_URL] } }
`,
    secrets: `SECRETS=$(kamal secrets fetch --adapter 1password --account my --from Shop/Production KAMAL_REGISTRY_PASSWORD A_KEY)
KAMAL_REGISTRY_PASSWORD=$(kamal secrets extract KAMAL_REGISTRY_PASSWORD \${SECRETS})
export A_KEY="$(kamal secrets extract A_KEY $SECRETS)"
DATABASE_URL='${CREDENTIAL}' # note
X=\${Y:-${CREDENTIAL}}
SENTRY-DSN: $(cat "a b" | head -1)
`,
    workflow: `on: { push: { branches: [main] } }
permissions: read-all
jobs:
  deploy:
    runs-on: &os [ubuntu-latest]
    env: { A: "\${{ secrets.A }}" }
    steps:
      - uses: actions/checkout@v4
      - run: |
          bin/kamal deploy -d staging
        env: { A_KEY: ${CREDENTIAL} }
`,
    ignore: '/.kamal/secrets*\n!.kamal/secrets.x\n**/a/**/[a-z]*.?\n',
    hook: '#!/bin/sh\necho $A_KEY # kamal\n',
  },
];

const TOKENS = [
  ...Array.from('\n\t "\'`$(){}[]<>&*!|:;,#%@=-?\\/.~^0aZ\u0000\u0085\u2028\u202E\uFEFF\uD800é漢😀'),
  '<%',
  '%>',
  '<%=',
  '-%>',
  '$(',
  '${',
  '}}',
  '${{',
  '&a ',
  '*a',
  '<<: *a',
  '- ',
  ': ',
  '|\n',
  '>-\n',
  '---\n',
  '...\n',
  '!!str ',
  '? ',
  'kamal secrets fetch ',
  '--from ',
  'op://a/b/c',
  'export ',
  '# kamal-1password: ignore secret-unused — x\n',
  'env:',
  'secret:',
  'ENV["A"]',
  '\\\n',
  '\r\n',
  "'\\''",
  '((((((((',
  '[[[[[[[[',
  '{{{{{{{{',
  '        ',
  '********',
  CREDENTIAL,
];

/** Draws whole numbers from 0, the same for the same seed. */
export type Draw = (below: number) => number;

export function drawFrom(seed: number): Draw {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** One or a few changes in one or several of the texts. */
export function mutated(input: FuzzInput, other: FuzzInput, draw: Draw): FuzzInput {
  const result: Record<string, string> = { ...input };
  const names = Object.keys(input) as (keyof FuzzInput)[];
  for (let change = 0; change <= draw(4); change += 1) {
    const name = names[draw(names.length)] ?? 'deploy';
    result[name] = changed(result[name] ?? '', other[name], draw).slice(0, 20_000);
  }
  return result as unknown as FuzzInput;
}

function changed(text: string, other: string, draw: Draw): string {
  const at = draw(text.length + 1);
  const to = Math.min(text.length, at + draw(20));
  const token = TOKENS[draw(TOKENS.length)] ?? '';
  const from = draw(other.length + 1);
  switch (draw(7)) {
    case 0:
      return text.slice(0, at) + token + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(to);
    case 2:
      return text.slice(0, at) + token.repeat(1 + draw(200)) + text.slice(to);
    case 3:
      return text.slice(0, at) + text.slice(at, to).repeat(1 + draw(50)) + text.slice(to);
    case 4:
      return text.slice(0, at) + other.slice(from, from + draw(200)) + text.slice(at);
    case 5: {
      const lines = text.split('\n');
      const [line = ''] = lines.splice(draw(lines.length), 1);
      lines.splice(draw(lines.length + 1), 0, line);
      return lines.join('\n');
    }
    default:
      return text.slice(0, at) + String.fromCharCode(draw(0x250)) + text.slice(Math.min(text.length, at + 1));
  }
}

/** Reads a project, checks it and renders it in every format. @throws our own faults */
export function readAndRender(input: FuzzInput): void {
  const file = (path: string, text: string): SourceFile => ({ path, text: text.toWellFormed(), bom: 0 });
  const config = file('config/deploy.yml', input.deploy);
  const deploy = readDeployFile({ config, destination: null });
  const secrets = readSecrets([{ path: '.kamal/secrets', source: file('.kamal/secrets', input.secrets) }]);
  const workflow = readWorkflow(file('.github/workflows/deploy.yml', input.workflow), '', parseYaml, {
    read: () => null,
  });
  const ignored = new GitIgnore((name) => (name === '.gitignore' ? input.ignore : null)).ignores(
    '.kamal/secrets',
  );
  const report = check({
    destinations: [
      {
        destination: null,
        secrets,
        deploy,
        preview: null,
        laterKamal: null,
        notLoaded: [],
        vault: null,
        notCommitted: new Set(ignored ? ['.kamal/secrets'] : []),
      },
    ],
    complete: true,
    others: [],
    kamal: chooseKamal(null, [], () => null, 0).told,
    settings: NO_SETTINGS,
    incompleteBase: null,
    absent: new Map(),
    hooks: [file('.kamal/hooks/pre-deploy', input.hook)],
    deployFiles: [config],
    workflows: workflow === null ? [] : [workflow],
  });
  const shown = [
    renderPretty(report, { infos: true }),
    renderJson(report, '1'),
    renderSarif(report, rules, '1'),
    renderGithub(report),
    renderMarkdown(report),
  ];
  for (const text of shown) if (text.includes(CREDENTIAL)) throw new Error(`leak: ${around(text)}`);
}

function around(text: string): string {
  const at = text.indexOf(CREDENTIAL);
  return JSON.stringify(text.slice(Math.max(0, at - 150), at + 60));
}
