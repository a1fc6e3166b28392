/** `kamal-1password mcp`, as a process, driven by the SDK's own client, which holds every answer against its tool's schema. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { NOTICE, SHOW_THE_HUMAN } from '../../src/agent/schemas.ts';
import { CAUSES } from '../../src/kamal/diagnosis/causes.ts';
import { CAUSE_EXAMPLES } from '../../src/kamal/diagnosis/examples.ts';
import { deployFile, envSecret, extractLines, fetchLine } from '../../src/parity/examples/example.ts';
import { RULE_IDS } from '../../src/parity/rule-ids.ts';
import { AgentClient } from '../harness/agent/client.ts';
import { Judge } from '../harness/kamal/judge.ts';
import { startOnePassword } from '../harness/onepassword/service.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { ACTS, hostileProject, ORDERS } from '../harness/report/hostile-project.ts';
import { runCli } from '../harness/terminal/command-line.ts';

const NAMES = ['KAMAL_REGISTRY_PASSWORD', 'DATABASE_URL'];
/** A project as `init` leaves it: a production destination with its own item, and a workflow that deploys it. */
const PRODUCTION = {
  '.kamal/secrets.production': `# Names only.\n${fetchLine(...NAMES)}${extractLines(...NAMES)}`,
  'config/deploy.yml': deployFile(envSecret('DATABASE_URL')).replace(/servers:\n(?: .*\n)+/, ''),
  'config/deploy.production.yml': 'servers:\n  - 192.0.2.10\n',
};
const LOG = "ERROR (Kamal::ConfigurationError): Secret 'STRIPE_KEY' not found in .kamal/secrets\n";
const FILES = Object.keys(PRODUCTION) as (keyof typeof PRODUCTION)[];
const read = (project: TemporaryProject): Record<string, string> =>
  Object.fromEntries(FILES.map((file) => [file, project.read(file)]));

describe('a coding agent is asked to add a new production secret', () => {
  let project: TemporaryProject;
  let agent: AgentClient;
  let judge: Judge;
  before(async () => {
    project = new TemporaryProject(PRODUCTION);
    agent = await AgentClient.start(project.root);
    judge = new Judge();
  });
  after(async () => {
    await agent?.[Symbol.asyncDispose]();
    await judge?.stop();
    project?.[Symbol.dispose]();
  });
  const verdict = () => judge.project({ files: read(project), destination: 'production' });
  const STEP =
    'In 1Password, vault “Shop”, item “Production”: make sure that a field named exactly `STRIPE_KEY` exists and is not empty.';

  test('first it looks: the edits, and nothing is written', async () => {
    const { result, forTheHuman } = await agent.answer('add', { name: 'STRIPE_KEY' });
    assert.equal(result['written'], false);
    assert.deepEqual(result['files'], ['config/deploy.yml', '.kamal/secrets.production']);
    assert.match(String(result['diff']), /^\+ {4}- STRIPE_KEY$/m);
    assert.deepEqual(forTheHuman.steps, [STEP]);
    assert.deepEqual(read(project), PRODUCTION);
  });

  test('then it writes: both files are right, and Kamal itself finds the secret', async () => {
    const { result } = await agent.answer('add', { name: 'STRIPE_KEY', write: true });
    assert.equal(result['written'], true);
    const names = [...NAMES, 'STRIPE_KEY'];
    assert.deepEqual(read(project), {
      '.kamal/secrets.production': `# Names only.\n${fetchLine(...names)}${extractLines(...names)}`,
      'config/deploy.yml': deployFile(envSecret('DATABASE_URL', 'STRIPE_KEY')).replace(
        /servers:\n(?: .*\n)+/,
        '',
      ),
      'config/deploy.production.yml': PRODUCTION['config/deploy.production.yml'],
    });
    const found = await verdict();
    assert.deepEqual([found.loads, found.secretsError, found.missing, found.unused], [true, null, [], []]);
    assert.ok(found.consumers.some(({ secret, applied }) => secret === 'STRIPE_KEY' && applied));
  });

  test('the third place is the human’s: a result of its own, with the order to show it', async () => {
    const { content } = await agent.call('add', { name: 'MAIL_KEY' });
    assert.equal(content.length, 2);
    const [, list] = content;
    assert.ok(list?.type === 'text');
    assert.equal(list.text, `${SHOW_THE_HUMAN}\n\n\`\`\`text\n[ ] ${STEP.replace('STRIPE', 'MAIL')}\n\`\`\``);
    assert.deepEqual(list.annotations, { audience: ['user', 'assistant'], priority: 1 });
  });

  test('at last it checks: no errors', async () => {
    const { result } = await agent.answer('check');
    assert.equal((result['summary'] as { errors: number }).errors, 0);
    assert.deepEqual((result['checked'] as { destinations: unknown }).destinations, ['production']);
  });

  test('rename, fix and remove: Kamal reads what is meant after each', async () => {
    const renamed = await agent.answer('rename', {
      name: 'STRIPE_KEY',
      newName: 'STRIPE_SECRET_KEY',
      write: true,
    });
    assert.deepEqual(renamed.forTheHuman.steps, [
      'In 1Password, vault “Shop”, item “Production”: rename the field `STRIPE_KEY` to `STRIPE_SECRET_KEY`.',
    ]);
    assert.deepEqual((await verdict()).missing, []);
    project.write({
      '.kamal/secrets.production': project
        .read('.kamal/secrets.production')
        .replace(/^STRIPE_SECRET_KEY=.*\n/m, ''),
    });
    assert.deepEqual((await verdict()).missing, ['STRIPE_SECRET_KEY']);
    const dry = await agent.answer('fix');
    assert.equal(dry.result['written'], false);
    assert.deepEqual((await verdict()).missing, ['STRIPE_SECRET_KEY']);
    const fixed = await agent.answer('fix', { write: true });
    assert.equal((fixed.result['fixed'] as object[]).length, 1);
    assert.deepEqual((await verdict()).missing, []);
    await agent.answer('remove', { name: 'STRIPE_SECRET_KEY', write: true });
    assert.deepEqual(read(project), PRODUCTION);
  });
});

