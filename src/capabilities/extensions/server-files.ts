import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "../../errors/index.ts";
import type { Installation } from "../../provision/index.ts";

/** Where a Postgres on this disk has its files. */
export interface ServerFiles {
  /** SHAREDIR: the folder that holds extension/. */
  readonly share: string;
  /** PKGLIBDIR. */
  readonly lib: string;
}

/** Finds them as Postgres itself does: from the folder of its programs. Throws WD714 where nothing is found. */
export async function serverFiles({ bin, major }: Pick<Installation, "bin" | "major">): Promise<ServerFiles> {
  const prefix = dirname(bin);
  // Debian keeps programs in /usr/lib/postgresql/18/bin, and what they read in /usr/share/postgresql/18.
  const debian = /^(.*)\/lib\/postgresql\/\d+$/.exec(prefix)?.[1];
  const share = await first("extension/plpgsql.control", [
    ...(debian === undefined ? [] : [join(debian, "share", "postgresql", `${major}`)]),
    join(prefix, "share", "postgresql"),
    join(prefix, "share"),
    join(prefix, "share", `postgresql@${major}`),
  ]);
  const suffix = process.platform === "win32" ? "dll" : process.platform === "darwin" ? "dylib" : "so";
  const lib = await first(`plpgsql.${suffix}`, [
    join(prefix, "lib", "postgresql"),
    join(prefix, "lib"),
    join(prefix, "lib", `postgresql@${major}`),
  ]);
  if (share !== undefined && lib !== undefined) return { share, lib };
  throw new AppError("WD714", "the files of this Postgres are not where they usually are", {
    detail: `its programs are in ${bin}; plpgsql's ${share === undefined ? "control file" : "library"} was looked for beside them`,
    hint: 'use provider = "embedded" or "deb"',
  });
}

async function first(file: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    if (
      await stat(join(folder, file)).then(
        () => true,
        () => false,
      )
    )
      return folder;
  }
  return undefined;
}
