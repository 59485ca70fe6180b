import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { AppError } from "../../errors/index.ts";
import { readAr } from "../archive/ar.ts";
import { decompress } from "../archive/decompress.ts";
import { unpackTar, type UnpackOptions } from "../archive/tar.ts";

/**
 * Unpacks the files of a .deb into a folder that stands for "/" (deb(5)); its maintainer scripts are never run.
 *
 * Throws WD356 when it is no Debian package or one of its files would land outside.
 */
export async function unpackDeb(path: string, root: string, options: Omit<UnpackOptions, "strip">): Promise<void> {
  const members = readAr(await readFile(path), options.what);
  const data = members.find(({ name }) => name.startsWith("data.tar"));
  if (members[0]?.name !== "debian-binary" || data === undefined) {
    throw new AppError("WD356", `${options.what} is not a Debian package`, {
      detail: `it holds ${members.map(({ name }) => name).join(", ") || "nothing"}`,
    });
  }
  const archive = await decompress(Readable.from([data.content]), data.name);
  await unpackTar(archive, root, { absoluteLinks: "relative", ...options });
}
