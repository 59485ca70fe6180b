import { resolve } from "node:path";
import { wantsColor } from "../errors/index.ts";
import { watchInterrupt } from "./interrupt.ts";
import { paint } from "./paint.ts";
import { createProgress } from "./progress.ts";
import type { Shell } from "./shell.ts";

/** The options that every command takes. */
export interface GlobalOptions {
  readonly cwd?: string;
  readonly color?: boolean;
  readonly verbose?: boolean;
}

/** The Shell of this process: what is known before the arguments are parsed, completed when they are. */
export interface MutableShell extends Shell {
  complete(options: GlobalOptions): void;
  interrupted(): boolean;
}

/** A Shell over process.stdout and process.stderr. */
export function createShell(argv: readonly string[]): MutableShell {
  const { env, stdout, stderr, stdin } = process;
  // Read ahead of parsing: an error in the arguments is told in JSON as well.
  const json = argv.includes("--json");
  const colored = (stream: NodeJS.WriteStream) => !argv.includes("--no-color") && wantsColor(stream, env);
  const err = paint(colored(stderr));
  const progress = createProgress({ stream: stderr, paint: err, quiet: json && stderr.isTTY });
  let options: GlobalOptions = {};
  const note = (text: string) => {
    progress.clear();
    stderr.write(`${text}\n`);
  };
  const interrupt = watchInterrupt(() => {
    // The terminal has shown ^C on this line.
    if (stderr.isTTY) stderr.write("\n");
  });
  return {
    env,
    json,
    err,
    progress,
    note,
    out: paint(colored(stdout)),
    interactive: stdin.isTTY && stderr.isTTY && !isTrue(env["CI"]),
    signal: interrupt.signal,
    get folder() {
      return resolve(options.cwd ?? ".");
    },
    get verbose() {
      return options.verbose === true || isTrue(env["HOWDAH_DEBUG"]);
    },
    print(text) {
      progress.clear();
      stdout.write(`${text}\n`);
    },
    printJson(value) {
      progress.clear();
      stdout.write(`${JSON.stringify(value, null, stdout.isTTY ? 2 : 0)}\n`);
    },
    exit(code) {
      process.exitCode = code;
    },
    complete(given) {
      options = given;
    },
    interrupted: () => interrupt.received() !== undefined,
  };
}

/** `howdah status | head -1` closes the pipe early: that is no failure. */
export function endOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
      throw error;
    });
  }
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}
