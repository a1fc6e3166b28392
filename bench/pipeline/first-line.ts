import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What Kamal came to, in milliseconds since the epoch. */
export interface FirstLine {
  /** It began with its command. */
  readonly began: number;
  /** It wrote its first line. */
  readonly written: number;
  /** It ran its first command, here or on a server. */
  readonly worked: number;
  readonly text: string;
}

/**
 * Notes the first line and the first command of `kamal deploy`, on whatever side it runs, and may end Kamal there. The note
 * is taken where Kamal writes the line: into a pipe, plain Kamal would keep its lines back until there are 8 KB of them.
 */
export class FirstLineWatch {
  readonly #note: string;
  /** For the environment of the job. */
  readonly environment: Readonly<Record<string, string>>;

  /** @param then what becomes of Kamal at its first command */
  constructor(directory: string, then: 'end' | 'go on' = 'end') {
    this.#note = join(directory, 'first-line');
    const preload = join(directory, 'first-line.rb');
    writeFileSync(preload, PRELOAD);
    this.environment = { RUBYOPT: `-r${preload}`, FIRST_LINE: this.#note, FIRST_LINE_THEN: then };
  }

  /** The note, which is then forgotten. */
  take(): FirstLine | null {
    if (!existsSync(this.#note)) return null;
    const note = JSON.parse(readFileSync(this.#note, 'utf8')) as FirstLine;
    rmSync(this.#note);
    return note;
  }
}

/**
 * Kamal begins with a command by looking where its configuration is (lib/kamal/commander.rb, `configure`). SSHKit runs
 * its commands.
 */
const PRELOAD = `
if File.basename($PROGRAM_NAME) == "kamal" && %w[deploy version].include?(ARGV.first)
  clock = -> { Process.clock_gettime(Process::CLOCK_REALTIME, :float_millisecond) }
  note = {}
  watched = {
    "Kamal::Commander" => Module.new { define_method(:configure) { |**options| note[:began] ||= clock.call; super(**options) } },
    "SSHKit::Backend::Abstract" => Module.new do
      define_method(:run) do |*arguments, **options, &block|
        unless note[:worked]
          note[:worked] = clock.call
          require "json"
          File.write(ENV.fetch("FIRST_LINE"), JSON.generate(note))
          exit! 1 if ENV["FIRST_LINE_THEN"] == "end"
        end
        super(*arguments, **options, &block)
      end
    end
  }
  TracePoint.new(:end) do |point|
    mine = point.self.is_a?(Class) && watched.delete(point.self.name)
    point.self.prepend(mine) if mine
  end.enable
  $stdout.singleton_class.prepend(Module.new do
    define_method(:write) do |*parts|
      note[:written] ||= clock.call
      note[:text] ||= parts.join
      super(*parts)
    end
  end)
end
`;
