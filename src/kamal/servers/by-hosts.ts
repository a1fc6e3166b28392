import { namesInWords } from '../../base/names.ts';

/** Up to how many hosts get a text each; where more have the same, they share one. */
const EACH = 5;

/**
 * What is said of each host, for people with hundreds of them: texts that differ in the host alone are one, with the first
 * two hosts and the number of the others, where the first of them would be. Equal texts are one.
 */
export function byHosts(said: readonly { readonly host: string; readonly text: string }[]): string[] {
  const alike = new Map<string, { readonly host: string; readonly text: string }[]>();
  for (const each of said) {
    const [before, after] = around(each);
    const key = after === null ? before : `${before}\0${after}`;
    alike.set(key, [...(alike.get(key) ?? []), each]);
  }
  return [...alike.values()].flatMap((group) => {
    const hosts = [...new Set(group.map(({ host }) => host))];
    const [first] = group;
    if (first === undefined) return [];
    const [before, after] = around(first);
    if (after === null || hosts.length <= EACH) return [...new Set(group.map(({ text }) => text))];
    return [`${before}${namesInWords(hosts, 2)}${after}`];
  });
}

/** The text before and after the host's name; null if it does not name it. */
function around({
  host,
  text,
}: {
  readonly host: string;
  readonly text: string;
}): readonly [string, string | null] {
  for (let at = text.indexOf(host); at >= 0; at = text.indexOf(host, at + 1)) {
    const end = at + host.length;
    const isWord = !/[\w.-]/.test(text.charAt(at - 1)) && !/^[\w-]|^\.\w/.test(text.slice(end));
    if (isWord) return [text.slice(0, at), text.slice(end)];
  }
  return [text, null];
}
