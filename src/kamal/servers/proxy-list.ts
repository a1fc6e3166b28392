import { stripVTControlCharacters } from 'node:util';

/** A service of kamal-proxy, and where its traffic goes. */
export interface ProxiedService {
  /** Kamal's name for it: service, role and destination joined by `-`. */
  readonly name: string;
  /** `container:port`; Kamal gives the first 12 digits of a container's id. */
  readonly targets: readonly string[];
  /** `running`, `paused`, `stopped` or what else the proxy says. */
  readonly state: string;
}

/**
 * Reads what `kamal-proxy list` prints (kamal-proxy v0.9, internal/cmd/list.go): a heading and one row per service,
 * columns separated by blanks, with styles, some of them empty. So cells are recognised by their form.
 */
export function readProxyList(text: string): ProxiedService[] {
  const rows = stripVTControlCharacters(text)
    .split(/\r?\n/)
    .map((row) => row.split(/\s{2,}|\t/).map((cell) => cell.trim()))
    .filter(([name = '']) => name !== '' && name !== 'Service');
  return rows.flatMap((cells) => {
    const [name = ''] = cells;
    const targets = cells.slice(1).find((cell) => /^[\w.-]+:\d+(?:, ?[\w.-]+:\d+)*$/.test(cell));
    if (targets === undefined) return [];
    const state = cells[cells.indexOf(targets) + 1] ?? '';
    return [{ name, targets: targets.split(/, ?/), state }];
  });
}
