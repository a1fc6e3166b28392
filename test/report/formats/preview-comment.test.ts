/** The comment of a preview: what a person reads in each state. How it looks: bench/render.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  renderPreviewComment,
  servingIn,
  type PreviewComment,
  type PreviewState,
} from '../../../src/report/formats/preview-comment.ts';

const NEW = 'a'.repeat(40);
const OLD = 'b'.repeat(40);

function comment(state: PreviewState, serving: string | null): string {
  const facts: PreviewComment = {
    state,
    address: 'https://pr-12.preview.example.com',
    commit: NEW,
    serving,
    detail: 'detail',
    told: [],
    next: { human: [], agent: [] },
    runUrl: null,
    repositoryUrl: 'https://github.com/acme/shop',
    at: '2026-11-28T16:12:00Z',
    rules: 'Removed when this is closed.',
  };
  return renderPreviewComment(facts);
}

test('where an earlier commit serves, the comment names it beside the one of the run', () => {
  for (const state of ['building', 'behind', 'cancelled', 'failed', 'refused', 'removal-failed'] as const) {
    const text = comment(state, OLD);
    const row = /^\| \[`aaaaaaa`\].*$/m.exec(text)?.[0] ?? '';
    assert.match(
      row,
      /detail, \[`bbbbbbb`\]\(https:\/\/github\.com\/acme\/shop\/commit\/b{40}\) still serves/,
      state,
    );
    assert.match(row, / \| 28&nbsp;Nov&nbsp;16:12 \| /);
    assert.match(text, /\[pr-12\.preview\.example\.com\]\(https:/);
    assert.equal(servingIn(text), OLD);
  }
});

test('where the commit of the run serves, or nothing does, no other is named, and what does not answer is no link', () => {
  for (const state of ['building', 'ready', 'failed', 'refused', 'cancelled', 'removed'] as const) {
    assert.doesNotMatch(comment(state, NEW), /still serves/);
    const text = comment(state, null);
    assert.doesNotMatch(text, /still serves|\]\(https:\/\/pr-12/);
    assert.equal(servingIn(text), null);
  }
  assert.doesNotMatch(comment('removing', OLD), /still serves/);
});

test('what is refused promises no removal', () => {
  assert.doesNotMatch(comment('refused', null), /Removed when/);
  assert.match(comment('ready', NEW), /<sub>Removed when/);
});

test('whatever happened, GitHub takes the comment', () => {
  const facts: PreviewComment = {
    state: 'removal-failed',
    address: null,
    commit: NEW,
    serving: null,
    detail: 'still there',
    told: Array.from({ length: 5000 }, (_, at) => `problem ${at} <${'x'.repeat(at === 0 ? 200_000 : 200)}>`),
    next: { human: Array.from({ length: 3000 }, (_, at) => `do ${at}`), agent: [] },
    runUrl: null,
    repositoryUrl: 'https://github.com/acme/shop',
    at: '2026-11-28T16:12:00Z',
    rules: null,
  };
  const text = renderPreviewComment(facts);
  assert.ok(text.length < 60_000, String(text.length));
  assert.match(text, /… and 4980 more: see the log/);
  assert.match(text, /problem 19 /);
});
