import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { test } from "node:test";
import { saveFiles, testProject, testProjectFolder } from "../../test/support/project.ts";
import type { Project } from "./application.ts";
import { openProject } from "./open-project.ts";
import { portFinding } from "./port-finding.ts";

async function projectAt(root: string, server: string): Promise<Project> {
  await saveFiles(root, { "howdah.toml": `name = "shop"\n[server]\n${server}\n` });
  return openProject(root, { env: {} });
}

test("a free port is free, and afterwards still", async (t) => {
  const root = await testProjectFolder(t);
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  const project = await projectAt(root, `port = ${port}`);
  const { kind, message } = await portFinding(project);
  assert.deepEqual([kind, message], ["warning", `port ${port} on 127.0.0.1 can't be had: it is taken`]);
  await new Promise((resolve) => probe.close(resolve));
  for (let round = 0; round < 2; round++) {
    assert.deepEqual(await portFinding(project), { kind: "ok", name: "server port", message: `port ${port} is free` });
  }
});

test("an address that is not of this machine is a warning", async (t) => {
  const project = await projectAt(await testProjectFolder(t), 'host = "192.0.2.1"\nport = 8080');
  const { kind, message } = await portFinding(project);
  assert.equal(kind, "warning");
  assert.match(message, /^port 8080 on 192\.0\.2\.1 can't be had: .*EADDRNOTAVAIL/);
});

test("any port will do, and the project's own server is where it should be", async (t) => {
  const any = await projectAt(await testProjectFolder(t), "port = 0");
  assert.equal((await portFinding(any)).kind, "ok");
  const project = await testProject(t);
  await project.assemble();
  await using application = await project.serve();
  const { kind, message } = await portFinding(await project.open());
  assert.deepEqual([kind, message], ["ok", `served at ${application.url} (process ${process.pid})`]);
});
