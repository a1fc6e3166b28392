/** What a person mistypes is answered by the word that was meant: every command, option, choice, rule, role, destination. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CAUSES } from '../../src/kamal/diagnosis/causes.ts';
import { RULE_IDS } from '../../src/parity/rule-ids.ts';
import { COMMANDS } from '../../src/terminal/commands.ts';
import { deployFile, envSecret } from '../../src/parity/examples/example.ts';
import { TemporaryProject } from '../harness/parity/temporary-project.ts';
import { runCli, type Ended } from '../harness/terminal/command-line.ts';

const files = {
  '.kamal/secrets': `KAMAL_REGISTRY_PASSWORD=$KAMAL_REGISTRY_PASSWORD
ALL=$(kamal secrets fetch --adapter 1password --account acme --from Shop/Production DATABASE_URL)
DATABASE_URL=$(kamal secrets extract DATABASE_URL $ALL)
`,
  'config/deploy.yml': deployFile(envSecret('DATABASE_URL')),
};

/** One character dropped, two neighbours exchanged, another case, and the word broken off. */
function slips(word: string): string[] {
  const dropped = Array.from(word, (_, at) => word.slice(0, at) + word.slice(at + 1));
  const exchanged = Array.from(
    { length: word.length - 1 },
    (_, at) => word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2),
  );
  const begun = word.length > 6 ? [word.slice(0, word.length - 2)] : [];
  return [...new Set([...dropped, ...exchanged, word.toUpperCase(), ...begun])].filter(
    (slip) => slip !== word && /^[A-Za-z]/.test(slip) && slip.length > 2,
  );
}

/** How many of the slips of each word are answered by the word itself; the others say nothing, or name another. */
async function answered(
  words: readonly string[],
  type: (slip: string) => Promise<Ended>,
): Promise<{ right: number; of: number; wrong: string[] }> {
  let right = 0;
  let of = 0;
  const wrong: string[] = [];
  for (const word of words) {
    for (const slip of slips(word)) {
      if (words.includes(slip)) continue;
      const { status, out, err } = await type(slip);
      assert.ok(status === 2 || status === 3, `${slip}: ${String(status)}`);
      assert.equal(out, '');
      of += 1;
      if (new RegExp(`Did you mean (?:--)?${word}\\?`).test(err)) right += 1;
      else wrong.push(`${slip}: ${err.trim()}`);
    }
  }
  return { right, of, wrong };
}

describe('a typo is answered by what was meant', () => {
  test('commands', async () => {
    const { wrong } = await answered(Object.keys(COMMANDS), (slip) => runCli([slip], '/'));
    assert.deepEqual(wrong, []);
  });

  test('options and their choices, of every command', async () => {
    for (const [name, { load }] of Object.entries(COMMANDS)) {
      const { options } = (await load()).help;
      const names = options.map((option) => option.name);
      const { right, of, wrong } = await answered(names, (slip) => runCli([name, `--${slip}`], '/'));
      // `--jon` may be `--json`; of two options that are one slip apart none is named.
      assert.ok(right >= of * 0.98, `${name}: ${right} of ${of}\n${wrong.join('\n')}`);
      for (const { name: option, choices = [] } of options) {
        const chosen = await answered(choices, (slip) => runCli([name, `--${option}`, slip], '/'));
        assert.deepEqual(chosen.wrong, [], `${name} --${option}`);
      }
    }
  });

  test('rules and causes', async () => {
    const { right, of, wrong } = await answered([...RULE_IDS].slice(0, 12), (slip) =>
      runCli(['check', '--rule', `${slip}=off`], '/'),
    );
    assert.ok(right >= of * 0.98, `${right} of ${of}\n${wrong.join('\n')}`);
    const causes = await answered(CAUSES.slice(0, 12), (slip) => runCli(['explain', slip], '/'));
    assert.ok(causes.right >= causes.of * 0.98, causes.wrong.join('\n'));
  });

  test('destinations, roles and names of secrets', async () => {
    using project = new TemporaryProject({
      ...files,
      'config/deploy.staging.yml': 'servers:\n  web: [192.0.2.8]\n  worker: [192.0.2.9]\n',
      'config/deploy.production.yml': 'servers:\n  web: [192.0.2.8]\n  worker: [192.0.2.9]\n',
    });
    const destinations = await answered(['staging', 'production'], (slip) =>
      runCli(['check', '-d', slip], project.root),
    );
    assert.deepEqual(destinations.wrong, []);
    const roles = await answered(['worker', 'web'], (slip) =>
      runCli(['add', 'QUEUE_URL', '--role', slip], project.root),
    );
    assert.deepEqual(roles.wrong, []);
    const secrets = await answered(['DATABASE_URL'], (slip) => runCli(['remove', slip], project.root));
    assert.deepEqual(secrets.wrong, []);
  });

  test('without one that is near: what there is, and no variable that holds an answer of 1Password', async () => {
    using project = new TemporaryProject(files);
    const { err } = await runCli(['remove', 'NOTHING_LIKE_IT'], project.root);
    assert.match(err, /The secrets are: KAMAL_REGISTRY_PASSWORD and DATABASE_URL\.\n$/);
    assert.match((await runCli(['add', 'X', '--role', 'zzz'], project.root)).err, /The roles are: web\.\n/);
    assert.match(
      (await runCli(['check', '-d', 'zzz'], project.root)).err,
      /no config\/deploy\.zzz\.yml: .*no destinations\./,
    );
    assert.match((await runCli(['completion'], '/')).err, /needs SHELL: bash, zsh, fish\./);
    assert.match((await runCli(['zzz'], '/')).err, new RegExp(`: ${Object.keys(COMMANDS).join(', ')}\\.`));
  });
});

