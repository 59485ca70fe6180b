import { createHash } from "node:crypto";
import { AppError } from "../../errors/index.ts";
import { download, type Artifact, type DownloadOptions } from "../download.ts";
import { HttpClient, httpStatus, type RequestOptions } from "../http.ts";
import { npmSettings, publicRegistry, type NpmSettings } from "./settings.ts";

/** One published version of a package: what its tarball is and where. */
export interface NpmVersion {
  readonly version: string;
  readonly tarball: Artifact;
}

// The largest abbreviated documents (thousands of versions) are some 10 MB.
const maxMetadataBytes = 64 * 2 ** 20;

/** What is published: npm's manifest, and the tarball. */
export interface NpmPublication {
  readonly name: string;
  readonly version: string;
  /** Keys of package.json. */
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly tarball: Buffer;
  /** "latest" unless said otherwise. */
  readonly tag: string;
  /** Of a scoped package; the registry's default unless said otherwise. */
  readonly access?: "public" | "restricted" | undefined;
}

/** The npm registry, or registries, that npm is configured for on this machine. */
export class NpmRegistry implements Disposable {
  readonly #settings: NpmSettings;
  readonly #client: HttpClient;
  readonly #request: RequestOptions;

  constructor(settings: NpmSettings, request: RequestOptions = {}) {
    this.#settings = settings;
    this.#client = new HttpClient(settings.connecting);
    this.#request = request;
  }

  /** Reads npm's configuration; see npmSettings. */
  static async configured(request: RequestOptions = {}): Promise<NpmRegistry> {
    return new NpmRegistry(await npmSettings(), request);
  }

  /**
   * All versions of a package, in the registry's order.
   *
   * Addresses that lie in the configured registry are given as those of the public one: in howdah.lock that name means
   * "the registry that is configured", so that the lock is the same everywhere. Throws WD352 with status 404 when there
   * is no such package, WD359 when the answer is not a package document.
   */
  async versions(name: string, signal?: AbortSignal): Promise<readonly NpmVersion[]> {
    const registry = this.#settings.registry(scopeOf(name));
    const url = registry + name.replace("/", "%2f");
    const body = await this.#client.bytes(url, {
      ...this.#request,
      // The abbreviated document: a tenth of the whole one.
      headers: { accept: "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8", ...this.#login(url) },
      maxBytes: maxMetadataBytes,
      signal,
    });
    return parseVersions(body, url).map(({ version, tarball }) => {
      return { version, tarball: { ...tarball, url: rebase(tarball.url, registry, publicRegistry) } };
    });
  }

  /** Fetches a tarball that `versions` or a lockfile named; see download. */
  async fetch(name: string, tarball: Artifact, options: DownloadOptions): Promise<string> {
    const url = rebase(tarball.url, publicRegistry, this.#settings.registry(scopeOf(name)));
    const request = { ...this.#request, ...options, headers: { ...options.headers, ...this.#login(url) } };
    return download(this.#client, { ...tarball, url }, request);
  }

  /** Publishes a version (npm registry API, "publish"). Throws WD668 with the registry's own words, and what `put` does. */
  async publish(publication: NpmPublication, signal?: AbortSignal): Promise<{ readonly registry: string }> {
    const registry = this.#settings.registry(scopeOf(publication.name));
    const url = registry + publication.name.replace("/", "%2f");
    const headers = { "content-type": "application/json", ...this.#login(url) };
    const body = Buffer.from(JSON.stringify(publicationDocument(publication, registry)));
    const answer = await this.#client.put(url, body, { ...this.#request, headers, signal });
    if (answer.status < 200 || answer.status > 299) throw notPublished(publication, url, answer);
    return { registry };
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }

  #login(url: string): Record<string, string> {
    const authorization = this.#settings.authorization(url);
    return authorization === undefined ? {} : { authorization };
  }
}

/** True for the error of a registry that has no such package. */
export function isNoSuchPackage(thrown: unknown): boolean {
  return httpStatus(thrown) === 404;
}

function publicationDocument({ name, version, manifest, tarball, tag, access }: NpmPublication, registry: string) {
  const file = `${name}-${version}.tgz`;
  const dist = {
    integrity: `sha512-${createHash("sha512").update(tarball).digest("base64")}`,
    shasum: createHash("sha1").update(tarball).digest("hex"),
    tarball: new URL(`${name}/-/${file.split("/").at(-1)}`, registry).href,
  };
  return {
    ...{ _id: name, name, "dist-tags": { [tag]: version }, ...(access === undefined ? {} : { access }) },
    versions: { [version]: { ...manifest, _id: `${name}@${version}`, name, version, dist } },
    _attachments: {
      [file]: { content_type: "application/octet-stream", data: tarball.toString("base64"), length: tarball.length },
    },
  };
}

function notPublished(
  { name, version }: NpmPublication,
  url: string,
  { status, body }: { readonly status: number; readonly body: Buffer },
): AppError {
  const hints: Readonly<Record<number, string>> = {
    401: "log in with npm login, or put the registry's _authToken into .npmrc",
    403: "a version that is there can't be replaced: raise it; or the log-in may not publish under this name",
    404: "the scope is not yours, or the registry takes no packages",
    409: "a version that is there can't be replaced: raise it",
  };
  return new AppError("WD668", `${name} ${version} was not published`, {
    detail: `PUT ${url}: HTTP status ${status}: ${body.toString("utf8", 0, 300).trim()}`,
    hint: hints[status],
  });
}

function scopeOf(name: string): string | undefined {
  return name.startsWith("@") ? name.split("/", 1)[0] : undefined;
}

function rebase(url: string, from: string, to: string): string {
  return url.startsWith(from) ? to + url.slice(from.length) : url;
}

function parseVersions(body: Buffer, url: string): readonly NpmVersion[] {
  const packument = parseJson(body, url);
  const versions = isRecord(packument) ? packument["versions"] : undefined;
  if (!isRecord(versions)) throw noPackument(url, "it has no versions");
  return Object.entries(versions).flatMap(([version, manifest]) => {
    const dist = isRecord(manifest) ? manifest["dist"] : undefined;
    if (!isRecord(dist) || typeof dist["tarball"] !== "string") return [];
    // Those without a hash (published before 2017) stay visible: the download refuses them by name.
    const integrity = typeof dist["integrity"] === "string" ? dist["integrity"] : "";
    return [{ version, tarball: { url: dist["tarball"], integrity } }];
  });
}

function parseJson(body: Buffer, url: string): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw noPackument(url, `it begins with ${JSON.stringify(body.toString("utf8", 0, 60))}`);
  }
}

function noPackument(url: string, detail: string): AppError {
  return new AppError("WD359", "the registry's answer is not a package document", {
    detail: `GET ${url}: ${detail}`,
    hint: "is the registry in .npmrc the right address, and no log-in page in between?",
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
