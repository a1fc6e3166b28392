/** `fix` on thousands of ways to be wrong: only edits, nothing twice, and real Kamal agrees with what comes of it. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readProject } from '../../../src/files/read-project.ts';
import { check } from '../../../src/parity/check.ts';
import { deployFile, envSecret, extractLines, fetchLine } from '../../../src/parity/examples/example.ts';
import { applyEdits, applyFixes, chooseFixes } from '../../../src/parity/edits/fix.ts';
import type { Edit } from '../../../src/parity/model.ts';
import { countFindings, distinctFindings, type Report } from '../../../src/parity/report/report.ts';
import { rules } from '../../../src/parity/rules.ts';
import { nextSteps } from '../../../src/report/parts/next-steps.ts';
import { fixAll } from '../../../src/change/fix-all.ts';
import { Judge } from '../../harness/kamal/judge.ts';
import { plainProject } from '../../harness/report/projects.ts';
import { agreesWithKamal, checkFiles, verdictOf } from '../../harness/parity/agreement.ts';
import { anyProject, type RandomProject } from '../../harness/parity/random-project.ts';
import { TemporaryProject } from '../../harness/parity/temporary-project.ts';
import { fc, runs } from '../../harness/properties.ts';

const judge = new Judge();
after(() => judge.stop());

/** The texts after `fix`, byte order marks as they were. */
function fixed({ files, destination }: RandomProject): { files: Record<string, string>; after: Report } {
  using project = new TemporaryProject(files);
  const options = { root: project.root, destinations: [destination] };
  const { changed, after: report } = fixAll(options, check(readProject(options)));
  const texts = Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      (text.startsWith('\uFEFF') ? '\uFEFF' : '') + (changed.get(path) ?? text.replace(/^\uFEFF/, '')),
    ]),
  );
  return { files: texts, after: report };
}

test('running fix twice changes nothing more', () => {
  fc.assert(
    fc.property(anyProject, (project) => {
      const once = fixed(project);
      assert.deepEqual(fixed({ ...project, files: once.files }).files, once.files);
      assert.deepEqual(chooseFixes(once.after), []);
    }),
    { numRuns: runs(150) },
  );
});

test('one round of fixes changes only what its edits say, whole lines elsewhere stay in their order', () => {
  fc.assert(
    fc.property(anyProject, ({ files, destination }) => {
      const report = checkFiles(files, destination);
      const fixes = chooseFixes(report);
      for (const [path, text] of applyFixes(report, fixes)) {
        const before = report.sources.get(path)?.text ?? '';
        const edits = fixes.flatMap(({ fix }) => fix.edits).filter(({ file }) => file === path);
        const kept = untouchedLines(before, edits);
        let at = 0;
        for (const line of kept) {
          const found = text.indexOf(line, at);
          assert.ok(found >= 0, `lost the line ${JSON.stringify(line)}`);
          at = found + line.length;
        }
        if (before.includes('\r\n')) assert.ok(!/(?<!\r)\n/.test(text), 'a line end of another kind');
      }
    }),
    { numRuns: runs(150) },
  );
});

test('fixing never makes it worse, and real Kamal agrees with what we say of the result', async () => {
  await fc.assert(
    fc.asyncProperty(anyProject, async (project) => {
      const first = checkFiles(project.files, project.destination);
      const { files, after: report } = fixed(project);
      const [before, errors] = [countFindings(first).error, countFindings(report).error];
      assert.ok(errors <= before, `${before} errors became ${errors}`);
      const [was, is] = [verdictOf(first), verdictOf(report)];
      assert.ok(is.loads || !was.loads, 'it loads no more');
      assert.ok(is.secretsError === null || was.secretsError !== null, 'its secrets fail now');
      if (was.missing && is.missing)
        assert.ok(is.missing.length <= was.missing.length, `${is.missing.join(', ')} are missing`);
      await agreesWithKamal(judge, files, project.destination, JSON.stringify(files));
    }),
    { numRuns: runs(250) },
  );
});

test('a command over several lines with quotes in it is written on one', async () => {
  const line = fetchLine('"A"', 'KAMAL_REGISTRY_PASSWORD');
  const extracts = extractLines('A', 'KAMAL_REGISTRY_PASSWORD');
  const files = {
    '.kamal/secrets': line.replace(' --from', ' \\\n    --from') + extracts,
    'config/deploy.yml': deployFile(envSecret('A')),
  };
  const { files: texts, after: report } = fixed({ files, destination: null });
  assert.equal(texts['.kamal/secrets'], line + extracts);
  assert.equal(countFindings(report).error, 0);
  await agreesWithKamal(judge, texts, null, JSON.stringify(texts));
});

