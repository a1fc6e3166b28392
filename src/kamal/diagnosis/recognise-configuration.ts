import type { Recogniser } from './recognised.ts';

/** Errors of Ruby that the ERB of config/deploy.yml raises, before Kamal has said a word. */
const FROM_ERB =
  /^(?:KeyError|NameError|NoMethodError|SyntaxError|TypeError|LoadError|Errno::ENOENT|ActiveSupport::.*)$/;

/** The deploy file: what Kamal refuses (2.12.0, lib/kamal/configuration*.rb), YAML, and what its ERB raises. */
export const recogniseConfiguration: Recogniser = ({
  className,
  occurrence: { message, host, command },
  reading,
}) => {
  if (className === 'Kamal::ConfigurationError') return { cause: 'config-invalid' };
  if (className.startsWith('Psych::')) return { cause: 'config-invalid' };
  if (/^(?:Configuration file not found in|Missing file: )/.test(message)) return { cause: 'config-invalid' };
  if (host !== null || command !== null) return null;
  if (className === 'ArgumentError') return { cause: 'config-invalid' };
  if (FROM_ERB.test(className) && reading.phase === 'start') return { cause: 'config-invalid' };
  return null;
};
