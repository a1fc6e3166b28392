/** What a machine has left of disk and memory. */
export interface Room {
  /** Bytes that are free on the fullest of the disks that a deploy writes to; null if no one knows. */
  readonly disk: number | null;
  /** Bytes of memory that a new process could have; null if no one knows. */
  readonly memory: number | null;
}

export const NO_ROOM_KNOWN: Room = { disk: null, memory: null };

/**
 * The command of a login: it only prints what {@link readRoom} reads, and ends with 0 even without `sh` and `df`. Fish,
 * tcsh and restricted shells accept it too.
 */
export const ASK_FOR_ROOM =
  "sh -c 'df -Pk / /var/lib/docker 2>/dev/null; grep MemAvailable /proc/meminfo 2>/dev/null' || true";

/**
 * Reads what {@link ASK_FOR_ROOM} printed: lines of `df -Pk` (POSIX: file system, size, used, available, in 1,024
 * bytes) and one of /proc/meminfo (Linux 3.14 and later, in kB).
 */
export function readRoom(printed: string): Room {
  const free = [...printed.matchAll(/^\S.* \d+ +\d+ +(\d+) +\d+% \//gm)].map(
    (match) => Number(match[1]) * 1024,
  );
  const memory = /^MemAvailable: +(\d+) kB$/m.exec(printed)?.[1];
  return {
    disk: free.length === 0 ? null : Math.min(...free),
    memory: memory === undefined ? null : Number(memory) * 1024,
  };
}

/** Bytes for a person: `1.4 GB`, `310 MB`. */
export function inGigabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}
