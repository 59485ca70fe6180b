// Applies a project's files and kills itself (kill -9) ahead of the writing statement of one number.
// Reads a PlanKillOrder as one line of JSON; exit code 0 says that there were fewer statements.
import { once } from "node:events";
import { createInterface } from "node:readline";
import { connect, type Target } from "../../src/postgres/index.ts";
import { memoryTree } from "../../src/project/index.ts";
import { assemble } from "../../src/schema/index.ts";
import { watching } from "./killed-session.ts";
import { inputOf, type Settings } from "./plan-kill-input.ts";

export interface PlanKillOrder {
  readonly target: Target;
  readonly settings: Settings;
  readonly files: Readonly<Record<string, string>>;
  readonly killAt: number;
}

const [line] = (await once(createInterface(process.stdin), "line")) as [string];
const { target, settings, files, killAt } = JSON.parse(line) as PlanKillOrder;
await using connection = await connect(target);
const watched = watching(connection, { killAt, kill: () => process.kill(process.pid, "SIGKILL") });
await assemble(watched, inputOf({ ...settings, tree: memoryTree(files) }));
