import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import type { Capability } from "../../src/capability/index.ts";
import type { ConformanceDatabase } from "../../src/capability/conformance-rules.ts";
import { connect } from "../../src/postgres/index.ts";
import { testDatabase } from "./database.ts";

/** A folder with files by path, removed with the test. */
export async function testFolder(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "howdah-capability-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(root, path, ".."), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

/** A capability `demo` whose migration line consists of the given files. */
export async function testCapability(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  members: Partial<Capability> = {},
): Promise<Capability> {
  const sql = pathToFileURL(`${await testFolder(t, files)}/`);
  return { name: "demo", needs: [], schema: "demo", sql, settings: () => ({}), ...members };
}

/** An empty database with an owner that may create schemas in it, as an assembly has it. */
export async function conformanceDatabase(t: TestContext): Promise<ConformanceDatabase> {
  const { target, connection } = await testDatabase(t);
  const owner = `${target.database}_owner`;
  await connection.execute(
    `create role ${owner} nologin; grant ${owner} to current_user; grant create on database ${target.database} to ${owner};`,
  );
  await connection.execute(`grant create on schema public to ${owner};`);
  return { connect: () => connect(target), owner };
}
