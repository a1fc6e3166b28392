/** What to do about secrets that a change removes: remove the rest too, never bring them back. Pure. */
import type { Changes } from './changes.ts';
import type { Finding, Fix } from '../model.ts';
import type { Report } from './report.ts';

/** The rules that say of a secret that no one asks for it. */
const LEFT_OVER: ReadonlySet<string> = new Set(['secret-unused', 'vault-field-unused']);

/** The report with the ways omitted that would undo the change. */
export function withoutReturn(report: Report, { removed, renamed }: Changes): Report {
  const going = new Set([...removed.map(({ name }) => name), ...renamed.map(({ from }) => from)]);
  const kept = (findings: readonly Finding[]): Finding[] =>
    findings.map((finding) =>
      LEFT_OVER.has(finding.rule) && finding.secret !== null && going.has(finding.secret)
        ? { ...finding, fixes: finding.fixes.flatMap(towardsRemoval) }
        : finding,
    );
  return {
    ...report,
    findings: kept(report.findings),
    destinations: report.destinations.map((each) => ({ ...each, findings: kept(each.findings) })),
  };
}

function towardsRemoval(fix: Fix): Fix[] {
  // What runs now was deployed with it, and a rollback would want it.
  if (fix.actor === 'human')
    return [{ ...fix, title: `${fix.title} Do this only after this change is merged and deployed.` }];
  const onlyTakesAway = fix.edits.length > 0 && fix.edits.every(({ text }) => text === '');
  return onlyTakesAway ? [{ ...fix, title: fix.title.replace(/^Or r/, 'R') }] : [];
}
