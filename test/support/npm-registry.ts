import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { TestContext } from "node:test";
import { npmSettings, NpmRegistry, type RequestOptions } from "../../src/resolve/index.ts";
import { tarOf, type TarMember } from "./archive.ts";
import { fileServer, type FileServer } from "./file-server.ts";

/** A small npm registry on loopback. */
export interface TestRegistry {
  readonly server: FileServer;
  /** Publishes a version of a package; the path of its tarball on the server is returned. */
  publish(name: string, version: string, members: readonly TarMember[]): string;
  /** Opens it as the registry that npm is configured for. */
  open(): Promise<NpmRegistry>;
}

/** Quick failures: tests wait for no network. */
export const hasty: RequestOptions = { attempts: 2, backoffMs: 5, idleTimeoutMs: 2_000 };

/** Starts an empty registry that ends with the test. */
export async function testRegistry(t: TestContext): Promise<TestRegistry> {
  const server = await fileServer(t);
  const packages = new Map<string, Record<string, unknown>>();
  return {
    server,
    publish: (name, version, members) => {
      const path = `/${name}/-/${name.split("/").at(-1)}-${version}.tgz`;
      const tarball = gzipSync(tarOf(members));
      const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
      const versions = packages.get(name) ?? {};
      versions[version] = { name, version, dist: { tarball: server.url + path, integrity } };
      packages.set(name, versions);
      server.files.set(path, tarball);
      server.files.set(`/${name}`, Buffer.from(JSON.stringify({ name, versions })));
      return path;
    },
    open: async () => new NpmRegistry(await settingsFor(`${server.url}/`), hasty),
  };
}

async function settingsFor(registry: string) {
  const env = { npm_config_registry: registry };
  return npmSettings({ env, folder: "/nowhere", home: "/nowhere", execPath: "/nowhere/bin/node", platform: "linux" });
}
