import { writeFile } from "node:fs/promises";
import { configSchema } from "../src/project/index.ts";

// The JSON Schema of howdah.toml that ships with the package: a test compares it with the keys.
const file = new URL("../schema/howdah.schema.json", import.meta.url);
await writeFile(file, `${JSON.stringify(configSchema(), undefined, 2)}\n`);
