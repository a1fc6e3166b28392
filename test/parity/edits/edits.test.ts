/** Renaming and removing on generated projects: real Kamal says the same as before but for the one name, and no other byte moves. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readProject } from '../../../src/files/read-project.ts';
import type { Edit, SourceFile } from '../../../src/parity/model.ts';
import { planRemove } from '../../../src/parity/edits/remove.ts';
import { planRename } from '../../../src/parity/edits/rename.ts';
import { applied, sourcesOf } from '../../../src/change/project-edits.ts';
import { Judge, type ProjectVerdict } from '../../harness/kamal/judge.ts';
import { type EditedProject, editedProject } from '../../harness/parity/edited-projects.ts';
import { TemporaryProject } from '../../harness/parity/temporary-project.ts';
import { fc, runs, seed } from '../../harness/properties.ts';

const judge = new Judge();
after(() => judge.stop());

const FRESH = 'A_FRESH_NAME';
const RUNS = 300;

test(`renaming, seed ${seed}`, async () => {
  await fc.assert(
    fc.asyncProperty(editedProject, fc.nat(), async (project, at) => {
      const name = project.names[at % project.names.length] ?? '';
      const { changed, sources, manual, refused } = edit(project, (readings) =>
        planRename(readings, name, FRESH),
      );
      assert.equal(refused, null);
      assert.deepEqual(manual, []);
      for (const [file, text] of changed)
        assert.equal(text.replaceAll(FRESH, name), sources.get(file)?.text, `${file}: other bytes`);
      await agrees(project, changed, (each) => (each === name ? FRESH : each));
      const again = edit(
        { ...project, files: { ...project.files, ...Object.fromEntries(changed) } },
        (readings) => planRename(readings, FRESH, name),
      );
      for (const [file, text] of again.changed)
        assert.equal(text, project.files[file], `${file}: there and back`);
    }),
    { numRuns: runs(RUNS) },
  );
});

test(`removing, seed ${seed}`, async () => {
  await fc.assert(
    fc.asyncProperty(editedProject, fc.nat(), async (project, at) => {
      const name = project.names[at % project.names.length] ?? '';
      const { changed, sources, manual, refused } = edit(project, (readings) => planRemove(readings, name));
      assert.equal(refused, null);
      assert.deepEqual(manual, []);
      for (const [file, text] of changed) {
        const before = sources.get(file)?.text ?? '';
        assert.ok(isWithin(text.replaceAll(/(?<=:) \[\](?=\s|$)/g, ''), before), `${file}: only left out`);
        // Comments of people stay where they were, that of a list's own item excepted.
        const word = new RegExp(`(?<![\\w])${name}(?![\\w])`);
        assert.ok(
          !text.split(/\r?\n/).some((line) => word.test(line.replace(/#.*$/, ''))),
          `${file}: ${name} is gone`,
        );
      }
      await agrees(project, changed, (each) => (each === name ? null : each));
    }),
    { numRuns: runs(RUNS) },
  );
});

function edit(
  { files }: EditedProject,
  plan: (readings: ReturnType<typeof readProject>) => ReturnType<typeof planRename>,
): {
  changed: Map<string, string>;
  sources: Map<string, SourceFile>;
  manual: readonly string[];
  refused: string | null;
} {
  using project = new TemporaryProject(files);
  const readings = readProject({ root: project.root, destinations: 'all' });
  const { edits, manual, refused } = plan(readings);
  const sources = sourcesOf(readings);
  return { changed: applied(sources, edits satisfies readonly Edit[]), sources, manual, refused };
}

/** Every destination, by real Kamal 2.12.0. */
async function agrees(
  { files, destinations }: EditedProject,
  changed: ReadonlyMap<string, string>,
  renamed: (name: string) => string | null,
): Promise<void> {
  const afterwards = { ...files, ...Object.fromEntries(changed) };
  for (const destination of destinations) {
    const [was, is] = await Promise.all([
      judge.project({ files, destination }),
      judge.project({ files: afterwards, destination }),
    ]);
    const mapped = (names: readonly string[] | null): readonly string[] | null =>
      names?.flatMap((name) => renamed(name) ?? []).toSorted() ?? null;
    const told = ({ loads, secretsError, missing, unused, empty, names }: ProjectVerdict) => ({
      loads,
      secretsError,
      missing: missing?.toSorted() ?? null,
      unused: unused?.toSorted() ?? null,
      empty: empty?.toSorted() ?? null,
      names: names?.toSorted() ?? null,
    });
    const expected = told(was);
    assert.deepEqual(told(is), {
      ...expected,
      missing: mapped(expected.missing),
      unused: mapped(expected.unused),
      empty: mapped(expected.empty),
      names: mapped(expected.names),
    });
    assert.equal(was.secretsError, null);
  }
}

function isWithin(shorter: string, longer: string): boolean {
  let at = 0;
  for (const character of longer) if (shorter.startsWith(character, at)) at += character.length;
  return at === shorter.length;
}

test('where a deploy file cannot be read, nothing is renamed or removed: where it uses a secret is not known', () => {
  const base = 'service: shop\nimage: acme/shop\nservers: [192.0.2.7]\nenv:\n  secret:\n    - ALPHA\n';
  const cases: readonly (readonly [string, boolean])[] = [
    [`${base}# <%= File.read("absent.txt") %>\n`, true],
    [`${base}<% raise "no" %>\n`, true],
    [`${base}labels: [\n`, true],
    [`${base}nonsense: 1\n`, false],
  ];
  for (const [config, isRefused] of cases) {
    using project = new TemporaryProject({ '.kamal/secrets': 'ALPHA=1\n', 'config/deploy.yml': config });
    const readings = readProject({ root: project.root });
    for (const { refused, edits } of [
      planRename(readings, 'ALPHA', 'BRAVO'),
      planRemove(readings, 'ALPHA'),
    ]) {
      assert.equal(refused !== null, isRefused, config);
      if (!isRefused) continue;
      assert.deepEqual(edits, []);
      assert.match(refused ?? '', /^config\/deploy\.yml:\d+: Kamal cannot load the deploy file/);
    }
  }
});

test('what ERB reads from the secrets is renamed too, and keeps a secret from being removed', () => {
  const project = {
    files: {
      'config/deploy.yml':
        'service: shop\nimage: me/shop\nservers: [ <%= Kamal::Secrets.new["WEB_IP"] %> ]\nregistry: { username: me, password: [P] }\nbuilder: { arch: amd64 }\n',
      '.kamal/secrets': 'P=x\nWEB_IP=192.0.2.1\nOTHER=y\n',
    },
  };
  using files = new TemporaryProject(project.files);
  const readings = readProject({ root: files.root });
  const renamed = planRename(readings, 'WEB_IP', FRESH);
  const changed = applied(sourcesOf(readings), renamed.edits);
  assert.match(changed.get('config/deploy.yml') ?? '', /new\["A_FRESH_NAME"\]/);
  assert.match(changed.get('.kamal/secrets') ?? '', /^A_FRESH_NAME=192/m);
  assert.match(planRemove(readings, 'WEB_IP').refused ?? '', /config\/deploy\.yml:3: ERB there reads WEB_IP/);
  assert.equal(planRemove(readings, 'OTHER').refused, null);
});
