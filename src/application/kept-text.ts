import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Lines, type TextStore } from "../schema/index.ts";
import type { Project } from "./application.ts";
import { homeOf } from "./home.ts";

/** Keeps the last text of this name beside the models of a project's files; one that can't be kept is found out again. */
export function keptText(project: Project, name: "live" | "trial"): TextStore {
  const folder = join(homeOf(project), "scratch-models");
  const file = join(folder, `${name}.json`);
  return {
    async read(key) {
      const lines = Lines.ofFile(file);
      if (lines === undefined || lines.next() === key) return lines;
      lines[Symbol.dispose]();
      return undefined;
    },
    async write(key, text) {
      try {
        // Options of servers and user mappings stand in it: passwords.
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const staged = `${file}.${process.pid}`;
        await writeFile(staged, `${key}\n${text}`, { mode: 0o600 });
        await rename(staged, file);
      } catch {
        // The folder may be read-only.
      }
    },
  };
}
