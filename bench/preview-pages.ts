/** The comment of a preview in each of its states, one below the other, for render.ts. */
import { renderPreviewComment, type PreviewComment } from '../src/report/formats/preview-comment.ts';

const BASE: PreviewComment = {
  state: 'building',
  address: 'https://pr-12.preview.example.com',
  commit: 'a'.repeat(40),
  serving: null,
  detail: 'building',
  told: [],
  next: { human: [], agent: [] },
  runUrl: 'https://github.com/acme/shop/actions/runs/1',
  repositoryUrl: 'https://github.com/acme/shop',
  at: '2026-11-28T16:12:00Z',
  rules:
    'Removed when this pull request is closed, the label `preview` is removed, or after 7 days without a deploy.',
};
const COUNTED = `${BASE.rules ?? ''} 3 of 5 previews.`;
const EARLIER = 'b'.repeat(40);

const STATES: readonly Partial<PreviewComment>[] = [
  {},
  { serving: EARLIER },
  {
    state: 'ready',
    serving: BASE.commit,
    detail: 'ready in 74 s, verified, 3 secrets in place',
    rules: COUNTED,
  },
  {
    state: 'behind',
    serving: EARLIER,
    detail: 'failed',
    told: [
      'The app did not become healthy on 203.0.113.9: `/up` answered 500 for 30 s. Its last words: `PG::UndefinedTable: relation "users" does not exist`.',
    ],
    next: { human: [], agent: ['Run the migrations: `preview-setup: bin/rails db:prepare`.'] },
  },
  {
    state: 'failed',
    detail: 'failed',
    told: ['`env.secret` needs `STRIPE_KEY`, but `.kamal/secrets.preview` does not assign it.'],
    next: {
      human: [
        'In 1Password, vault “Shop Preview”, item “App”: make sure that a field named exactly `STRIPE_KEY` exists and is not empty.',
      ],
      agent: [
        'Assign it in `.kamal/secrets.preview:3`: `STRIPE_KEY=$(kamal secrets extract STRIPE_KEY ${SECRETS})`.',
      ],
    },
  },
  {
    state: 'refused',
    detail: 'refused',
    told: [
      '`preview-limit` (5) is reached by the previews of pull requests 4, 9, 11, 15, 20: this one was not deployed.',
    ],
    next: {
      human: ['Remove the label `preview` from one of these pull requests, then run this again.'],
      agent: [
        'Raise `preview-limit` in the workflow file, or let `preview-when-full: replace-oldest` remove the oldest.',
      ],
    },
  },
  { state: 'cancelled', detail: 'cancelled', serving: EARLIER, told: ['The run was cancelled.'] },
  { state: 'removing', detail: 'closed', serving: BASE.commit, rules: null },
  { state: 'removed', detail: 'merged', rules: null },
  {
    state: 'removal-failed',
    detail: 'still there (closed)',
    serving: BASE.commit,
    told: ['203.0.113.10 cannot be asked: no answer within 20 s.'],
    next: {
      human: [
        'Fix what is named above. The sweep tries again on its own; `kamal-1password preview remove 12` does it now.',
      ],
      agent: [],
    },
    rules: null,
  },
];

export function previewPage(): string {
  return STATES.map((state) => renderPreviewComment({ ...BASE, ...state })).join('\n\n---\n\n');
}
