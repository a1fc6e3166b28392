import { Failure } from '../../base/failure.ts';
import type { Finished } from '../run/subprocess.ts';

/** What RubyGems says of the network (RubyGems 3, Gem::RemoteFetcher::FetchError and the errors of Net::HTTP and the system). */
const NETWORK =
  /Unable to (?:download|resolve)|FetchError|Errno::E(?:CONN|HOST|NET|PIPE)|SocketError|Net::(?:Open|Read)Timeout|timed out|too many connection resets|bad response (?:5\d\d|429|Too Many|Service|Bad Gateway|Internal|Gateway)|getaddrinfo|SSL_connect/i;

/** Whether trying again may help. */
export function isNetworkError(done: Finished): boolean {
  return NETWORK.test(done.stderr) || NETWORK.test(done.stdout);
}

/** The failure that `gem install` comes down to. */
export function installFailed(version: string, done: Finished, attempts: number): Failure {
  const said = done.stderr.trim() || done.stdout.trim();
  const cause = new Error(said);
  if (isNetworkError(done)) {
    return new Failure(
      'kamal-download-failed',
      `Kamal ${version} could not be downloaded in ${attempts} attempts: the gem server is unreachable or does not answer.`,
      {
        human: [
          'Run the job again. Check https://status.rubygems.org, and the proxy or firewall of a self-hosted runner.',
        ],
        agent: [
          'Or add Kamal to the Gemfile and install it with `ruby/setup-ruby` and `bundler-cache: true`, which caches it.',
        ],
      },
      cause,
    );
  }
  if (/Could not find a valid gem 'kamal'/.test(said)) {
    return new Failure(
      'kamal-version-missing',
      `The gem server has no Kamal ${version}.`,
      { agent: ['Correct `kamal-version`, or the version in Gemfile.lock.'] },
      cause,
    );
  }
  return new Failure(
    'kamal-install-failed',
    `\`gem install kamal --version ${version}\` failed: ${lastWords(said)}`,
    {
      human: [
        'On a self-hosted runner, install a C compiler, make and the Ruby headers: two gems of Kamal are compiled.',
      ],
      agent: ['Or add a step with `ruby/setup-ruby` before this one.'],
    },
    cause,
  );
}

/** The line that says most: the gem that could not be compiled, else the first that RubyGems marks as an error, else the last. */
function lastWords(said: string): string {
  const lines = said
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const uncompiled = /Failed to build gem native extension/.test(said)
    ? /\/gems\/([\w.-]+-\d[\w.]*)\/ext\//.exec(said)?.[1]
    : undefined;
  if (uncompiled !== undefined) return `${uncompiled}: Failed to build gem native extension.`;
  return lines.find((line) => line.startsWith('ERROR:')) ?? lines.at(-1) ?? 'it printed nothing';
}
