import { readFile } from "node:fs/promises";
import { chooseEncoding, encode } from "../../../capability/index.ts";
import type { HttpRequest, HttpResponse } from "../run/http.ts";

interface Asset {
  readonly type: string;
  readonly file: string;
  /** Where it is read from as long as the build has not copied it here. */
  readonly packaged?: string;
}

const own = (file: string, type: string): Asset => ({ type, file });

/** Copied by the build: as a dependency the package would bring one whose install script reports installations. */
const swagger = (file: string, type: string): Asset => ({ type, file, packaged: `swagger-ui-dist/${file}` });

const script = "text/javascript; charset=utf-8";
const style = "text/css; charset=utf-8";

const assets: ReadonlyMap<string, Asset> = new Map([
  ["/openapi.html", own("page.html", "text/html; charset=utf-8")],
  ["/openapi/page.js", own("page.js", script)],
  ["/openapi/page.css", own("page.css", style)],
  ["/openapi/swagger-ui.js", swagger("swagger-ui-bundle.js", script)],
  ["/openapi/swagger-ui.css", swagger("swagger-ui.css", style)],
]);

/** What the page may do: run our scripts, and speak to this API; its icons are data within its style. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The page that shows and tries the API, and what it is made of; undefined for any other address. */
export async function viewerResponse({ method, url, headers }: HttpRequest): Promise<HttpResponse | undefined> {
  const path = url.split("?", 1)[0] ?? "";
  const asset = assets.get(path);
  if (asset === undefined || (method !== "GET" && method !== "HEAD")) return undefined;
  const encoding = chooseEncoding(headers["accept-encoding"], ["br", "gzip"]);
  const body = await content(path, asset, encoding);
  return {
    status: 200,
    headers: [
      ["Content-Type", asset.type],
      ["Content-Length", String(body.length)],
      ["Content-Security-Policy", policy],
      ["X-Content-Type-Options", "nosniff"],
      ["Referrer-Policy", "no-referrer"],
      ["Cache-Control", "public, max-age=300"],
      ["Vary", "Accept-Encoding"],
      ...(encoding === "identity" ? [] : [["Content-Encoding", encoding] as const]),
    ],
    body: method === "HEAD" ? "" : body,
  };
}

const contents = new Map<string, Promise<Buffer>>();

/** Read and compressed when it is first asked for, then kept. */
function content(path: string, asset: Asset, encoding: "br" | "gzip" | "identity"): Promise<Buffer> {
  const key = `${encoding} ${path}`;
  const kept = contents.get(key);
  if (kept !== undefined) return kept;
  const made = read(asset).then((plain) => (encoding === "identity" ? plain : encode(plain, encoding)));
  contents.set(key, made);
  // A failed reading must not be remembered.
  made.catch(() => contents.delete(key));
  return made;
}

async function read({ file, packaged }: Asset): Promise<Buffer> {
  const here = readFile(new URL(file, import.meta.url));
  return packaged === undefined ? await here : await here.catch(() => readFile(new URL(import.meta.resolve(packaged))));
}
