// The supervisor as a program of its own: options arrive on standard input as JSON (they may hold secrets, which
// arguments would show to every user), one greeting leaves on standard output.
import { writeSync } from "node:fs";
import { text } from "node:stream/consumers";
import type { SupervisorGreeting, SupervisorOptions } from "./lease-protocol.ts";
import { failureOf, supervise } from "./supervisor/supervisor.ts";

let greeted = false;

function greet(greeting: SupervisorGreeting): void {
  if (greeted) return;
  greeted = true;
  try {
    writeSync(1, `${JSON.stringify(greeting)}\n`);
  } catch {
    // Whoever started us is gone: without a lease we end by ourselves.
  }
}

function fail(error: unknown): void {
  greet({ kind: "failed", failure: failureOf(error) });
  process.exit(1);
}

process.on("uncaughtException", fail);
// What is private says so by its mode; what the server's user must pass may not depend on the caller's umask.
process.umask(0o022);
supervise(JSON.parse(await text(process.stdin)) as SupervisorOptions, greet).then(() => process.exit(0), fail);
