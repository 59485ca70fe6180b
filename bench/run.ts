// npm run bench: every figure of the README, each beside its bar, and beside a peer or limit of the same run.
//   npm run bench             all of it, as a table on stdout
//   npm run bench -- --json   the same as JSON
//   npm run bench -- pages    only the groups whose name contains the word
//   npm run bench -- schema --rows 5000000    writers on so many rows, see schema.ts
// A part that fails, or does not end within BENCH_MINUTES (20), is told and hides no other; the exit code is 0 where every bar
// is reached, 1 where one is missed or was not measured.
import { availableParallelism } from "node:os";
import { assemblyFigures } from "./assembly.ts";
import { attempt } from "./attempt.ts";
import { reached, table, type Figure } from "./figure.ts";
import { memoryFigures } from "./memory.ts";
import { packageFigures } from "./packages.ts";
import { pageFigures } from "./pages.ts";
import { languageFigures } from "./languages.ts";
import { poolFigures } from "./pool.ts";
import { restFigures } from "./rest.ts";
import { reloadFigures } from "./reload.ts";
import { schemaFigures } from "./schema.ts";
import { schemaCacheFigures } from "./schema-cache.ts";
import { startFigures } from "./start.ts";
import { testFigures } from "./tests.ts";

const groups: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  start: startFigures,
  reload: reloadFigures,
  pages: pageFigures,
  pool: poolFigures,
  rest: restFigures,
  memory: memoryFigures,
  assembly: assemblyFigures,
  languages: languageFigures,
  packages: packageFigures,
  schema: schemaFigures,
  tests: testFigures,
  "schema-cache": schemaCacheFigures,
};

const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const json = process.argv.includes("--json");

const figures: Figure[] = [];
for (const [name, measure] of Object.entries(groups)) {
  if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
  figures.push(...(await attempt(name, measure)));
}

process.stdout.write(
  json
    ? `${JSON.stringify({ node: process.version, cores: availableParallelism(), figures }, undefined, 2)}\n`
    : `${table(figures)}\n`,
);
// What was left behind because it did not end may still hold the process open.
process.exit(figures.every(reached) ? 0 : 1);
