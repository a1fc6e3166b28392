/** A project with production and previews, for the rules about previews: what is right, and what to change in it. */
import type { ExampleFiles } from '../rule.ts';
import { deployFile, extractLines } from './example.ts';

/** The placeholder for a preview's number. */
export const NUMBER_TAG = '<%= ENV.fetch("KAMAL_PREVIEW_NUMBER") %>';

/** Parts of `config/deploy.preview.yml` that the examples differ in. */
export interface PreviewParts {
  readonly service?: string;
  readonly servers?: string;
  readonly proxy?: string;
  readonly more?: string;
  /** The vault that `.kamal/secrets.preview` fetches from. */
  readonly vault?: string;
  /** The end of `config/deploy.yml`. */
  readonly base?: string;
  readonly files?: ExampleFiles;
}

export function previewProject(parts: PreviewParts = {}): ExampleFiles {
  const {
    service = `service: shop-pr-${NUMBER_TAG}`,
    servers = 'servers:\n  - 192.0.2.20',
    proxy = `proxy:\n  host: pr-${NUMBER_TAG}.preview.example.com`,
    more = '',
    vault = 'ShopPreview',
    base = '',
  } = parts;
  const names = 'KAMAL_REGISTRY_PASSWORD';
  const secrets = (from: string): string =>
    `SECRETS=$(kamal secrets fetch --adapter 1password --account my.1password.com --from ${from}/App ${names})\n${extractLines(names)}`;
  return {
    '.kamal/secrets': secrets('Shop'),
    '.kamal/secrets.preview': secrets(vault),
    'config/deploy.yml': deployFile(`proxy:\n  host: shop.example.com\n${base}`),
    'config/deploy.preview.yml': [service, servers, proxy, more]
      .filter((part) => part !== '')
      .join('\n')
      .concat('\n'),
    ...parts.files,
  };
}

/** The two workflows of previews; further inputs of their steps are one line each. */
export function previewWorkflows({
  concurrency = true,
  sweep = true,
  previewInputs = '',
  sweepInputs = '',
} = {}): ExampleFiles {
  const own = 'kamal-1password/kamal-1password@v1';
  const group = 'concurrency:\n  group: preview-${{ github.event.number }}\n  cancel-in-progress: true\n';
  const job = (name: string, command: string, inputs: string): string =>
    `jobs:\n  ${name}:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v5\n      - uses: ruby/setup-ruby@v1\n        with: { ruby-version: "3.4" }\n      - uses: ${own}\n        with:\n          command: ${command}\n          service-account-token: \${{ secrets.OP_PREVIEW_SERVICE_ACCOUNT_TOKEN }}\n${inputs === '' ? '' : `          ${inputs}\n`}`;
  const permissions =
    'permissions: { contents: read, pull-requests: write, deployments: write, actions: read }\n';
  return {
    '.github/workflows/preview.yml': `name: Preview\non:\n  pull_request:\n    types: [opened, reopened, synchronize, labeled, unlabeled, ready_for_review, closed]\n${concurrency ? group : ''}${permissions}${job('preview', 'preview', previewInputs)}`,
    ...(sweep
      ? {
          '.github/workflows/preview-sweep.yml': `name: Preview sweep\non:\n  schedule:\n    - cron: "17 */6 * * *"\nconcurrency:\n  group: preview-sweep\n  cancel-in-progress: false\n${permissions}${job('sweep', 'preview-sweep', sweepInputs)}`,
        }
      : {}),
  };
}