describe('the tools', () => {
  let repository: TemporaryProject;
  let agent: AgentClient;
  let folders = 0;
  before(async () => {
    repository = new TemporaryProject();
    agent = await AgentClient.start(repository.root);
  });
  after(async () => {
    await agent?.[Symbol.asyncDispose]();
    repository?.[Symbol.dispose]();
  });
  /** A project in its own folder below the server's. */
  const folder = (files: Readonly<Record<string, string>> = PRODUCTION) => {
    const directory = `folder${folders++}`;
    repository.write(
      Object.fromEntries(Object.entries(files).map(([file, text]) => [`${directory}/${file}`, text])),
    );
    const at = (file: string): string => `${directory}/${file}`;
    const now = (): Record<string, string> =>
      Object.fromEntries(FILES.map((file) => [file, repository.read(at(file))]));
    return { directory, root: join(repository.root, directory), at, now };
  };

  test('answer what the command of the same name writes with --json', async () => {
    const { directory, root } = folder({
      ...PRODUCTION,
      'config/deploy.yml': PRODUCTION['config/deploy.yml'].replace('- DATABASE_URL', '- DATABASE_URI'),
      'deploy.log': LOG,
      'login.log': `${CAUSE_EXAMPLES['registry-auth']}\n# on 192.0.2.10\n`,
    });
    const pairs: readonly (readonly [string, Record<string, unknown>, readonly string[]])[] = [
      ['check', { directory }, ['check', '--all-destinations']],
      ['check', { directory, destinations: ['production'] }, ['check', '-d', 'production']],
      ['explain', { name: 'secret-missing' }, ['explain', 'secret-missing']],
      ['explain', { name: 'lock-held' }, ['explain', 'lock-held']],
      ['add', { directory, name: 'A_KEY' }, ['add', 'A_KEY', '-n']],
      ['add', { directory, name: 'A_KEY', alias: 'B_KEY' }, ['add', 'A_KEY', '--alias', 'B_KEY', '-n']],
      ['rename', { directory, name: 'DATABASE_URL', newName: 'DB' }, ['rename', 'DATABASE_URL', 'DB', '-n']],
      ['remove', { directory, name: 'DATABASE_URL' }, ['remove', 'DATABASE_URL', '-n']],
      ['fix', { directory }, ['fix', '-n']],
      ['diagnose', { log: LOG }, ['diagnose', 'deploy.log']],
      ['diagnose', { file: `${directory}/deploy.log` }, ['diagnose', 'deploy.log']],
      ['diagnose', { log: LOG, exitCode: 1 }, ['diagnose', 'deploy.log', '--exit-code', '1']],
      // With what the deploy file says of the registry.
      ['diagnose', { directory, file: `${directory}/login.log` }, ['diagnose', 'login.log']],
    ];
    for (const [tool, given, words] of pairs) {
      const { result } = await agent.answer(tool, given);
      const { out } = await runCli([...words, '--json'], root);
      assert.deepEqual(result, JSON.parse(out), words.join(' '));
      if (words.includes('login.log'))
        assert.match(String(result['means']), /registry\.server.* config\/deploy/);
    }
  });

  test('are these, none of which deploys, and only those that edit can write', async () => {
    const { tools } = await agent.client.listTools();
    const editing = ['add', 'rename', 'remove', 'fix'];
    assert.deepEqual(
      tools.map(({ name }) => name).sort(),
      [...editing, 'check', 'diagnose', 'explain'].sort(),
    );
    for (const { name, inputSchema, annotations } of tools) {
      const { write } = inputSchema.properties as { write?: { default: unknown } };
      assert.equal(write?.default, editing.includes(name) ? false : undefined, name);
      assert.equal(annotations?.readOnlyHint, !editing.includes(name), name);
    }
  });

  test('have the published schemas', async () => {
    const { tools } = await agent.client.listTools();
    const published = {
      check: 'report',
      explain: 'explain',
      fix: 'fix',
      diagnose: 'diagnosis',
      add: 'change',
    };
    for (const [tool, name] of Object.entries(published)) {
      const {
        $schema: _,
        $defs = {},
        ...schema
      } = JSON.parse(
        readFileSync(join(import.meta.dirname, `../../docs/${name}.schema.json`), 'utf8'),
      ) as Record<string, unknown>;
      const output = tools.find((each) => each.name === tool)?.outputSchema;
      assert.deepEqual(output?.properties?.['result'], schema, tool);
      assert.deepEqual(output?.['$defs'], $defs, tool);
    }
  });

  test('refuse what their schemas do not have, and say what there is', async () => {
    const { directory, now } = folder();
    await assert.rejects(agent.call('deploy'), /There is no tool of that name\. There are: check/);
    await assert.rejects(agent.call('check', { directory, live: true }), /additional properties/);
    await assert.rejects(agent.call('add', { directory, name: 'A B', write: true }), /name/);
    await assert.rejects(agent.call('add', { directory, write: true }), /name/);
    assert.deepEqual(now(), PRODUCTION);
  });

  test('tell a failure in the answer, with what to do', async () => {
    const { directory, now } = folder();
    const cases: readonly (readonly [string, Record<string, unknown>, string])[] = [
      ['check', { directory, destinations: ['nowhere'] }, 'destination-not-found'],
      ['check', { directory: `${directory}/config` }, 'config-not-found'],
      ['check', { directory: 'nowhere' }, 'project-not-found'],
      ['rename', { directory, name: 'NOT_THERE', newName: 'B' }, 'cannot-change'],
      ['remove', { directory, name: 'NOT_THERE', write: true }, 'cannot-change'],
      ['add', { directory, name: 'A', role: 'nobody' }, 'role-not-found'],
      ['explain', { name: 'secret-mising' }, 'explanation-not-found'],
      ['diagnose', {}, 'log-missing'],
      ['diagnose', { file: 'nothing.log' }, 'log-missing'],
    ];
    for (const [tool, given, code] of cases) {
      const { isError, content } = await agent.call(tool, given);
      assert.equal(isError, true);
      const [first] = content;
      assert.ok(first?.type === 'text');
      const { failure, notice } = JSON.parse(first.text) as { failure: { code: string }; notice: string };
      assert.equal(failure.code, code, first.text);
      assert.equal(notice, NOTICE);
    }
    assert.deepEqual(now(), PRODUCTION);
  });

  test('a project whose workflows name its deploy files: one is taken, several are named in words of the tool', async () => {
    const { directory, root } = folder();
    rmSync(join(root, 'config/deploy.yml'));
    const text = PRODUCTION['config/deploy.yml'];
    const named = (...files: string[]): void => {
      for (const file of files) writeFileSync(join(root, file), text);
      mkdirSync(join(root, '.github/workflows'), { recursive: true });
      writeFileSync(
        join(root, '.github/workflows/deploy.yml'),
        `on: push\njobs:\n  d:\n    runs-on: ubuntu-latest\n    steps:\n${files.map((file) => `      - run: kamal deploy -c ${file}\n`).join('')}`,
      );
    };
    named('config/web.yml');
    const one = await agent.call('check', { directory });
    assert.match(JSON.stringify(one.structuredContent), /config\/web\.yml/);
    named('config/web.yml', 'config/jobs.yml');
    const several = JSON.stringify((await agent.call('check', { directory })).content);
    assert.match(
      several,
      /Choose one: set `configFile` to `config\/web\.yml`, or set `configFile` to `config\/jobs\.yml`\./,
    );
    assert.doesNotMatch(several, /`-[cC]/);
    // A log needs no project.
    for (const where of [directory, 'nowhere']) {
      const { isError, content } = await agent.call('diagnose', { directory: where, log: LOG });
      assert.equal(isError ?? false, false, JSON.stringify(content));
    }
  });

  test('reach nothing outside of the folder that the server was started in', async () => {
    using outside = new TemporaryProject({ ...PRODUCTION, 'deploy.log': LOG });
    const { directory, root } = folder();
    symlinkSync(outside.root, join(root, 'link'));
    const cases: readonly (readonly [string, Record<string, unknown>])[] = [
      ['check', { directory: '..' }],
      ['check', { directory: outside.root }],
      ['check', { directory: `${directory}/link` }],
      ['add', { directory: `${directory}/link`, name: 'A', write: true }],
      ['check', { directory: '../nowhere' }],
      ['diagnose', { directory: '..', log: LOG }],
      ['diagnose', { file: join('..', outside.root.split('/').at(-1) ?? '', 'deploy.log') }],
      ['diagnose', { file: `${directory}/link/deploy.log` }],
    ];
    for (const [tool, given] of cases) {
      const { isError, content } = await agent.call(tool, given);
      assert.equal(isError, true, JSON.stringify(content));
      assert.match(JSON.stringify(content), /directory-outside|file-outside-project/);
    }
    assert.deepEqual(read(outside), PRODUCTION);
  });

  test('work on each project of a repository, and on that alone', async () => {
    const [one, two] = [folder(), folder()];
    await agent.answer('add', { directory: two.directory, name: 'STRIPE_KEY', write: true });
    assert.deepEqual(one.now(), PRODUCTION);
    assert.match(repository.read(two.at('config/deploy.yml')), /STRIPE_KEY/);
  });
});

describe('the resources', () => {
  test('are all rules and causes, each with what `explain --json` says', async () => {
    using project = new TemporaryProject();
    await using agent = await AgentClient.start(project.root);
    const { resources } = await agent.client.listResources();
    assert.deepEqual(
      resources.map(({ uri }) => uri).sort(),
      [
        ...RULE_IDS.map((id) => `kamal-1password://rules/${id}`),
        ...CAUSES.map((id) => `kamal-1password://causes/${id}`),
      ].sort(),
    );
    for (const { uri, name } of resources) {
      const { contents } = await agent.client.readResource({ uri });
      const [only] = contents;
      assert.ok(only !== undefined && 'text' in only);
      assert.deepEqual(JSON.parse(only.text), (await agent.answer('explain', { name })).result);
    }
    await assert.rejects(agent.client.readResource({ uri: 'kamal-1password://rules/nothing' }));
  });
});

