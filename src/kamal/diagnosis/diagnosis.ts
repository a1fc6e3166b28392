import type { NextSteps } from '../../base/failure.ts';
import type { Cause } from './causes.ts';
import type { DeployFileFacts } from './deploy-file-facts.ts';
import type { ExitStatus } from './exit-status.ts';
import type { Confidence } from './recognised.ts';

/** What a machine has left of disk and memory, in bytes. */
export interface Room {
  readonly disk: number | null;
  readonly memory: number | null;
}

/** What only the one who ran Kamal knows; each sharpens the diagnosis. */
export interface KnownFacts {
  /** Kamal's exit code; null if a signal ended it. Omitted: not known. */
  readonly exitCode?: number | null;
  readonly signal?: string | null;
  /** Why the run was interrupted; null if it was not. */
  readonly interrupted?: string | null;
  /** What the parity check found, by the secret's name. */
  readonly findings?: readonly {
    readonly secret: string | null;
    readonly message: string;
    /** `error` where Kamal will fail over it. */
    readonly severity?: string;
  }[];
  /** Versions of Docker's engine and of buildx that answered here before the run; null if none did. */
  readonly builtWith?: { readonly docker: string | null; readonly buildx: string | null } | undefined;
  /** What became of the login check before the run, by host. */
  readonly logins?: readonly {
    readonly host: string;
    readonly accepted: boolean;
    readonly words: string;
    /** Bytes that the host had left before the run; null if no one knows. */
    readonly room?: Room;
  }[];
  /** Where the project takes the registry's password from; omitted or null if that is not known. */
  readonly registryPassword?: '1password' | null;
  /** What the deploy file says; omitted or null if it is not known. */
  readonly deployFile?: DeployFileFacts | null;
  /** Bytes that the machine which runs Kamal has left now. */
  readonly here?: Room;
}

/** A cause that the log has evidence of. */
export interface Candidate {
  readonly cause: Cause;
  readonly confidence: Confidence;
  /** The line that speaks for it, as the log has it. */
  readonly evidence: string | null;
}

/** The command that failed, in Kamal's own words, and what it said last. */
export interface FailedCommandWords {
  /** Null if the log does not show it. */
  readonly command: string | null;
  /** Null: the runner. */
  readonly host: string | null;
  /** The last line that it wrote to standard error, else to standard output; null if it wrote nothing. */
  readonly said: string | null;
}

/** The same for each host that failed. */
export interface HostDiagnosis {
  readonly host: string | null;
  readonly role: string | null;
  readonly cause: Cause;
  readonly exitStatus: ExitStatus | null;
}

export interface Diagnosis {
  readonly cause: Cause;
  /** Whether something failed, as far as the log shows or the exit code says; of an unknown cause it can be either. */
  readonly failure: boolean;
  /** `none` where the cause is unknown. */
  readonly confidence: Confidence | 'none';
  /** Everything that the log has evidence of, the cause first; empty if nothing failed or nothing is known. */
  readonly candidates: readonly Candidate[];
  /** Null if no command failed. */
  readonly failed: FailedCommandWords | null;
  /** Of a hook: the cause of what failed within it, where the hook's own output shows one. */
  readonly within: { readonly cause: Cause; readonly seen: string } | null;
  /** Null if it failed on the runner, or no host is named. */
  readonly host: string | null;
  readonly role: string | null;
  /** The secret or field it is about, by name. */
  readonly secret: string | null;
  /** The line that proves it, counted from 1; null if nothing failed. */
  readonly evidence: { readonly line: number; readonly text: string } | null;
  /** What was seen, one sentence. */
  readonly seen: string;
  /** What that means. */
  readonly means: string;
  readonly next: NextSteps;
  readonly exitStatus: ExitStatus | null;
  /** The last lines of the container that did not get healthy; to be masked before they are shown. */
  readonly containerLog: readonly string[];
  /** All hosts that failed; more than one only where Kamal reports several. */
  readonly hosts: readonly HostDiagnosis[];
}

/** The diagnosis as `diagnose --json` has it, without who says it: docs/diagnosis.schema.json. */
export function diagnosisDocument({ next: { human, agent }, ...found }: Diagnosis): object {
  return { ...found, human, agent };
}
