import { createHash } from 'node:crypto';
import { Failure } from '../../base/failure.ts';
import { runToEnd } from '../run/subprocess.ts';
import { textBeside } from '../../base/text-beside.ts';

/** The Ruby on PATH, and the Kamals that are installed in it. */
export interface Ruby {
  /** e.g. `3.4.1` */
  readonly version: string;
  /** Distinguishes Rubies whose compiled gems are not compatible, e.g. `ruby-3.4.0-x86_64-linux-1f0c9a2b`. */
  readonly key: string;
  /** Where the gems are that came with Ruby, and those that were installed for all users. */
  readonly gemPath: readonly string[];
  /** Installed versions of Kamal, newest first, each with the path of its command. */
  readonly kamals: readonly {
    readonly version: string;
    readonly command: string;
    readonly newest: boolean;
  }[];
}

/** dotenv 3.2 and ed25519 1.4, which Kamal 2.12.0 depends on, ask for Ruby 3.0. */
const OLDEST = [3, 0] as const;

const PROBE = textBeside(import.meta.url, './probe.rb');

/**
 * Asks the Ruby on PATH about itself.
 * @throws Failure `ruby-missing`, `ruby-too-old`
 */
export async function probeRuby(
  environment: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Ruby> {
  const asked = await runToEnd(['ruby', '-e', PROBE], {
    environment,
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error) throw rubyMissing(error);
    throw error;
  });
  if (asked.exitCode !== 0) throw rubyMissing(new Error(asked.stderr));
  const answer: unknown = JSON.parse(asked.stdout);
  return readAnswer(answer);
}

function readAnswer(answer: unknown): Ruby {
  const field = (name: string): unknown =>
    typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : null;
  const text = (name: string): string => {
    const value = field(name);
    return typeof value === 'string' ? value : '';
  };
  const list = (name: string): string[] => {
    const value = field(name);
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
  };
  const version = text('version');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) throw rubyTooOld(version);
  const build = createHash('sha256').update(text('build')).digest('hex').slice(0, 8);
  return {
    version,
    key: [text('engine'), text('abi'), text('platform'), build].join('-'),
    gemPath: list('gem_path'),
    kamals: list('kamals').map((each, index) => ({
      version: each,
      command: text('command'),
      newest: index === 0,
    })),
  };
}

/** The step to add before this one; shown as it is to be pasted. */
const SETUP_RUBY = '`- uses: ruby/setup-ruby@v1` with `ruby-version: "3.4"`';

function rubyMissing(cause: unknown): Failure {
  return new Failure(
    'ruby-missing',
    'Kamal needs Ruby, but there is no working Ruby on PATH.',
    { agent: [`Add this step before the one that deploys: ${SETUP_RUBY}.`] },
    cause,
  );
}

function rubyTooOld(version: string): Failure {
  return new Failure(
    'ruby-too-old',
    `Kamal needs Ruby ${OLDEST.join('.')} or later, but PATH has Ruby ${version}.`,
    {
      agent: [`Add this step before the one that deploys: ${SETUP_RUBY}.`],
    },
  );
}
