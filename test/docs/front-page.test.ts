/** The front page: pictures of what is written today, addresses that can be right, and what the Marketplace takes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { ROOT } from '../harness/docs/pages.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const README = read('README.md');

test('the pictures show what the bundled command line and action write today', () => {
  const said = execFileSync(process.execPath, [join(ROOT, 'bin/pictures.ts'), '--check'], {
    encoding: 'utf8',
  });
  assert.match(said, /show what is written today/);
});

test('each picture is shown for both themes, says in words what it shows, and is small and complete in itself', () => {
  const shown = [
    ...README.matchAll(
      /<picture>\s*<source media="\(prefers-color-scheme: dark\)" srcset="(\S+)-dark\.svg">\s*<img src="(\S+)-light\.svg" width="(\d+)" alt="([^"]+)">\s*<\/picture>/g,
    ),
  ];
  assert.equal(shown.length, README.match(/<img /g)?.length);
  const files = shown.flatMap(([, dark = '', light = '', width = '', alt = '']) => {
    assert.equal(dark, light);
    return ['light', 'dark'].map((theme) => {
      const file = `${dark}-${theme}.svg`;
      const svg = read(file);
      assert.ok(svg.startsWith(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}"`), file);
      assert.equal(/<title>([^<]*)<\/title>/.exec(svg)?.[1], alt);
      assert.ok(svg.length < 40_000, `${file} has ${svg.length} bytes`);
      assert.doesNotMatch(
        svg.replace('http://www.w3.org/2000/svg', ''),
        /https?:[^<]*['")]|<script|<image|url\(|@import/,
      );
      return file.replace('docs/pictures/', '');
    });
  });
  assert.deepEqual(readdirSync(join(ROOT, 'docs/pictures')).toSorted(), files.toSorted());
});

test('the badges lead to this repository, its package, and its page of the Marketplace', () => {
  const { name, homepage } = JSON.parse(read('package.json')) as { name: string; homepage: string };
  const repository = homepage.replace('#readme', '');
  const slug = repository.replace('https://github.com/', '');
  const action = parse(read('action.yml')) as { name: string };
  const addresses = [...README.matchAll(/^\[!\[[^\]]*\]\((\S+)\)\]\((\S+)\)$/gm)];
  assert.deepEqual(
    addresses.map(([, badge, page]) => [badge, page]),
    [
      [
        `${repository}/actions/workflows/ci.yml/badge.svg?branch=main`,
        `${repository}/actions/workflows/ci.yml`,
      ],
      [`https://img.shields.io/github/v/release/${slug}`, `${repository}/releases`],
      [`https://img.shields.io/npm/v/${name}`, `https://www.npmjs.com/package/${name}`],
      [
        `https://img.shields.io/badge/marketplace-${encodeURIComponent(action.name)}-blue?logo=github`,
        `https://github.com/marketplace/actions/${action.name.toLowerCase().replaceAll(' ', '-')}`,
      ],
      ['https://img.shields.io/badge/license-MIT-blue', 'LICENSE'],
    ],
  );
  assert.ok(existsSync(join(ROOT, '.github/workflows/ci.yml')));
});

test('the Marketplace takes the name, the description and the branding', () => {
  const action = parse(read('action.yml')) as {
    name: string;
    description: string;
    author: string;
    branding: { icon: string; color: string };
  };
  // GitHub's form for a release (“Publish this Action to the GitHub Marketplace”) refuses longer ones.
  assert.ok(action.description.length <= 125, `${action.description.length} characters`);
  // docs.github.com, “Metadata syntax for GitHub Actions”, `branding`.
  assert.ok(
    ['white', 'black', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark'].includes(
      action.branding.color,
    ),
  );
  assert.ok(['lock', 'key', 'shield', 'upload-cloud', 'anchor'].includes(action.branding.icon));
});

test('llms.txt and AGENTS.md lead to files that are there', () => {
  const raw = 'https://raw.githubusercontent.com/kamal-1password/kamal-1password/main/';
  const llms = [...read('llms.txt').matchAll(/\]\((\S+)\)/g)].map(([, target = '']) => target);
  assert.ok(llms.length > 5);
  for (const target of llms) {
    assert.ok(target.startsWith(raw), target);
    assert.ok(existsSync(join(ROOT, target.slice(raw.length))), target);
  }
  for (const [, target = ''] of read('AGENTS.md').matchAll(/\]\((\S+)\)/g))
    assert.ok(existsSync(join(ROOT, target)), target);
});
