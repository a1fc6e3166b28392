import { Failure, type NextSteps } from '../../base/failure.ts';
import type { Instead } from './not-a-private-key.ts';

/** Everything that can be wrong with a key for good. */
export type KeyFault =
  | Instead
  | { readonly kind: 'passphrase'; readonly fingerprint: string | null }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'several'; readonly count: number };

/** The codes of these failures are `ssh-key-` and the fault's kind. */
export function keyFailure(fault: KeyFault, place: string | null): Failure {
  const key = place === null ? 'The SSH key' : `The SSH key in ${place}`;
  const field = place ?? 'the field that `ssh-key` names';
  switch (fault.kind) {
    case 'passphrase':
    case 'truncated':
    case 'damaged':
    case 'several':
      return unusableKey(fault, key, field);
    default:
      return insteadOfKey(fault, key, field);
  }
}

function failureFor({ kind }: KeyFault): (sentence: string, next: Partial<NextSteps>) => Failure {
  return (sentence, next) => new Failure(`ssh-key-${kind}`, sentence, next);
}

function pasteWholeInto(field: string): string {
  return `Copy the whole file of the private key, from its BEGIN line to its END line, into ${field}; an item of 1Password's type SSH Key keeps it as it is.`;
}

/** Something else is instead of the key. */
function insteadOfKey(fault: Instead, key: string, field: string): Failure {
  const failure = failureFor(fault);
  const pasteWhole = pasteWholeInto(field);
  switch (fault.kind) {
    case 'empty':
      return failure(`${key} is empty.`, { human: [pasteWhole] });
    case 'public': {
      const which = fault.fingerprint === null ? '' : ` (${fault.fingerprint})`;
      return failure(
        `${key} is a public key${which}: the server knows it, but only the private key can log in.`,
        {
          human: [
            `Put the private key that belongs to it (the file of the same name without .pub) into ${field}.`,
          ],
        },
      );
    }
    case 'certificate':
      return failure(`${key} is a certificate, not a private key.`, {
        human: [`Put the private key into ${field}; certificates are not used to log in here.`],
      });
    case 'putty': {
      const lock = fault.encrypted ? ', and protected by a passphrase' : '';
      return failure(`${key} is in PuTTY's format (.ppk)${lock}, which OpenSSH and Kamal do not read.`, {
        human: [
          `Convert it with \`puttygen key.ppk -O private-openssh${fault.encrypted ? ' --new-passphrase /dev/null' : ''} -o key\` (or PuTTYgen: Conversions, Export OpenSSH key), then put the file \`key\` into ${field} and delete it.`,
        ],
      });
    }
    case 'unsupported':
      return failure(`${key} is ${fault.what}, which cannot log in from a job.`, {
        human: [
          `Create a key for deploying with \`ssh-keygen -t ed25519 -N ''\`, add its .pub line to the server's authorized_keys, and put the private key into ${field}.`,
        ],
      });
    default:
      return failure(`${key} is ${fault.what}: no private key was found in it.`, {
        human: [pasteWhole],
        agent: ['If the key is in another field, name it in the input `ssh-key`.'],
      });
  }
}

/** It is a private key, but not one that can be used. */
function unusableKey(fault: Exclude<KeyFault, Instead>, key: string, field: string): Failure {
  const failure = failureFor(fault);
  const pasteWhole = pasteWholeInto(field);
  switch (fault.kind) {
    case 'passphrase': {
      const which = fault.fingerprint === null ? '' : ` (${fault.fingerprint})`;
      return failure(`${key}${which} is protected by a passphrase, which cannot be typed in a job.`, {
        human: [
          `Remove the passphrase from a copy with \`ssh-keygen -p -N '' -f COPY\`, put that copy into ${field} (1Password protects it there) and delete the file.`,
        ],
      });
    }
    case 'truncated':
      return failure(`${key} is cut short: it is shorter than its own header says.`, {
        human: [pasteWhole],
      });
    case 'damaged':
      return failure(
        `${key} is damaged: it looks like a private key, but the text between its BEGIN and END lines is not a key.`,
        {
          human: [pasteWhole],
        },
      );
    case 'several':
      return failure(`${key} holds ${fault.count} private keys; which one is meant cannot be known.`, {
        human: [`Leave one private key in ${field}.`],
      });
  }
}
