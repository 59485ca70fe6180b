import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** What a control file says of an extension (manual, "Extension Files"). */
export interface Control {
  readonly name: string;
  readonly comment: string;
  readonly defaultVersion: string;
  readonly requires: readonly string[];
  /** True where only a superuser may create it. */
  readonly superuser: boolean;
  /** True where who may create in the database may create it, too. */
  readonly trusted: boolean;
  readonly relocatable: boolean;
}

/** Reads the text of NAME.control. */
export function parseControl(name: string, text: string): Control {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, key, quoted, bare] = /^\s*([\w.]+)\s*=?\s*(?:'((?:[^']|'')*)'|([^#]*))/.exec(line) ?? [];
    if (key !== undefined) values.set(key.toLowerCase(), quoted?.replaceAll("''", "'") ?? bare?.trim() ?? "");
  }
  return {
    name,
    comment: values.get("comment") ?? "",
    defaultVersion: values.get("default_version") ?? "",
    requires: (values.get("requires") ?? "")
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== ""),
    superuser: isOn(values.get("superuser"), true),
    trusted: isOn(values.get("trusted"), false),
    relocatable: isOn(values.get("relocatable"), false),
  };
}

/** The control files of a folder `share/extension`; of versions' own files (NAME--1.0.control) none. */
export async function readControls(folder: string): Promise<readonly Control[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith(".control") && !name.includes("--")).toSorted();
  return await Promise.all(
    files.map(async (file) =>
      parseControl(file.slice(0, -".control".length), await readFile(join(folder, file), "utf8")),
    ),
  );
}

function isOn(text: string | undefined, otherwise: boolean): boolean {
  return text === undefined ? otherwise : /^(?:true|on|yes|1)$/i.test(text);
}
