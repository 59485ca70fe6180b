import { buffer } from "node:stream/consumers";

/**
 * A gzipped tar of files below a folder, under "package/" as npm has them: the same files give the same bytes, whoever packs
 * them, and when.
 */
export async function packTar(folder: string, files: readonly string[]): Promise<Buffer> {
  const { create } = await import("tar");
  // The date that npm gives to all files.
  const mtime = new Date("1985-10-26T08:15:00.000Z");
  const options = { cwd: folder, prefix: "package/", gzip: true, portable: true, mtime } as const;
  return await buffer(create(options, files.toSorted()));
}
