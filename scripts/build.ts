// dist/: JavaScript and declarations, one to one from src/, and beside them every other file that the sources read.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const root = dirname(import.meta.dirname);
const source = join(root, "src");
const target = join(root, "dist");

rmSync(target, { recursive: true, force: true });
const compiled = spawnSync(
  process.execPath,
  [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"],
  {
    cwd: root,
    // Standard output belongs to whoever called: `npm pack --json` prints there.
    stdio: ["ignore", 2, 2],
  },
);
if (compiled.status !== 0) process.exit(compiled.status ?? 1);
for (const file of assets()) {
  // `page.js` beside `page.ts` would take the place of what the compiler made of it.
  if (existsSync(join(target, file))) throw new Error(`${file} has the name of a compiled file`);
  cpSync(join(source, file), join(target, file));
}
// The page of the REST interface; see viewer.ts for why it is copied, and not a dependency.
for (const file of [
  "swagger-ui-bundle.js",
  "swagger-ui-bundle.js.LICENSE.txt",
  "swagger-ui.css",
  "LICENSE",
  "NOTICE",
]) {
  cpSync(
    join(root, "node_modules/swagger-ui-dist", file),
    join(target, "capabilities/rest/viewer", file === "LICENSE" || file === "NOTICE" ? `swagger-ui.${file}.txt` : file),
  );
}

/** What the compiler leaves behind: .sql, data, client scripts, templates; READMEs and what only tests read stay. */
function assets(): readonly string[] {
  return readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(source, join(entry.parentPath, entry.name)))
    .filter((file) => isTemplate(file) || (!file.endsWith(".ts") && !file.endsWith(".md") && !isForTests(file)));
}

/** Files of a new project are copied as they are, whatever they are. */
function isTemplate(file: string): boolean {
  return file.replaceAll("\\", "/").startsWith("cli/init/template/");
}

function isForTests(file: string): boolean {
  return /(^|[\\/])fixtures?[\\/]|\.(test|fixture)\./.test(file);
}
