import { AppError } from "../../errors/index.ts";

/** One member of an ar archive; `content` is a view into the archive's bytes. */
export interface ArMember {
  readonly name: string;
  readonly content: Buffer;
}

const magic = "!<arch>\n";
const headerBytes = 60;

/**
 * The members of an ar archive (the outer format of .deb: ar(5), deb(5)), in order.
 *
 * Throws WD356 when it is none, or ends early.
 */
export function readAr(archive: Buffer, what: string): readonly ArMember[] {
  if (archive.toString("latin1", 0, magic.length) !== magic) throw damaged(what, "it is not an ar archive");
  const members: ArMember[] = [];
  for (let offset = magic.length; offset < archive.length;) {
    const header = archive.toString("latin1", offset, offset + headerBytes);
    const bytes = Number(header.slice(48, 58));
    const start = offset + headerBytes;
    if (header.slice(58) !== "`\n" || !Number.isInteger(bytes))
      throw damaged(what, `no member begins at byte ${offset}`);
    if (start + bytes > archive.length) throw damaged(what, "it ends within a member");
    // Debian writes plain names, System V tools end them with a slash.
    const name = header.slice(0, 16).trimEnd().replace(/\/$/, "");
    members.push({ name, content: archive.subarray(start, start + bytes) });
    offset = start + bytes + (bytes % 2);
  }
  return members;
}

function damaged(what: string, detail: string): AppError {
  return new AppError("WD356", `${what} is not an archive that can be read`, { detail });
}
