import { readFile, writeFile } from "node:fs/promises";

/** Lines typed before, newest first, as readline wants them; none when the file is missing. */
export async function loadHistory(file: string): Promise<readonly string[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.split("\n").filter((line) => line !== "");
}

/** Remembers lines, readable by this user alone: statements hold passwords and personal data. */
export async function saveHistory(file: string, lines: readonly string[]): Promise<void> {
  // A prompt whose history can't be kept is still a prompt.
  await writeFile(file, `${lines.join("\n")}\n`, { mode: 0o600 }).catch(() => {});
}
