import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";

const binary = join(dirname(dirname(import.meta.dirname)), "bin/howdah.js");

/** The text of docs/commands.md with each block ```text howdah COMMAND --help as the program prints it now. */
export function commandsPage(text: string): string {
  return text.replaceAll(
    /^(```text howdah ([^\n]*--help)\n).*?(^```)$/gms,
    (_, open: string, args: string, close: string) => {
      return `${open}${help(args.split(" "))}${close}`;
    },
  );
}

/** Without the options of every command, which the page says once. */
function help(args: readonly string[]): string {
  const { stdout, status, stderr } = spawnSync(process.execPath, [binary, ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, COLUMNS: "80" },
  });
  if (status !== 0) throw new Error(`howdah ${args.join(" ")} failed: ${stderr}`);
  return (
    stdout
      .replace(/^Global Options:\n(?: .*\n)+\n?/m, "")
      .replace(/^ {2}-h, --help +show help\n/m, "")
      .trimEnd() + "\n"
  );
}
