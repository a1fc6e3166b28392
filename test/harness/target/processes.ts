/** Processes of the disposable target's namespaces: the runner's and the servers'. */
import { readdirSync, readFileSync } from 'node:fs';

export interface FoundProcess {
  readonly pid: number;
  /** Arguments joined by blanks. */
  readonly command: string;
}

/** The processes whose command line matches, this one omitted. Zombies have no command line and are never found. */
export function processesMatching(pattern: RegExp): readonly FoundProcess[] {
  return pids()
    .filter((pid) => pid !== process.pid)
    .map((pid) => ({ pid, command: proc(pid, 'cmdline').replaceAll('\0', ' ').trim() }))
    .filter(({ command }) => command !== '' && pattern.test(command));
}

/** The processes that have an assignment, `NAME=value`, in the environment they were started with. */
export function processesMarked(assignment: string): readonly FoundProcess[] {
  return pids()
    .filter((pid) => lives(pid) && proc(pid, 'environ').split('\0').includes(assignment))
    .map((pid) => ({ pid, command: proc(pid, 'cmdline').replaceAll('\0', ' ').trim() }));
}

/** The processes that a process started and that still live. */
export function childrenOf(parent: number): readonly number[] {
  return pids().filter((pid) => statusOf(pid)?.parent === parent && lives(pid));
}

/** Whether a process runs; a zombie does not. */
export function lives(pid: number): boolean {
  const status = statusOf(pid);
  return status !== null && status.state !== 'Z';
}

function pids(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** proc(5): `pid (name) state ppid …`; the name may contain blanks and parentheses. */
function statusOf(pid: number): { readonly state: string; readonly parent: number } | null {
  const [state, parent] = proc(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ');
  return state === undefined || parent === undefined ? null : { state, parent: Number(parent) };
}

function proc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // it ended in the meantime
  }
}
