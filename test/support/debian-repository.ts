import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { createCleartextMessage, generateKey, sign, type PrivateKey } from "openpgp";
import { zstdCompressSync } from "node:zlib";
import { arOf, tarOf, xzOf, type TarMember } from "./archive.ts";
import { fileServer, type FileServer } from "./file-server.ts";

export interface DebSpec {
  readonly name: string;
  readonly version: string;
  readonly depends?: string;
  readonly provides?: string;
  readonly files?: readonly TarMember[];
  /** The package itself, made by somebody else, in place of `files`. */
  readonly deb?: Buffer;
  /** Of data.tar. Default xz. */
  readonly compression?: "xz" | "zst";
}

/** A small signed Debian repository on loopback. */
export interface TestRepository {
  readonly server: FileServer;
  /** Path of the key file that its releases are signed with. */
  readonly keyring: string;
  /** Makes the packages, the index and a signed release of them; returns each package's path on the server. */
  publish(suite: string, packages: readonly DebSpec[], options?: ReleaseOptions): Promise<ReadonlyMap<string, string>>;
}

export interface ReleaseOptions {
  readonly validUntil?: Date;
  /** Signs with another key than the one in `keyring`. */
  readonly stranger?: boolean;
  /** Codename in the release, where it is to differ from the suite. */
  readonly codename?: string;
}

/** Starts an empty repository, with a key of its own, that ends with the test. */
export async function testRepository(t: TestContext): Promise<TestRepository> {
  const server = await fileServer(t);
  const own = await newKey("archive");
  const folder = await mkdtemp(join(tmpdir(), "howdah-keyring-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const keyring = join(folder, "archive.asc");
  await writeFile(keyring, own.toPublic().armor());
  return {
    server,
    keyring,
    publish: async (suite, packages, options = {}) => {
      const paths = new Map(packages.map((spec) => [spec.name, publishDeb(server, spec)]));
      const index = Buffer.from(packages.map((spec) => paragraphOf(spec, server)).join("\n"));
      const compressed = xzOf(index);
      server.files.set(`/dists/${suite}/main/binary-amd64/Packages.xz`, compressed);
      const key = options.stranger ? await newKey("stranger") : own;
      const text = releaseOf(suite, compressed, options);
      server.files.set(`/dists/${suite}/InRelease`, Buffer.from(await signed(text, key)));
      return paths;
    },
  };
}

function publishDeb(server: FileServer, spec: DebSpec): string {
  const path = pathOf(spec);
  if (spec.deb !== undefined) {
    server.files.set(path, spec.deb);
    return path;
  }
  const data = tarOf(spec.files ?? [{ path: `./usr/share/doc/${spec.name}/copyright`, content: "public domain\n" }]);
  const [ending, bytes] = spec.compression === "zst" ? ["zst", zstdCompressSync(data)] : ["xz", xzOf(data)];
  const control = xzOf(tarOf([{ path: "./control", content: `Package: ${spec.name}\n` }]));
  const members = { "debian-binary": Buffer.from("2.0\n"), "control.tar.xz": control, [`data.tar.${ending}`]: bytes };
  server.files.set(path, arOf(members));
  return path;
}

function pathOf({ name, version }: DebSpec): string {
  return `/pool/main/${name}_${version}_amd64.deb`;
}

function paragraphOf(spec: DebSpec, server: FileServer): string {
  const deb = server.files.get(pathOf(spec)) ?? Buffer.alloc(0);
  return [
    `Package: ${spec.name}`,
    `Version: ${spec.version}`,
    "Architecture: amd64",
    ...(spec.depends ? [`Depends: ${spec.depends}`] : []),
    ...(spec.provides ? [`Provides: ${spec.provides}`] : []),
    `Filename: ${pathOf(spec).slice(1)}`,
    `Size: ${deb.length}`,
    `SHA256: ${sha256(deb)}`,
    "Description: made by a test",
    " with a second line",
    "",
  ].join("\n");
}

function releaseOf(suite: string, packages: Buffer, { codename = suite, validUntil }: ReleaseOptions): string {
  return [
    "Origin: test",
    `Suite: ${codename}`,
    `Codename: ${codename}`,
    "Date: Fri, 20 Nov 2026 08:00:00 UTC",
    ...(validUntil ? [`Valid-Until: ${validUntil.toUTCString()}`] : []),
    "SHA256:",
    ` ${sha256(packages)} ${packages.length} main/binary-amd64/Packages.xz`,
    "",
  ].join("\n");
}

async function signed(text: string, key: PrivateKey): Promise<string> {
  return sign({ message: await createCleartextMessage({ text }), signingKeys: key });
}

async function newKey(name: string): Promise<PrivateKey> {
  const { privateKey } = await generateKey({ type: "ecc", userIDs: [{ name }], format: "object" });
  return privateKey;
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
