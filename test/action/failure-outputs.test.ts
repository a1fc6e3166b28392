import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOutputs } from '../../src/action/failure-outputs.ts';
import { Failure } from '../../src/base/failure.ts';
import { Redaction } from '../../src/base/redaction.ts';

test('a failed step says its cause, a sentence and the next steps, by who does them, without secrets', () => {
  const redaction = new Redaction();
  redaction.add('hunter2-hunter2');
  const failure = new Failure('disk-full', '`kamal deploy` failed: the disk of hunter2-hunter2 is full.', {
    human: ['Free space.', 'Ask hunter2-hunter2.'],
    agent: ['Lower `retain_containers`.'],
  });
  assert.deepEqual(Object.fromEntries(failureOutputs(failure, redaction)), {
    cause: 'disk-full',
    'cause-sentence': '`kamal deploy` failed: the disk of *** is full.',
    next: 'For you:\n- Free space.\n- Ask ***.\nFor you or your coding agent:\n- Lower `retain_containers`.',
  });
  assert.equal(new Map(failureOutputs(new Failure('x', 'X.'), redaction)).get('next'), '');
});
