import assert from "node:assert/strict";
import { test } from "node:test";
import type { AppEvent } from "../capability/index.ts";
import { AppError } from "../errors/index.ts";
import type { AssemblyReport } from "../schema/index.ts";
import { createReassembly, type Reassembly, type ReassemblyOptions } from "./reassembly.ts";

const nothing: AssemblyReport = { actions: [], warnings: [], changed: false, durationMs: 1 };
const something: AssemblyReport = { ...nothing, changed: true };
const broken = new AppError("WD410", "syntax error");
const misread = new AppError("WD102", "unknown key");

interface Recorded {
  readonly reassembly: Reassembly;
  /** Events and results, as "kind paths" and "result …". */
  readonly told: readonly string[];
  /** Resolved when everything that was taken is done. */
  settle(): Promise<void>;
  readonly assemblies: () => number;
}

function record(options: Partial<ReassemblyOptions> = {}): Recorded {
  const told: string[] = [];
  let assemblies = 0;
  const { assemble = async () => something } = options;
  const emit = (event: AppEvent): void =>
    void told.push(event.kind === "failed" ? `failed ${event.error.code}` : `${event.kind} ${event.paths.join(" ")}`);
  const reassembly = createReassembly({
    assembles: (path) => path.startsWith("functions/"),
    check: async () => undefined,
    onResult: (result) => void told.push(`result ${result instanceof AppError ? result.code : String(result.changed)}`),
    ...options,
    emit,
    assemble: (paths) => {
      assemblies += 1;
      return assemble(paths);
    },
  });
  // What runs is awaited by stop; nothing is taken after it.
  return { reassembly, told, settle: () => turns().then(() => reassembly.stop()), assemblies: () => assemblies };
}

/** Promises that are resolved already have run to their end behind a turn of the event loop. */
function turns(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test("what is SQL is assembled, everything else is told at once", async () => {
  const { reassembly, told, settle } = record();
  reassembly.take({ paths: ["pages/a.html"] });
  await turns();
  reassembly.take({ paths: ["functions/f.sql", "pages/b.html"] });
  await settle();
  assert.deepEqual(told, ["changed pages/a.html", "assembled functions/f.sql pages/b.html", "result true"]);
});

test("changes that arrive during an assembly wait together and are one", async () => {
  const gate = Promise.withResolvers<AssemblyReport>();
  const { reassembly, told, settle, assemblies } = record({
    assemble: () => (assemblies() === 1 ? gate.promise : Promise.resolve(something)),
  });
  reassembly.take({ paths: ["functions/1.sql"] });
  await turns();
  reassembly.take({ paths: ["functions/2.sql"] });
  reassembly.take({ paths: ["functions/3.sql", "functions/2.sql"] });
  gate.resolve(something);
  await settle();
  assert.equal(assemblies(), 2);
  assert.equal(told.filter((line) => line.startsWith("assembled"))[1], "assembled functions/2.sql functions/3.sql");
});

test("pages that were saved with a broken function are shown all the same", async () => {
  const { reassembly, told, settle } = record({ assemble: () => Promise.reject(broken) });
  reassembly.take({ paths: ["functions/f.sql", "pages/b.html"] });
  await settle();
  assert.deepEqual(told, ["changed pages/b.html", "failed WD410", "result WD410"]);
});

test("the look behind the start tells nothing where nothing has changed", async () => {
  const { reassembly, told, settle, assemblies } = record({ assemble: async () => nothing });
  reassembly.take({ paths: [] });
  await settle();
  assert.deepEqual([told, assemblies()], [[], 1]);
});

test("the look behind the start does not repeat the failure that is known", async () => {
  const { reassembly, told, settle } = record({ assemble: () => Promise.reject(broken), failed: broken });
  reassembly.take({ paths: [] });
  await settle();
  assert.deepEqual(told, []);
});

test("the look behind the start tells that the first failure was mended meanwhile", async () => {
  const { reassembly, told, settle } = record({ assemble: async () => nothing, failed: broken });
  reassembly.take({ paths: [] });
  await settle();
  assert.deepEqual(told, ["assembled ", "result false"]);
});

test("a broken howdah.toml stays on the screen when a function is assembled, and is told as a result once", async () => {
  const { reassembly, told, settle } = record({ check: async () => misread });
  reassembly.take({ paths: ["howdah.toml"] });
  await turns();
  reassembly.take({ paths: ["functions/f.sql"] });
  await settle();
  assert.deepEqual(told, [
    ...["changed howdah.toml", "failed WD102", "result WD102"],
    ...["assembled functions/f.sql", "result true", "failed WD102"],
  ]);
});

test("a howdah.toml that was mended is well again, unless the SQL is still broken", async () => {
  for (const [assemble, expected] of [
    [async () => nothing, "assembled howdah.toml"],
    [() => Promise.reject(broken), "failed WD410"],
  ] as const) {
    let problem: AppError | undefined = misread;
    const { reassembly, told, settle } = record({ assemble, check: async () => problem });
    reassembly.take({ paths: ["howdah.toml"] });
    await turns();
    problem = undefined;
    reassembly.take({ paths: ["howdah.toml"] });
    await settle();
    assert.ok(told.slice(3).includes(expected), told.join("\n"));
  }
});

test("stopping waits for the assembly that runs, and takes nothing more", async () => {
  const gate = Promise.withResolvers<AssemblyReport>();
  const { reassembly, told, assemblies } = record({ assemble: () => gate.promise });
  reassembly.take({ paths: ["functions/1.sql"] });
  await turns();
  reassembly.take({ paths: ["functions/2.sql"] });
  let stopped = false;
  const stopping = reassembly.stop().then(() => (stopped = true));
  reassembly.take({ paths: ["functions/3.sql"] });
  await turns();
  assert.equal(stopped, false);
  gate.resolve(something);
  await stopping;
  assert.deepEqual([told, assemblies()], [["assembled functions/1.sql", "result true"], 1]);
});
