import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** When Kamal began with its command and when it wrote its first line, in milliseconds since the epoch. */
export interface FirstLine {
  readonly began: number;
  readonly written: number;
  readonly text: string;
}

/**
 * Notes the first line of `kamal deploy`, on whatever side it runs, and ends Kamal there. The note is taken where Kamal
 * writes the line: into a pipe, plain Kamal would keep its lines back until there are 8 KB of them.
 */
export class FirstLineWatch {
  readonly #note: string;
  /** For the environment of the job. */
  readonly environment: Readonly<Record<string, string>>;

  constructor(directory: string) {
    this.#note = join(directory, 'first-line');
    const preload = join(directory, 'first-line.rb');
    writeFileSync(preload, PRELOAD);
    this.environment = { RUBYOPT: `-r${preload}`, FIRST_LINE: this.#note };
  }

  /** The note, which is then forgotten. */
  take(): FirstLine | null {
    if (!existsSync(this.#note)) return null;
    const [began, written, text] = JSON.parse(readFileSync(this.#note, 'utf8')) as [number, number, string];
    rmSync(this.#note);
    return { began, written, text };
  }
}

/** Kamal begins with a command by looking where its configuration is (lib/kamal/commander.rb, `configure`). */
const PRELOAD = `
if File.basename($PROGRAM_NAME) == "kamal" && %w[deploy version].include?(ARGV.first)
  clock = -> { Process.clock_gettime(Process::CLOCK_REALTIME, :float_millisecond) }
  began = nil
  noting = Module.new { define_method(:configure) { |**options| began ||= clock.call; super(**options) } }
  commander = TracePoint.new(:end) do |point|
    next unless point.self.is_a?(Class) && point.self.name == "Kamal::Commander"
    point.self.prepend(noting)
    commander.disable
  end
  commander.enable
  $stdout.singleton_class.prepend(Module.new do
    define_method(:write) do |*parts|
      now = clock.call
      require "json"
      File.write(ENV.fetch("FIRST_LINE"), JSON.generate([began || now, now, parts.join]))
      exit! 1
    end
  end)
end
`;
