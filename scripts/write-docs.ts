import { readFile, writeFile } from "node:fs/promises";
import { commandsPage } from "./docs/commands.ts";
import { errorsPage } from "./docs/errors.ts";

// The parts of the manual that the program knows best; a test compares both with what they are made of.
const docs = new URL("../docs/", import.meta.url);
await writeFile(new URL("errors.md", docs), errorsPage());
const commands = new URL("commands.md", docs);
await writeFile(commands, commandsPage(await readFile(commands, "utf8")));
