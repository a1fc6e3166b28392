import type { Recognised, Recogniser } from './recognised.ts';

/** The secrets files and what reads them (Kamal 2.12.0, lib/kamal/secrets.rb, lib/kamal/cli/secrets.rb, adapters). */
export const recogniseSecrets: Recogniser = ({ className, occurrence: { message } }) => {
  if (className === 'Kamal::ConfigurationError') return missingSecret(message);
  if (/^(?:JSON::\w+Error|Dotenv::\w+)$/.test(className)) {
    // "token" up to json 2.9, "character" from 2.10 on.
    const [, word = null] = /unexpected (?:token at|character:) '(\$\w+|\$\{\w+\})'/.exec(message) ?? [];
    return { cause: 'secrets-unparsable', subject: word };
  }
  if (className === 'ArgumentError' && /^Unmatched (?:quote|double quote|single quote)/.test(message)) {
    return { cause: 'secrets-unparsable' };
  }
  if (/^(?:ArgumentError|Encoding::\w+)$/.test(className) && /\bUS-ASCII\b/.test(message)) {
    return { cause: 'secrets-unparsable', subject: 'US-ASCII' };
  }
  if (/^(?:Errno::E(?:ACCES|ISDIR|PERM))$/.test(className) && /\bsecrets\b/.test(message)) {
    return { cause: 'secrets-unparsable' };
  }
  // `fetch` without --account prints a sentence and gives nothing to what called it.
  if (className === 'NoMethodError' && /undefined method [`']chomp' for nil/.test(message)) {
    return { cause: 'fetch-account-missing' };
  }
  if (message.startsWith("Missing required option '--account'")) return { cause: 'fetch-account-missing' };
  const adapter = /^Unknown secrets adapter: (.*)$/m.exec(message)?.[1];
  if (adapter !== undefined) return { cause: 'fetch-adapter-unknown', subject: adapter };
  const name = /^Could not find secret (.*)$/m.exec(message)?.[1];
  if (name !== undefined) return { cause: 'secret-not-fetched', secret: name };
  return null;
};

function missingSecret(message: string): Recognised | null {
  const [, secret = null, rest = ''] = /^Secret '([^']*)' not found(.*)$/m.exec(message) ?? [];
  if (secret === null) return null;
  return { cause: /^, no secret files\b/.test(rest) ? 'secrets-file-missing' : 'secret-not-found', secret };
}
