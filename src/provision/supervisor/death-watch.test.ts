import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { eventually } from "../../../test/support/cluster.ts";
import { isAlive } from "../postmaster-pid.ts";
import { shellWatch } from "./death-watch.ts";

test("without setpriv, a shell ends the server when the supervisor is killed", async () => {
  const program = `
    const { spawn } = await import("node:child_process");
    const { shellWatch } = await import(process.argv[1]);
    const child = spawn("sleep", ["600"], { stdio: "ignore", detached: true });
    shellWatch().watch(child, new Promise(() => {}));
    process.stdout.write(String(child.pid));
  `;
  const module = new URL("./death-watch.ts", import.meta.url).href;
  const supervisor = spawn(process.execPath, ["--input-type=module", "-e", program, module]);
  const [said] = (await once(supervisor.stdout, "data")) as [Buffer];
  const server = Number(said.toString());
  assert.equal(isAlive(server), true);
  supervisor.kill("SIGKILL");
  await eventually("the server ends", async () => (isAlive(server) ? undefined : true));
});

test("the shell goes with the server and signals nobody", async () => {
  const server = spawn("sleep", ["600"], { stdio: "ignore" });
  const exited = once(server, "exit");
  shellWatch().watch(server, exited);
  server.kill("SIGKILL");
  await exited;
  // This process would wait for the shell's pipe otherwise: the test ends because it is gone.
});
