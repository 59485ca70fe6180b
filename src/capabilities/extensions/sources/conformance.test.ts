import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { testCache } from "../../../../test/support/cache.ts";
import { testFolder } from "../../../../test/support/capability.ts";
import { needsSuperuser, testDatabase } from "../../../../test/support/database.ts";
import { testRepository as testDebian } from "../../../../test/support/debian-repository.ts";
import { sqlExtension } from "../../../../test/support/extension-project.ts";
import { pgxnCounterpart, serverHeaders, sqlSources } from "../../../../test/support/extension-sources.ts";
import { fileServer } from "../../../../test/support/file-server.ts";
import { testRepository as testGit } from "../../../../test/support/git-repository.ts";
import { ownGlibc, type Installation } from "../../../provision/index.ts";
import { readControls } from "../control.ts";
import { extensionPlatform } from "../place.ts";
import { serverFiles } from "../server-files.ts";
import type { ExtensionRequest } from "../settings.ts";
import { build } from "./build.ts";
import { sourceConformance, type Prepared } from "./conformance.ts";
import { contrib } from "./contrib.ts";
import { deb } from "./deb.ts";
import { pgxn } from "./pgxn.ts";
import type { Place } from "./source.ts";

interface Bench {
  readonly place: Place;
  readonly debian: Awaited<ReturnType<typeof testDebian>>;
}

/** The server of the tests as a place, with a cache and a Debian repository of its own that has the headers. */
async function bench(t: TestContext, extra: Parameters<Bench["debian"]["publish"]>[1] = []): Promise<Bench> {
  const { connection } = await testDatabase(t);
  const [row] = await connection.query<{ bin: string; version: string }>({
    text: "select setting as bin, split_part(current_setting('server_version'), ' ', 1) as version from pg_config() where name = 'BINDIR'",
    values: [],
  });
  const version = row?.version ?? "";
  const major = Number.parseInt(version, 10);
  const installation: Installation = {
    ...{ provider: "embedded", version, major, bin: row?.bin ?? "", tools: {}, env: {} },
  };
  const debian = await testDebian(t);
  await debian.publish("test", [serverHeaders(major), ...extra]);
  const files = await serverFiles(installation);
  const place: Place = {
    ...{ installation, files, contrib: await readControls(join(files.share, "extension")) },
    ...{ platform: extensionPlatform("embedded", major), glibc: ownGlibc(), serverPackages: new Set() },
    ...{ root: await testFolder(t, {}), cache: await testCache(t), pgxn: "http://127.0.0.1:9" },
    debian: { mirror: debian.server.url, suite: "test", keyring: debian.keyring },
    request: { attempts: 1 },
  };
  return { place, debian };
}

const fromPlace = (from: string): ExtensionRequest => ({
  ...{ name: "greeting", version: "*", source: "build", from, schema: undefined, create: true },
});

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

sourceConformance({
  skip: needsSuperuser,
  ...{ source: contrib, title: "contrib", installs: false },
  async prepare(t): Promise<Prepared> {
    const { place } = await bench(t);
    return { place, name: "hstore", version: "1.8" };
  },
});

sourceConformance({
  skip: needsSuperuser,
  ...{ source: deb, title: "deb", installs: true },
  async prepare(t): Promise<Prepared> {
    const { place, debian } = await bench(t, [
      sqlExtension("greeting", ["1.0"]),
      sqlExtension("greeting", ["1.0"], { major: 17 }),
      sqlExtension("greeting", ["1.0"], { major: 15 }),
    ]);
    return { place, name: "greeting", version: "1.0", disconnect: () => debian.server.stop() };
  },
});

sourceConformance({
  skip: needsSuperuser,
  ...{ source: pgxn, title: "pgxn", installs: true },
  async prepare(t): Promise<Prepared> {
    const [{ place, debian }, server] = [await bench(t), await fileServer(t)];
    pgxnCounterpart(server, [{ version: "1.0.0" }, { version: "1.1.0" }]);
    const disconnect = async (): Promise<void> => {
      await server.stop();
      await debian.server.stop();
    };
    return { place: { ...place, pgxn: server.url }, name: "greeting", version: "1.1.0", disconnect };
  },
});

sourceConformance({
  skip: needsSuperuser,
  ...{ source: build, title: "folder", installs: true },
  async prepare(t): Promise<Prepared> {
    const { place, debian } = await bench(t);
    await write(join(place.root, "ext"), sqlSources("greeting", "1.0"));
    const disconnect = (): Promise<void> => debian.server.stop();
    return { place, name: "greeting", version: "1.0", request: fromPlace("ext"), disconnect };
  },
});

sourceConformance({
  skip: needsSuperuser,
  ...{ source: build, title: "git", installs: true },
  async prepare(t): Promise<Prepared> {
    const [{ place, debian }, repository] = [await bench(t), await testGit(t)];
    await repository.commit(sqlSources("greeting", "1.0"), "v1.0");
    const disconnect = (): Promise<void> => debian.server.stop();
    return { place, name: "greeting", version: "1.0", request: fromPlace(`${repository.url}#v1.0`), disconnect };
  },
});
