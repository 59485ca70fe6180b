import { Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { AppError } from "../../errors/index.ts";

/** The decompressed bytes, by the ending of the name they were published under: .gz, .xz, .zst, or none of these. */
export async function decompress(compressed: Readable, name: string): Promise<Readable> {
  const ending = /\.([a-z0-9]+)$/.exec(name)?.[1];
  switch (ending) {
    case "gz":
    case "tgz":
      return pipe(compressed, createGunzip());
    case "zst":
      return pipe(compressed, createZstdDecompress());
    case "xz":
      return unxz(compressed);
    case "tar":
    case undefined:
      return compressed;
    default:
      throw new AppError("WD356", `${name} is compressed in a way that is not known`, {
        detail: "known are gz, xz and zst",
      });
  }
}

function pipe(compressed: Readable, through: NodeJS.ReadWriteStream & Readable): Readable {
  compressed.on("error", (failure) => through.destroy(failure));
  return compressed.pipe(through);
}

/** WebAssembly, because Node has no xz of its own and a native module would need an install script. */
async function unxz(compressed: Readable): Promise<Readable> {
  const { default: xz } = await import("xz-decompress");
  const bytes = new xz.XzReadableStream(Readable.toWeb(compressed) as ReadableStream<Uint8Array>);
  return Readable.fromWeb(bytes as Parameters<typeof Readable.fromWeb>[0]);
}
