import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** When Kamal was started and when it wrote its first line, in milliseconds since the epoch. */
export interface FirstLine {
  readonly started: number;
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
    const [started, written, text] = JSON.parse(readFileSync(this.#note, 'utf8')) as [number, number, string];
    rmSync(this.#note);
    return { started, written, text };
  }
}

/** Its own start a process finds in /proc, in clock ticks since the boot. */
const PRELOAD = `
if File.basename($PROGRAM_NAME) == "kamal" && ARGV.first == "deploy"
  $stdout.singleton_class.prepend(Module.new do
    def write(*parts)
      now = Process.clock_gettime(Process::CLOCK_REALTIME, :float_millisecond)
      booted = now - Process.clock_gettime(Process::CLOCK_BOOTTIME, :float_millisecond)
      started = booted + File.read("/proc/self/stat").split(")").last.split[19].to_i * 10
      require "json"
      File.write(ENV.fetch("FIRST_LINE"), JSON.generate([started, now, parts.join]))
      exit! 1
    end
  end)
end
`;
