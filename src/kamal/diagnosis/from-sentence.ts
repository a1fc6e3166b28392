import type { Recognised } from './recognised.ts';
import type { Heard } from './sentences/sentence.ts';

/** What a sentence says, and what it is about; a group that is not one of the particulars is the subject. */
export function recognisedBy({ sentence, line, groups }: Heard): Recognised {
  const { secret, vault, item, ...others } = groups;
  const subject = Object.values(others).find((each) => each !== undefined && each !== '') ?? null;
  return {
    cause: sentence.cause,
    proof: line,
    variant: sentence.variant ?? null,
    ...(sentence.certain === false ? { confidence: 'likely' } : {}),
    ...(secret === undefined ? {} : { secret }),
    ...(vault === undefined ? {} : { vault }),
    ...(item === undefined ? {} : { item }),
    subject,
  };
}

/** The same with the registry that is meant as its subject: its host, if the matching line or another one says. */
export function ofRegistry(given: Recognised, output: string): Recognised {
  const found = ofDoubledName(given, output);
  if (!/^registry-(?:auth|unreachable|refused-upload)$/.test(found.cause) || found.subject != null)
    return found;
  const lines = [found.proof ?? '', ...output.split('\n')];
  const hosts = lines.map(
    (line) => /https?:\/\/(?:[^/\s"@]*@)?([\w.:[\]-]+)\/(?:v2|token)\b/.exec(line)?.[1],
  );
  return { ...found, subject: hosts.find((host) => host !== undefined) ?? null };
}

/**
 * The same of an image whose name has the registry twice, as Kamal puts `registry.server` before `image:` (2.12.0,
 * lib/kamal/configuration.rb, `repository`): no registry has a repository of that name.
 */
function ofDoubledName(found: Recognised, output: string): Recognised {
  const open = found.variant == null || found.variant === 'repository' || found.variant === 'policy';
  if (!/^(?:registry-(?:auth|refused-upload)|image-not-found)$/.test(found.cause) || !open) return found;
  const lines = [found.proof ?? '', ...output.split('\n')];
  const twice = lines.map(
    (line) => /(?<![\w.-])([\w-]+(?:\.[\w-]+)+(?::\d+)?)\/(?:v2\/)?\1\//.exec(line)?.[1],
  );
  const host = twice.find((each) => each !== undefined);
  return host === undefined ? found : { ...found, variant: 'twice', subject: host };
}
