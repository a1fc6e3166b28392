/** Projects whose reports the renderings are shown with. */
import { readProject } from '../../../src/files/read-project.ts';
import { check } from '../../../src/parity/check.ts';
import { deployFile, envSecret, extractLines, fetchLine } from '../../../src/parity/examples/example.ts';
import type { Report } from '../../../src/parity/report/report.ts';
import { TemporaryProject } from '../parity/temporary-project.ts';

export type Files = Readonly<Record<string, string>>;

export function reportOf(files: Files): Report {
  using project = new TemporaryProject(files);
  return check(readProject({ root: project.root, destinations: 'all' }));
}

/** One destination; `asked` in the deploy file, `there` fetched and extracted. */
export function plainProject(asked: readonly string[], there: readonly string[] = asked): Files {
  const names = ['KAMAL_REGISTRY_PASSWORD', ...there];
  return {
    '.kamal/secrets': fetchLine(...names) + extractLines(...names),
    'config/deploy.yml': deployFile(envSecret(...asked)),
  };
}

/** Destinations that ask for the same, each with the secrets that its own file has. */
export function destinationsProject(
  asked: readonly string[],
  there: Readonly<Record<string, readonly string[]>>,
): Files {
  const own = Object.entries(there).flatMap(([name, names]) => {
    const all = ['KAMAL_REGISTRY_PASSWORD', ...names];
    return [
      [`config/deploy.${name}.yml`, 'env:\n  clear:\n    RAILS_ENV: production\n'],
      [`.kamal/secrets.${name}`, fetchLine(...all) + extractLines(...all)],
    ];
  });
  return {
    'config/deploy.yml': deployFile('require_destination: true\n', envSecret(...asked)),
    ...(Object.fromEntries(own) as Files),
  };
}

export function secretNames(count: number, prefix = 'SECRET'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}_${String(index + 1).padStart(3, '0')}`);
}