test('every command is in the overview, in the order of an error', async () => {
  const { out } = await runCli(['--help'], '/');
  const listed = [...out.matchAll(/^ {2}(\w+) {2,}\S/gm)].map(([, name]) => name);
  assert.deepEqual(listed, Object.keys(COMMANDS));
});

test('the overview says which commands take --json', async () => {
  const { out } = await runCli(['--help'], '/');
  const [, but = ''] = /Every command but (.+) takes --json/.exec(out) ?? [];
  const without: string[] = [];
  for (const [name, command] of Object.entries(COMMANDS))
    if (!(await command.load()).help.options.some((option) => option.name === 'json')) without.push(name);
  assert.deepEqual(but.split(' and '), without);
});

test('a command of Kamal: where it belongs', async () => {
  for (const command of ['deploy', 'redeploy', 'setup', 'rollback', 'app', 'lock', 'secrets', 'config']) {
    const { status, err } = await runCli([command, '-d', 'staging'], '/');
    assert.equal(status, 2);
    assert.match(err, new RegExp(`“${command}” is a command of Kamal: run \`kamal ${command}\`\\.`));
    assert.equal(
      /`command: (\w+)`/.exec(err)?.[1],
      /^(?:deploy|rollback)$/.test(command) ? command : undefined,
    );
  }
  assert.match((await runCli(['depoly'], '/')).err, /run `kamal deploy`/);
});

describe('no project here', () => {
  const places: readonly (readonly [string, Record<string, string>, string, RegExp])[] = [
    [
      'in a folder of the project',
      { 'config/deploy.yml': '' },
      'app/models',
      /in \.\.\/\.\.: add `-C \.\.\/\.\.`\./,
    ],
    [
      'in the root of a repository',
      { 'apps/shop/config/deploy.yml': '' },
      '.',
      /in apps\/shop: add `-C apps\/shop`\./,
    ],
    [
      'below a deploy file of its own name',
      { 'deploy/shop/deploy.yml': '' },
      '.',
      /There is deploy\/shop\/deploy\.yml: add `-c deploy\/shop\/deploy\.yml`\./,
    ],
    [
      'where nothing was set up',
      { 'README.md': '' },
      '.',
      /run `kamal init`, then `kamal-1password init`\.[^]*`-C DIR`/,
    ],
  ];
  for (const [where, given, folder, step] of places) {
    test(where, async () => {
      using project = new TemporaryProject(given);
      for (const each of ['.git', 'app/models']) mkdirSync(join(project.root, each), { recursive: true });
      for (const command of ['check', 'status', 'init']) {
        const { status, err } = await runCli([command], join(project.root, folder));
        assert.equal(status, 3);
        assert.match(err, step);
      }
    });
  }
});

test('what could not be done is told in the width of the terminal, and in whole lines elsewhere', async () => {
  using project = new TemporaryProject({ 'README.md': '' });
  for (const words of [
    ['deploy'],
    ['check'],
    ['check', '-d', 'x', '--all-destinations'],
    ['explain', 'nothing'],
  ]) {
    const narrow = await runCli(words, project.root, {}, { errorColumns: 60 });
    for (const line of narrow.err.split('\n'))
      assert.ok(line.length <= 60 || /`[^`]{20,}`|\/\S{20,}/.test(line), line);
    const whole = await runCli(words, project.root);
    assert.equal(narrow.err.replaceAll(/\s+/g, ' '), whole.err.replaceAll(/\s+/g, ' '));
    assert.doesNotMatch(whole.err, /[a-z,]\n/);
  }
});
