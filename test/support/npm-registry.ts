import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { buffer } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { npmSettings, NpmRegistry, type RequestOptions } from "../../src/resolve/index.ts";
import { tarOf, type TarMember } from "./archive.ts";
import { fileServer, type FileServer } from "./file-server.ts";

/** A small npm registry on loopback. */
export interface TestRegistry {
  readonly server: FileServer;
  /** Publishes a version of a package; the path of its tarball on the server is returned. */
  publish(name: string, version: string, members: readonly TarMember[]): string;
  /** Opens it as the registry that npm is configured for, by these further variables. */
  open(env?: Readonly<Record<string, string>>): Promise<NpmRegistry>;
  /** Takes what is published with this token from now on, and refuses a version that is there, as npm's does. */
  take(token: string): void;
}

/** What npm sends. */
interface Publication {
  readonly name: string;
  readonly versions: Readonly<Record<string, { readonly dist: object }>>;
  readonly _attachments: Readonly<Record<string, { readonly data: string }>>;
}

/** Quick failures: tests wait for no network. */
export const hasty: RequestOptions = { attempts: 2, backoffMs: 5, idleTimeoutMs: 2_000 };

/** Starts an empty registry that ends with the test. */
export async function testRegistry(t: TestContext): Promise<TestRegistry> {
  const server = await fileServer(t);
  const packages = new Map<string, Record<string, unknown>>();
  const store = (name: string, version: string, tarball: Buffer, dist: object): string => {
    const path = `/${name}/-/${name.split("/").at(-1)}-${version}.tgz`;
    const versions = packages.get(name) ?? {};
    versions[version] = { name, version, dist: { ...dist, tarball: server.url + path } };
    packages.set(name, versions);
    server.files.set(path, tarball);
    server.files.set(`/${name}`, Buffer.from(JSON.stringify({ name, versions })));
    return path;
  };
  return {
    server,
    take: (token) => {
      server.answer = (request, response) => {
        if (request.method !== "PUT") return false;
        void buffer(request).then((body) => {
          const refuse = (status: number, error: string): void =>
            void response.writeHead(status).end(JSON.stringify({ error }));
          if (request.headers.authorization !== `Bearer ${token}`) return refuse(401, "who are you?");
          const { name, versions, _attachments } = JSON.parse(body.toString()) as Publication;
          const [[version, manifest]] = Object.entries(versions) as [[string, Publication["versions"][string]]];
          const [attached] = Object.values(_attachments);
          if (packages.get(name)?.[version] !== undefined) return refuse(403, "cannot publish over it");
          store(name, version, Buffer.from(attached?.data ?? "", "base64"), manifest.dist);
          response.writeHead(201).end("{}");
        });
        return true;
      };
    },
    publish: (name, version, members) => {
      const tarball = gzipSync(tarOf(members));
      const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
      return store(name, version, tarball, { integrity });
    },
    open: async (env = {}) => new NpmRegistry(await settingsFor(`${server.url}/`, env), hasty),
  };
}

async function settingsFor(registry: string, more: Readonly<Record<string, string>>) {
  const env = { npm_config_registry: registry, ...more };
  return npmSettings({ env, folder: "/nowhere", home: "/nowhere", execPath: "/nowhere/bin/node", platform: "linux" });
}
