/** docs/agents.md, step by step: each call of a tool that the page shows is made, and answered as it says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployFile, envSecret, extractLines, fetchLine } from '../../src/parity/examples/example.ts';
import { AgentClient } from '../harness/agent/client.ts';
import { pageAt } from '../harness/docs/pages.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';

interface Step {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly answer: object;
}

const NAMES = ['KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL'];
const FILES = {
  '.kamal/secrets': fetchLine(...NAMES) + extractLines(...NAMES),
  'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
};

test('every step of docs/agents.md is answered as the page says, and leaves the project as it was', async () => {
  // Steps of a list are indented, which other readers of our pages do not expect.
  const texts = [...pageAt('docs/agents.md').text.matchAll(/^ *```json\n(.*?)^ *```$/gms)].map(
    ([, text = '']) => JSON.parse(text) as Partial<Step>,
  );
  const steps = texts.filter((each): each is Step => each.tool !== undefined);
  using project = new TemporaryProject(FILES);
  await using agent = await AgentClient.start(project.root);
  const used = new Set<string>();
  for (const { tool, arguments: given, answer } of steps) {
    used.add(tool);
    const said = await agent.answer(tool, given);
    assert.partialDeepStrictEqual(said, answer, JSON.stringify({ tool, given, said }));
    const { write } = given as { readonly write?: boolean };
    assert.equal((said.result as { written?: boolean }).written ?? false, write === true && tool !== 'fix');
  }
  const { tools } = await agent.client.listTools();
  assert.deepEqual([...used].sort(), tools.map(({ name }) => name).sort());
  assert.equal(project.read('.kamal/secrets'), FILES['.kamal/secrets']);
  assert.equal(project.read('config/deploy.yml'), FILES['config/deploy.yml'].replace('env:\n', 'env:\n'));
});
