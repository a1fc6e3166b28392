import type { Recogniser } from './recognised.ts';

/** The app's containers (Kamal 2.12.0, lib/kamal/cli/app/boot.rb, lib/kamal/cli/healthcheck/). */
export const recogniseApp: Recogniser = ({ className, occurrence: { message } }) => {
  if (/^Kamal::Cli::(?:Healthcheck::Error|BootError)$/.test(className)) return { cause: 'unhealthy' };
  if (/^(?:container not ready after|Halted at barrier|Failed to get endpoint for)/.test(message))
    return { cause: 'unhealthy' };
  return null;
};
