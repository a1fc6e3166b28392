import { isKamal1, OLDEST_KAMAL } from '../../base/kamal-facts/release.ts';
import { deployFile, REGISTRY_LINE } from '../examples/example.ts';
import type { Span } from '../model.ts';
import type { Draft, ProjectRule } from '../rule.ts';
import { ownAction } from '../workflow.ts';

const LOCKFILE = `GEM
  remote: https://rubygems.org/
  specs:
    kamal (2.12.0)

DEPENDENCIES
  kamal
`;

const project = {
  '.kamal/secrets': REGISTRY_LINE,
  'config/deploy.yml': deployFile('proxy:\n  host: shop.example.com\n  path_prefixes: [/api, /hooks]\n'),
};

export const kamalVersion: ProjectRule = {
  id: 'kamal-version',
  scope: 'project',
  severity: 'info',
  title: 'Kamal releases differ here, and nothing says which one runs',
  why: `Keys of the deploy file, the parsing of secrets files and the adapters differ between Kamal releases: what one
accepts, another rejects. The check assumes the Kamal that will run: \`kamal-version\`, the gem or image that a
workflow pins, or Gemfile.lock. If none of them says which, it assumes the newest release that
it knows. Kamal 1, which reads no \`.kamal/secrets\`, is an error.`,
  seenIn: 'Kamal 2.0.0 to 2.12.0',
  who: ['agent'],
  examples: () => ({
    failing: project,
    fixed: { ...project, Gemfile: "gem 'kamal'\n", 'Gemfile.lock': LOCKFILE },
  }),
  *check({ kamal, destinations, workflows }) {
    const [first] = destinations;
    if (isKamal1(kamal.version)) {
      const file = kamal.file ?? first?.deploy.files[0]?.path ?? 'config/deploy.yml';
      yield kamal1(`This project uses Kamal ${kamal.version}`, { file, start: 0, end: 0 });
      return;
    }
    if (!kamal.isKnown && first !== undefined) {
      const file = first.deploy.files[0]?.path ?? 'config/deploy.yml';
      yield {
        secret: null,
        span: { file, start: 0, end: 0 },
        message: `Kamal ${kamal.version} is newer than the releases known here: it is checked as Kamal 2.12.0.`,
      };
      return;
    }
    const steps = workflows.flatMap(({ jobs }) => jobs.flatMap((job) => job.steps));
    if (kamal.from !== 'default' || steps.some((step) => ownAction(step) !== null)) return;
    const needs = destinations.map(({ deploy }) => deploy.needs).find((each) => each !== null);
    if (needs == null) return;
    yield {
      secret: null,
      span: needs.span,
      message: `\`${needs.key}\` needs Kamal ${needs.version} or later, and nothing here says which Kamal runs: Kamal ${kamal.version} is assumed.`,
      fixes: [
        {
          actor: 'agent',
          title: `Pin Kamal: in a Gemfile with its Gemfile.lock, or with \`kamal-version\` in the workflow.`,
          edits: [],
        },
      ],
    };
  },
};

function kamal1(what: string, span: Span): Draft {
  return {
    secret: null,
    span,
    severity: 'error',
    message: `${what}, which is not supported: Kamal 1 reads no \`.kamal/secrets\`. The files are checked as for Kamal ${OLDEST_KAMAL}.`,
    fixes: [
      {
        actor: 'agent',
        title: 'Upgrade to Kamal 2 (https://kamal-deploy.org/docs/upgrading), and pin it here.',
        edits: [],
      },
    ],
  };
}
