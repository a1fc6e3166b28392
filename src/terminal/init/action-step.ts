/** The step that runs the action, as text. */
import { RELEASE_COMMIT } from '../../base/release-commit.ts';
import { VERSION } from '../../base/version.ts';

/** What `uses:` says: pinned to the release's commit, its version as a comment. Without a release: the version's tag. */
export function actionReference(commit: string | null = RELEASE_COMMIT): string {
  const action = 'kamal-1password/kamal-1password';
  return commit === null ? `${action}@v${VERSION}` : `${action}@${commit} # v${VERSION}`;
}

/** `uses:` and `with:` as lines, without indentation before the first column. */
export function actionLines(reference: string, inputs: Readonly<Record<string, string>>): string[] {
  const given = Object.entries(inputs);
  return [
    `uses: ${reference}`,
    ...(given.length === 0 ? [] : ['with:', ...given.map(([name, value]) => `  ${name}: ${scalar(value)}`)]),
  ];
}

/** A value as YAML would read it back as the same text. */
export function scalar(value: string): string {
  const plain =
    /^(?:[\w./~-]|\$\{\{)[\w ./:@$*+,~={}()|&!<>'"-]*$/.test(value) && !/: |:$| #|^[-?] /.test(value);
  const special = /^(?:true|false|null|yes|no|on|off|~|[\d.+-]+(?:e\d+)?)$/i.test(value);
  const flow = value.startsWith('${{') ? false : /^[[{&*!|>'"%@`]/.test(value);
  return plain && !special && !flow ? value : `'${value.replaceAll("'", "''")}'`;
}