for (const [id, { examples }] of Object.entries(rules)) {
  if ('vault' in examples()) continue;
  test(`${id}: every fix with edits mends its finding`, () => {
    const { failing, destination = null } = examples();
    const report = checkFiles(failing, destination);
    const about = [...report.destinations.flatMap(({ findings }) => findings), ...report.findings].filter(
      ({ rule }) => rule === id,
    );
    for (const finding of about) {
      for (const { edits, title } of finding.fixes.filter((fix) => fix.edits.length > 0)) {
        const files = { ...failing };
        for (const path of new Set(edits.map(({ file }) => file))) {
          files[path] = applyEdits(
            failing[path] ?? '',
            edits.filter(({ file }) => file === path),
          );
        }
        const again = checkFiles(files, destination);
        const left = again.destinations
          .flatMap(({ findings }) => findings)
          .filter(({ rule, secret }) => rule === id && secret === finding.secret);
        assert.ok(
          left.length < about.filter(({ secret }) => secret === finding.secret).length,
          `${title} left it as it was`,
        );
      }
    }
  });
}

test('edits that overlap are refused rather than mangled', () => {
  const edit = (start: number, end: number, text: string): Edit => ({ file: 'x', start, end, text });
  assert.equal(applyEdits('abcdef', [edit(4, 4, '!'), edit(0, 2, 'X'), edit(4, 4, '?')]), 'Xcd!?ef');
  assert.throws(() => applyEdits('abcdef', [edit(0, 3, ''), edit(2, 4, '')]), RangeError);
  assert.throws(() => applyEdits('abc', [edit(2, 9, '')]), RangeError);
});

function untouchedLines(text: string, edits: readonly Edit[]): string[] {
  const lines: string[] = [];
  let start = 0;
  for (const line of text.split(/(?<=\n)/)) {
    const end = start + line.length;
    if (!edits.some((edit) => edit.start <= end && edit.end >= start)) lines.push(line);
    start = end;
  }
  return lines;
}

test('a secret that nobody asks for: each way to mend it leaves nothing to say', () => {
  const files = plainProject(['DATABASE_URL'], ['DATABASE_URL', 'OLD_KEY']);
  const report = checkFiles(files);
  const [found, ...others] = distinctFindings(report).filter(({ finding }) => finding.severity !== 'info');
  assert.deepEqual([found?.finding.rule, others], ['secret-unused', []]);
  assert.equal(found?.finding.fixes.length, 2);
  for (const { title, edits } of found.finding.fixes) {
    const [path = ''] = edits.map(({ file }) => file);
    const mended = checkFiles({ ...files, [path]: applyEdits(files[path] ?? '', edits) });
    const left = distinctFindings(mended).filter(({ finding }) => finding.severity !== 'info');
    assert.deepEqual(
      left.map(({ finding }) => finding.message),
      [],
      title,
    );
  }
});

test('a choice stays with whoever reads it, also where one of the ways is only a sentence', () => {
  // The comment on the line keeps its removal from being an edit.
  const files = {
    '.kamal/secrets': `${fetchLine('KAMAL_REGISTRY_PASSWORD')}${extractLines('KAMAL_REGISTRY_PASSWORD')}OLD_TOKEN=$OLD_TOKEN # the old one\n`,
    'config/deploy.yml': deployFile(envSecret('KAMAL_REGISTRY_PASSWORD')),
  };
  const report = checkFiles(files);
  const unused = report.destinations[0]?.findings.find(({ rule }) => rule === 'secret-unused');
  assert.deepEqual(
    unused?.fixes.map(({ edits }) => edits.length > 0),
    [true, false],
  );
  assert.deepEqual(chooseFixes(report), []);
  assert.equal(
    nextSteps(report).agent.some(({ automatic }) => automatic),
    false,
  );
});

test('a name that no secrets file can assign is nothing to edit', async () => {
  const files = {
    '.kamal/secrets': fetchLine('KAMAL_REGISTRY_PASSWORD') + extractLines('KAMAL_REGISTRY_PASSWORD'),
    'config/deploy.yml': deployFile(envSecret('支払い_KEY')),
  };
  const { files: texts, after: report } = fixed({ files, destination: null });
  assert.deepEqual(texts, files);
  const [finding] = report.destinations[0]?.findings ?? [];
  assert.match(finding?.message ?? '', /no line can, because names in a secrets file have only A to Z/);
  // Kamal reads no such line either.
  const tried = { ...files, '.kamal/secrets': `${files['.kamal/secrets']}支払い_KEY=$(printenv X)\n` };
  const verdict = await judge.project({ files: tried });
  assert.deepEqual(verdict.missing, ['支払い_KEY']);
});
