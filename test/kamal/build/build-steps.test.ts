import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildSteps } from '../../../src/kamal/build/build-steps.ts';

void test('steps of the Dockerfile are counted, with those that the cache had', () => {
  const lines = [
    ' DEBUG [46844e88] \t#1 [internal] load build definition from Dockerfile',
    ' DEBUG [46844e88] \t#1 DONE 0.0s',
    ' DEBUG [46844e88] \t#4 [base 1/3] FROM docker.io/library/ruby:3.4@sha256:0123',
    ' DEBUG [46844e88] \t#4 CACHED',
    ' DEBUG [46844e88] \t#5 [base 2/3] RUN apt-get update',
    ' DEBUG [46844e88] \t#5 CACHED',
    ' DEBUG [46844e88] \t#6 [linux/amd64 base 3/3] COPY Gemfile Gemfile.lock ./',
    ' DEBUG [46844e88] \t#6 CACHED',
    ' DEBUG [46844e88] \t#7 [stage-1 2/2] RUN bundle install',
    ' DEBUG [46844e88] \t#7 1.234 Fetching gem metadata [1/2] FROM here',
    ' DEBUG [46844e88] \t#7 [stage-1 2/2] RUN bundle install',
    ' DEBUG [46844e88] \t#7 DONE 12.3s',
    ' DEBUG [46844e88] \t#8 importing cache manifest from gha:123',
    ' DEBUG [46844e88] \t#8 CACHED',
  ];
  assert.deepEqual(buildSteps(lines), { all: 3, cached: 2 });
});

void test('where nothing was built, nothing is said', () => {
  assert.equal(buildSteps([]), null);
  assert.equal(
    buildSteps(['Pull app image...', '  INFO [0f] Running docker pull x on h', '#7 CACHED']),
    null,
  );
});
