import { createHash } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { encode, pathSegments } from "../capability/index.ts";
import type { Tree, TreeEntry } from "../project/index.ts";
import { ByteCache } from "./byte-cache.ts";

/** Larger files are streamed, and never compressed or kept. */
export const largestKeptBytes = 1024 * 1024;

/** The forms in which an asset is kept. */
export type Encoding = "br" | "gzip" | "identity";

const cacheBytes = 64 * 1024 * 1024;

/** A file of public/ as it is now. */
export interface Asset {
  readonly entry: TreeEntry;
  /** Of the content: 128 bits of SHA-256 in base64url. */
  readonly hash: string;
  /** The whole content in this encoding; undefined for a file that is streamed. */
  content(encoding: Encoding): Promise<Buffer> | undefined;
}

/**
 * The files of public/, found by the exact names that the Tree lists, and by nothing else: no spelling of a path can
 * reach a file that was not listed.
 */
export interface AssetStore {
  /** Whether a file stands at the request's path; costs a map's lookup. */
  has(path: string): boolean;
  /** The asset, or undefined when its file is gone by now. */
  get(path: string): Promise<Asset | undefined>;
  /** Lists public/ again. */
  refresh(): Promise<void>;
  /** While public/ is listed again, what `has` says may be old: `get` waits for it. */
  readonly refreshing: boolean;
}

/** A store over the Tree; `checkMs` is how long a file's size and time are trusted without asking again. */
export async function assetStore(tree: Tree, checkMs: number): Promise<AssetStore> {
  const store = new Store(tree, checkMs);
  await store.refresh();
  return store;
}

interface Listed {
  entry: TreeEntry;
  checkedAt: number;
}

class Store implements AssetStore {
  readonly #tree: Tree;
  readonly #checkMs: number;
  #listed: ReadonlyMap<string, Listed> = new Map();
  #listing: Promise<void> | undefined;
  readonly #assets = new Map<string, { readonly stamp: string; readonly asset: Promise<Asset> }>();
  readonly #contents = new ByteCache<Promise<Buffer>>(cacheBytes);

  constructor(tree: Tree, checkMs: number) {
    this.#tree = tree;
    this.#checkMs = checkMs;
  }

  has(path: string): boolean {
    return this.#listed.has(path.includes("%") ? (plainPath(path) ?? "") : path);
  }

  get refreshing(): boolean {
    return this.#listing !== undefined;
  }

  async get(path: string): Promise<Asset | undefined> {
    await this.#listing;
    const listed = this.#listed.get(plainPath(path) ?? "");
    if (!listed) return undefined;
    const now = performance.now();
    if (now - listed.checkedAt >= this.#checkMs) {
      const entry = await this.#tree.stat(listed.entry.path);
      if (!entry) return undefined;
      listed.entry = entry;
      listed.checkedAt = now;
    }
    return this.#asset(listed.entry);
  }

  async refresh(): Promise<void> {
    const listing = this.#list();
    this.#listing = listing;
    try {
      await listing;
    } finally {
      // A later refresh may have begun meanwhile.
      if (this.#listing === listing) this.#listing = undefined;
    }
  }

  async #list(): Promise<void> {
    const entries = await this.#tree.list("public/**/*");
    const checkedAt = performance.now();
    this.#listed = new Map(entries.map((entry) => [entry.path.slice("public".length), { entry, checkedAt }]));
  }

  #asset(entry: TreeEntry): Promise<Asset> {
    const stamp = `${entry.modifiedAt.getTime()} ${entry.bytes}`;
    const kept = this.#assets.get(entry.path);
    if (kept?.stamp === stamp) return kept.asset;
    const asset = this.#read(entry, stamp);
    this.#assets.set(entry.path, { stamp, asset });
    // A failed reading must not be remembered.
    asset.catch(() => this.#assets.delete(entry.path));
    return asset;
  }

  async #read(entry: TreeEntry, stamp: string): Promise<Asset> {
    if (entry.bytes > largestKeptBytes) {
      return { entry, hash: await hashStream(this.#tree.stream(entry.path)), content: () => undefined };
    }
    const body = await this.#tree.read(entry.path);
    const hash = hashOf(body);
    const key = (encoding: Encoding): string => `${encoding} ${stamp} ${entry.path}`;
    this.#contents.set(key("identity"), Promise.resolve(body), body.length);
    return {
      // What was read, not what was listed: the file may have changed between both.
      entry: { ...entry, bytes: body.length },
      hash,
      content: (encoding) =>
        this.#kept(key(encoding), async () => {
          const plain = await this.#kept(key("identity"), () => this.#tree.read(entry.path));
          return encoding === "identity" ? plain : encode(plain, encoding);
        }),
    };
  }

  #kept(key: string, make: () => Promise<Buffer>): Promise<Buffer> {
    const kept = this.#contents.get(key);
    if (kept) return kept;
    const made = make();
    // Weighed once it is there; until then it only has to be found, so that it is made once.
    this.#contents.set(key, made, 0);
    made.then(
      (content) => this.#contents.set(key, made, content.length),
      () => this.#contents.delete(key),
    );
    return made;
  }
}

/** The decoded path, where decoding leaves one path; undefined for what could be read in two ways. */
function plainPath(path: string): string | undefined {
  if (!path.includes("%")) return path;
  const segments = pathSegments(path);
  return segments?.some((segment) => segment.includes("/")) ? undefined : `/${segments?.join("/") ?? ""}`;
}

function hashOf(content: Buffer): string {
  return createHash("sha256").update(content).digest("base64url").slice(0, 22);
}

async function hashStream(stream: NodeJS.ReadableStream): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(stream, hash);
  return hash.digest("base64url").slice(0, 22);
}
