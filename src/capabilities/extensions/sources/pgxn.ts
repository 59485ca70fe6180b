import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "../../../errors/index.ts";
import type { LockedArtifact } from "../../../project/index.ts";
import {
  comparePackageVersions,
  download,
  ensureContent,
  HttpClient,
  httpStatus,
  parseRequirement,
  readPackageVersion,
  readZip,
  satisfies,
} from "../../../resolve/index.ts";
import { buildExtension } from "../build/build-extension.ts";
import { entryOf } from "../registry.ts";
import { readDistribution, readMeta, readReleases, type Meta } from "./pgxn-meta.ts";
import type { Offer, Place, Source } from "./source.ts";

/** PGXN's distributions: sources, built here. */
export const pgxn: Source = {
  name: "pgxn",
  async offers(name, place, request) {
    const client = new HttpClient();
    try {
      return await offersOf(name, request?.pre === true, place, client);
    } finally {
      client.close();
    }
  },
  names: async () => [],
  async install({ name, text, artifacts: [artifact] }, place) {
    if (artifact === undefined) throw new AppError("WD706", `howdah.lock does not say what ${name} is`);
    return await buildExtension(
      { name, text, integrity: artifact.integrity, from: await unpacked(artifact, place) },
      place,
    );
  },
};

const maxJsonBytes = 4 * 2 ** 20;
const maxZipBytes = 128 * 2 ** 20;
/** Metadata of older releases are not asked for. */
const considered = 12;

async function offersOf(name: string, pre: boolean, place: Place, client: HttpClient): Promise<readonly Offer[]> {
  const dist = entryOf(name)?.pgxn ?? (await distributionOf(name, pre, place, client));
  if (dist === undefined) return [];
  const path = encodeURIComponent(dist.toLowerCase());
  const versions = readReleases(await json(`dist/${path}.json`, place, client), pre).flatMap((text) => {
    const version = readPackageVersion(text);
    return version === undefined ? [] : [{ text, version }];
  });
  const newest = versions
    .toSorted((left, right) => comparePackageVersions(right.version, left.version))
    .slice(0, considered);
  const found = await Promise.all(
    newest.map(async ({ text }) => readMeta(await json(`dist/${path}/${text.toLowerCase()}/META.json`, place, client))),
  );
  const metas = found.filter((meta) => meta !== undefined);
  const fitting = metas.filter((meta) => runsOn(meta, place));
  if (metas.length > 0 && fitting.length === 0) throw otherMajor(name, metas, place);
  return fitting.map((meta) => offerOf(name, path, meta, place));
}

/** The distribution that provides an extension: its name is another one, often. */
async function distributionOf(
  name: string,
  pre: boolean,
  place: Place,
  client: HttpClient,
): Promise<string | undefined> {
  const path = `extension/${encodeURIComponent(name.toLowerCase())}.json`;
  return readDistribution(await json(path, place, client), pre);
}

function offerOf(name: string, path: string, meta: Meta, place: Place): Offer {
  const text = meta.version;
  const version = readPackageVersion(text) ?? { major: 0, minor: 0, patch: 0, pre: [] };
  const file = encodeURIComponent(text.toLowerCase());
  const url = `${base(place)}dist/${path}/${file}/${path}-${file}.zip`;
  const needs = [...meta.requires].filter(([need]) => need !== "PostgreSQL" && need !== "plpgsql");
  const { preload } = meta;
  const seal = (): Promise<readonly LockedArtifact[]> => sealed(name, url, meta, place);
  return { name, version, text, source: "pgxn", requires: new Map(needs), preload, artifacts: [], seal };
}

/** PGXN knows a SHA-1, of new releases better ones: checked once. howdah.lock gets a SHA-256 of the same bytes. */
async function sealed(name: string, url: string, meta: Meta, place: Place): Promise<readonly LockedArtifact[]> {
  const client = new HttpClient();
  try {
    place.onStep?.(`fetching ${name} ${meta.version} from PGXN`);
    const bytes = await client.bytes(url, { ...place.request, signal: place.signal, maxBytes: maxZipBytes });
    for (const [algorithm, expected] of Object.entries(meta.digests)) {
      const received = createHash(algorithm).update(bytes).digest("hex");
      if (received !== expected) throw altered(name, meta, algorithm, expected, received);
    }
    const integrity = `sha256-${createHash("sha256").update(bytes).digest("base64")}`;
    return [{ package: `${meta.name} ${meta.version}`, url, integrity, bytes: bytes.length }];
  } finally {
    client.close();
  }
}

async function unpacked(artifact: LockedArtifact, { cache, signal, request }: Place): Promise<string> {
  const hash = Buffer.from(artifact.integrity.slice("sha256-".length), "base64").toString("hex").slice(0, 16);
  const what = artifact.package ?? artifact.url;
  const folder = await ensureContent(
    { cache, kind: "extension-source", key: `pgxn-${hash}`, signal },
    async (staging) => {
      const client = new HttpClient();
      try {
        const { readFile } = await import("node:fs/promises");
        const path = await download(client, artifact, { ...request, cache, scratch: staging, what, signal });
        for (const file of readZip(await readFile(path), what)) {
          // Every distribution has one folder at its top.
          const inside = file.path.split("/").slice(1).join("/");
          if (inside === "") continue;
          await mkdir(dirname(join(staging, inside)), { recursive: true });
          await writeFile(join(staging, inside), file.content, { mode: file.executable ? 0o755 : 0o644 });
        }
      } finally {
        client.close();
      }
    },
  );
  return folder;
}

async function json(path: string, place: Place, client: HttpClient): Promise<unknown> {
  const url = base(place) + path;
  try {
    const options = { ...place.request, signal: place.signal, maxBytes: maxJsonBytes };
    return parsed(await client.bytes(url, options), url);
  } catch (thrown) {
    if (httpStatus(thrown) === 404) return undefined;
    throw thrown;
  }
}

function parsed(body: Buffer, url: string): unknown {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // told below
  }
  throw new AppError("WD359", "PGXN's answer is not a document of its API", {
    detail: `GET ${url}: it begins with ${JSON.stringify(body.toString("utf8", 0, 60))}`,
    hint: "is a proxy or a log-in page in between, or HOWDAH_PGXN another address than that of an API?",
  });
}

function base({ pgxn: address }: Place): string {
  return address.endsWith("/") ? address : `${address}/`;
}

function runsOn(meta: Meta, { installation: { version } }: Place): boolean {
  const parsed = readPackageVersion(version);
  return parsed !== undefined && satisfies(parsed, parseRequirement(meta.requires.get("PostgreSQL") ?? "*"));
}

function altered(name: string, meta: Meta, algorithm: string, expected: string, received: string): AppError {
  return new AppError("WD353", `${name} ${meta.version} is not what it should be`, {
    detail: `expected ${algorithm} ${expected}\nreceived ${algorithm} ${received}`,
    hint: "it was not used; try again, then compare with another network before you trust it",
  });
}

function otherMajor(name: string, metas: readonly Meta[], { installation: { version } }: Place): AppError {
  const said = metas.slice(0, 3).map((meta) => {
    return `${name} ${meta.version} needs PostgreSQL ${meta.requires.get("PostgreSQL") ?? "*"}`;
  });
  return new AppError("WD701", `${name} is not there for PostgreSQL ${version}`, {
    detail: said.join("\n"),
    hint: "another major of Postgres may have it",
  });
}
