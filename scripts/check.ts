// `npm run check`: everything that can be said about the sources without running them, and about the package.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { checkPackage } from "./check/package.ts";

const root = dirname(import.meta.dirname);

interface Step {
  readonly name: string;
  /** Resolves with what is wrong, "" when nothing is. */
  run(): string | Promise<string>;
}

const steps: readonly Step[] = [
  { name: "format", run: () => tool("oxfmt/bin/oxfmt", ["--check", "."]) },
  // By name: linting the root has crashed the type-aware part.
  {
    name: "lint",
    run: () => tool("oxlint/bin/oxlint", ["--type-aware", "--deny-warnings", "src", "test", "bench", "scripts", "bin"]),
  },
  { name: "types", run: () => tool("typescript/bin/tsc", ["-p", "."]) },
  {
    name: "floors",
    run: () =>
      tool("dependency-cruiser/bin/dependency-cruiser.mjs", ["--config", ".dependency-cruiser.mjs", "src", "bin"]),
  },
  { name: "dead code", run: () => tool("knip/bin/knip.js", ["--no-progress"]) },
  { name: "package", run: () => checkPackage(root) },
];

const only = process.argv.slice(2);
const failed: string[] = [];
for (const step of steps.filter(({ name }) => only.length === 0 || only.includes(name))) {
  const startedAt = performance.now();
  const problem = await step.run();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (problem !== "") failed.push(step.name);
  process.stdout.write(`${problem === "" ? "✔" : "✖"} ${step.name.padEnd(10)} ${seconds.padStart(5)} s\n`);
  if (problem !== "") process.stdout.write(`${problem.trimEnd()}\n\n`);
}
process.stdout.write(failed.length === 0 ? "\nall is well\n" : `\nfailed: ${failed.join(", ")}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** Runs a tool from node_modules with this Node; its output where it fails. */
function tool(path: string, args: readonly string[]): string {
  const done = spawnSync(process.execPath, [join(root, "node_modules", path), ...args], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}) },
  });
  if (done.status === 0) return "";
  return `${done.stdout}${done.stderr}` || `${path} ended with ${done.status ?? done.signal}`;
}
