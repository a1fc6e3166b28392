import { deployFile, REGISTRY_LINE } from '../examples/example.ts';
import type { ProjectRule } from '../rule.ts';
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
  title: 'Releases of Kamal differ in what they make of this, and nothing says which one runs',
  why: `Keys of the deploy file, the reading of secrets files and the adapters differ from one release of Kamal to another: what one
takes another refuses. The check answers for the Kamal that will run: \`kamal-version\`, the gem or image that a workflow pins, or
Gemfile.lock. If none of them says, it answers for the newest that it knows.`,
  seenIn: 'Kamal 2.0.0 to 2.12.0',
  who: ['agent'],
  examples: {
    failing: project,
    fixed: { ...project, Gemfile: "gem 'kamal'\n", 'Gemfile.lock': LOCKFILE },
  },
  *check({ kamal, destinations, workflows }) {
    const [first] = destinations;
    if (!kamal.isKnown && first !== undefined) {
      const file = first.deploy.files[0]?.path ?? 'config/deploy.yml';
      yield {
        secret: null,
        span: { file, start: 0, end: 0 },
        message: `Kamal ${kamal.version} is newer than the releases that are known here: it is taken for Kamal 2.12.0.`,
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
      message: `\`${needs.key}\` needs Kamal ${needs.version} or later, and nothing here says which Kamal runs: Kamal ${kamal.version} is meant.`,
      fixes: [
        {
          actor: 'agent',
          title: `Pin Kamal: in a Gemfile with its Gemfile.lock, or by \`kamal-version\` in the workflow.`,
          edits: [],
        },
      ],
    };
  },
};
