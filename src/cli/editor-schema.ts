import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { configSchema } from "../project/index.ts";

/**
 * Writes the JSON Schema of howdah.toml to .howdah/howdah.schema.json, where the first line of a new howdah.toml says
 * that editors find it: a path that holds offline, and whichever way howdah was installed.
 */
export async function writeEditorSchema(root: string): Promise<void> {
  const home = join(root, ".howdah");
  const file = join(home, "howdah.schema.json");
  const text = `${JSON.stringify(configSchema(), null, 2)}\n`;
  const present = await readFile(file, "utf8").catch(() => undefined);
  if (present === text) return;
  await mkdir(home, { recursive: true });
  await writeFile(file, text);
}