describe('--live', () => {
  test('asks 1Password when told to, and never shows a value', async () => {
    await using service = await startOnePassword();
    const value = 'the value of a secret, 4242';
    service.addVault({
      title: 'Shop',
      items: [{ title: 'Production', fields: { KAMAL_REGISTRY_PASSWORD: value } }],
    });
    using project = new TemporaryProject(PRODUCTION);
    await using agent = await AgentClient.start(project.root, ['--live'], {
      OP_SERVICE_ACCOUNT_TOKEN: service.token,
    });
    assert.deepEqual((await agent.answer('check')).forTheHuman.steps, []);
    assert.equal(service.requests.length, 0);
    const { content, structuredContent } = await agent.call('check', { live: true });
    assert.ok(service.requests.length > 0);
    const text = JSON.stringify([content, structuredContent]) + agent.complaints;
    assert.match(text, /vault-field-missing/);
    assert.match(text, /DATABASE_URL/);
    assert.ok(!text.includes(value) && !text.includes(service.token));
    const { steps } = (structuredContent as { forTheHuman: { steps: string[] } }).forTheHuman;
    assert.ok(steps.some((step) => step.includes('DATABASE_URL')));
  });

  test('does not start without a token, and without it nothing is asked', async () => {
    using project = new TemporaryProject(PRODUCTION);
    const ended = await runCli(['mcp', '--live'], project.root);
    assert.equal(ended.status, 3);
    assert.match(ended.err, /OP_SERVICE_ACCOUNT_TOKEN/);
    await using service = await startOnePassword();
    await using agent = await AgentClient.start(project.root, [], {
      OP_SERVICE_ACCOUNT_TOKEN: service.token,
    });
    const { tools } = await agent.client.listTools();
    assert.ok(tools.every(({ inputSchema }) => !Object.hasOwn(inputSchema.properties ?? {}, 'live')));
    await agent.answer('check');
    assert.equal(service.requests.length, 0);
  });
});

