/** What `init --preview` would write: the deploy file and the secrets file of previews, and their two workflows. */
import { USUAL_ACCOUNT } from './init-facts.ts';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../../base/failure.ts';
import { repositoryPlace } from '../../files/repository-root.ts';
import { readProject } from '../../files/read-project.ts';
import { check } from '../../parity/check.ts';
import type { DestinationReadings } from '../../parity/rule.ts';
import type { CheckProjectOptions } from '../../change/project-edits.ts';
import { actionReference } from './action-step.ts';
import { directoryInRepository } from './git-state.ts';
import type { FileChange, InitPlan } from './init-plan.ts';
import {
  deployFileText,
  NO_SECRETS_CONCEALED,
  previewWorkflow,
  secretsFileText,
  sweepWorkflow,
} from './preview-texts.ts';

/** What no one can find out from the files. */
export interface PreviewRequest {
  readonly project: CheckProjectOptions;
  /** The server of the previews. */
  readonly host: string;
  /** Previews answer below it: `pr-12.DOMAIN`. */
  readonly domain: string;
  /** The vault of the previews; null: the app's name and `Preview`. */
  readonly vault: string | null;
  readonly account: string | null;
}

/** The GitHub secret that the workflows of previews take their token from. */
const TOKEN = 'OP_PREVIEW_SERVICE_ACCOUNT_TOKEN';
const ITEM = 'App';

/**
 * Plans new files only: an existing file is kept as it is, and reported.
 * @throws Failure as `readProject`; `preview-base-unknown` if the deploy file does not say what the app is
 */
export function planPreviews(request: PreviewRequest): InitPlan {
  const { project: options, host, domain } = request;
  const root = path.resolve(options.root);
  const project = readProject({ ...options, destinations: [null] });
  const [base] = project.destinations;
  const deployment = base?.deploy.deployment ?? null;
  const config = options.config ?? 'config/deploy.yml';
  if (base === undefined || deployment === null) throw unknownBase(config);
  const { service } = deployment;
  if (service === null || deployment.roles.length === 0) throw unknownBase(config);
  const vault = request.vault ?? `${service.replace(/^./, (first) => first.toUpperCase())} Preview`;
  const account = request.account ?? accountOf(base) ?? USUAL_ACCOUNT;
  const names = secretNames(base);
  const fields = names.map((name) => (name === 'DATABASE_URL' ? 'DATABASE_BASE' : name));
  const wanted: readonly (readonly [string, string])[] = [
    [
      `${config.replace(/(?<=[^/])\.[^./]*$/u, '')}.preview.yml`,
      deployFileText(deployment, { host, domain }),
    ],
    [`${base.deploy.secretsPath}.preview`, secretsFileText({ service, vault, item: ITEM, account, names })],
    ...previewWorkflows(root, options.config ?? null),
  ];
  const isThere = ([file]: readonly [string, string]): boolean => existsSync(path.join(root, file));
  const changes = wanted
    .filter((each) => !isThere(each))
    .map(([file, after]): FileChange => ({ path: file, before: null, after }));
  const overlay = new Map([
    ...(options.overlay ?? []),
    ...changes.map(({ path: file, after }) => [file, after] as const),
  ]);
  const report = check(readProject({ ...options, destinations: [null, 'preview'], overlay }), options);
  return {
    changes,
    notes: [
      ...wanted.filter(isThere).map(([file]) => `${file} exists already, and stays as it is.`),
      ...sharedNotes(base),
    ],
    human: humanList({ service, vault, fields, host, domain }),
    concealed: NO_SECRETS_CONCEALED,
    concealedAfter: [],
    left: [],
    report,
  };
}

/** What the app and its registry ask for; `secrets-common` is read for previews too. */
function secretNames({ deploy, secrets }: DestinationReadings): string[] {
  const common = new Set(
    secrets.assignments.filter(({ span }) => span.file.endsWith('-common')).map(({ name }) => name),
  );
  const asked = deploy.consumers.filter(
    ({ applied, certain, where, secret }) =>
      applied && certain && !where.startsWith('accessory:') && !common.has(secret),
  );
  return [...new Set(asked.map(({ secret }) => secret))];
}

function accountOf({ secrets }: DestinationReadings): string | null {
  for (const command of secrets.assignments.flatMap(({ commands }) => commands))
    if (command.kind === 'fetch' && command.account !== null) return command.account.value;
  return null;
}

/** What Kamal merges into the previews from the base file, which must not be mistaken for theirs. */
function sharedNotes({ deploy }: DestinationReadings): string[] {
  const { accessories, volumes } = deploy.places;
  return [
    ...accessories.map(
      ({ text }) =>
        `The accessory ${text} of the base file is part of the previews too: give them one of their own, or move it into the file of the destination that it belongs to.`,
    ),
    ...volumes.map(({ text }) => `The volume ${text} of the base file is mounted by previews too.`),
  ];
}

interface PreviewNames extends Pick<PreviewRequest, 'host' | 'domain'> {
  readonly service: string;
  readonly vault: string;
  readonly fields: readonly string[];
}

function humanList({ service, vault, fields, host, domain }: PreviewNames): InitPlan['human'] {
  return {
    vaults: [
      {
        vault,
        items: [
          {
            item: ITEM,
            fields: fields.map((field) => ({
              field,
              what:
                field === 'DATABASE_BASE'
                  ? 'a database server for previews, without the name: `postgres://user:password@host:5432`'
                  : 'the value that previews should receive, not that of production',
            })),
          },
          {
            item: 'Server',
            fields: [
              { field: 'SSH_KEY', what: `a private SSH key for ${host} alone` },
              { field: 'KNOWN_HOSTS', what: `recommended: what \`ssh-keyscan -t ed25519 ${host}\` prints` },
            ],
          },
        ],
      },
    ],
    serviceAccount: {
      name: `GitHub Actions ${service} previews`,
      vaults: [vault],
      command: `op service-account create "GitHub Actions ${service} previews" --vault "${vault}:read_items"`,
    },
    github: {
      secret: TOKEN,
      command: `gh secret set ${TOKEN}`,
      page: 'Settings → Secrets and variables → Actions → New repository secret',
    },
    hasToken: false,
    more: [
      `In DNS, a wildcard record: *.${domain} to ${host}.`,
      'On GitHub, the label that requests a preview: gh label create preview',
    ],
  };
}

function previewWorkflows(root: string, config: string | null): (readonly [string, string])[] {
  const folder = path.relative(root, path.join(repositoryPlace(root, undefined).root, '.github/workflows'));
  const directory = directoryInRepository(root);
  const workflow = { reference: actionReference(), token: TOKEN, directory, config };
  return [
    [path.join(folder, 'preview.yml'), previewWorkflow(workflow)],
    [path.join(folder, 'preview-sweep.yml'), sweepWorkflow(workflow)],
  ];
}

function unknownBase(config: string): Failure {
  return new Failure(
    'preview-base-unknown',
    `\`${config}\` does not say for certain, without running it, what the app is called and which roles it has.`,
    {
      agent: [
        `Write \`service:\` and \`servers:\` in \`${config}\` without ERB, or write \`config/deploy.preview.yml\` by hand (docs/previews.md).`,
      ],
    },
  );
}