describe('a hostile repository', () => {
  /** Every text of an answer with the path to it. */
  const texts = (value: unknown, path: string): [string, string][] => {
    if (typeof value === 'string') return [[path, value]];
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, each]) => texts(each, `${path}/${key}`));
  };

  const safe = ({ content, structuredContent, isError }: CallToolResult, order: string): void => {
    const [first, list, ...more] = content;
    assert.ok(first?.type === 'text');
    assert.equal(more.length, 0);
    const document = JSON.parse(first.text) as {
      forTheHuman?: { steps: string[] };
      failure?: { human: string[] };
    };
    if (isError !== true) assert.deepEqual(document, structuredContent);
    // One line of JSON: the content of a field stays inside its quotes.
    assert.equal(first.text, JSON.stringify(document));
    for (const [path, text] of texts(document, ''))
      assert.doesNotMatch(text, ACTS, `${path} after ${JSON.stringify(order)}`);
    const steps = document.forTheHuman?.steps ?? document.failure?.human ?? [];
    assert.equal(list === undefined, steps.length === 0);
    if (list === undefined) return;
    assert.ok(list.type === 'text');
    const lines = list.text.split('\n');
    const fence = /^`{3,}/.exec(lines[2] ?? '')?.[0] ?? '';
    assert.equal(lines[0], SHOW_THE_HUMAN);
    assert.equal(lines[2], `${fence}text`);
    assert.equal(lines.at(-1), fence);
    assert.equal(lines.length, steps.length + 4, 'one line for each step');
    for (const line of lines.slice(3, -1)) {
      assert.ok(line.startsWith('[ ] '), line);
      assert.ok(!line.includes(fence), line);
      assert.doesNotMatch(line, ACTS);
    }
  };

  test('nothing of its names, comments and messages leaves its field', async () => {
    using repository = new TemporaryProject();
    await using agent = await AgentClient.start(repository.root);
    for (const [index, order] of ORDERS.entries()) {
      const directory = `project${index}`;
      repository.write(
        Object.fromEntries(
          Object.entries(hostileProject(order)).map(([file, text]) => [`${directory}/${file}`, text]),
        ),
      );
      const calls: readonly (readonly [string, Record<string, unknown>])[] = [
        ['check', {}],
        ['fix', {}],
        ['add', { name: 'NEW_ONE' }],
        ['rename', { name: 'MISSING_ONE', newName: 'OTHER' }],
        ['rename', { name: order, newName: 'OTHER' }],
        ['remove', { name: order }],
        ['remove', { name: 'KAMAL_REGISTRY_PASSWORD' }],
        ['check', { destinations: [order] }],
        ['check', { configFile: order }],
        ['explain', { name: order }],
        ['diagnose', { log: `ERROR (Kamal::ConfigurationError): Secret '${order}' not found\n${order}\n` }],
        ['diagnose', { log: order }],
      ];
      for (const [tool, given] of calls) {
        const where = tool === 'explain' || tool === 'diagnose' ? {} : { directory };
        safe(await agent.call(tool, { ...where, ...given }), order);
      }
    }
    const told = JSON.stringify([await agent.client.listTools(), agent.client.getInstructions()]);
    assert.ok(!told.includes('IGNORE_ALL'));
    assert.equal(agent.complaints, '');
  });

  test('credentials that stand in its files are in no answer', async () => {
    const planted = 'sk_live_51Hq9ZtKbXcVn3mQwErTyUiOp';
    using project = new TemporaryProject({
      '.kamal/secrets': `KAMAL_REGISTRY_PASSWORD='${planted}'\nSTRIPE_KEY=${planted}x\n`,
      'config/deploy.yml': deployFile(
        `env:\n  clear:\n    TOKEN: ${planted}y\n  secret:\n    - STRIPE_KEY\n`,
      ),
    });
    await using agent = await AgentClient.start(project.root);
    for (const [tool, given] of [
      ['check', {}],
      ['fix', {}],
      ['add', { name: 'NEW_ONE' }],
      ['rename', { name: 'STRIPE_KEY', newName: 'STRIPE' }],
      ['remove', { name: 'STRIPE_KEY' }],
    ] as const)
      assert.ok(!JSON.stringify(await agent.call(tool, given)).includes(planted), tool);
  });
});
