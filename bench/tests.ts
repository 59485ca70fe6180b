import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openDatabase, openProject, testProject, type TestSummary } from "../src/application/index.ts";
import { exampleProject } from "./cli.ts";
import { median, type Figure } from "./figure.ts";

const tests = 50;
const rounds = 3;

/** `howdah test` of the guestbook with fifty tests of one statement: what the database of each takes, and all of it. */
export async function testFigures(): Promise<readonly Figure[]> {
  await using example = await exampleProject("guestbook");
  const { folder } = example;
  await mkdir(join(folder, "tests"), { recursive: true });
  for (let number = 0; number < tests; number++)
    await writeFile(join(folder, "tests", `bench_${number}.sql`), "select count(*) >= 0 from pg_catalog.pg_class;\n");
  const project = await openProject(folder);
  await using database = await openDatabase(project);
  const run = async (): Promise<TestSummary> => testProject(project, database, { paths: ["tests/bench_*.sql"] });
  // The first one makes the template.
  await run();
  const runs: TestSummary[] = [];
  for (let round = 0; round < rounds; round++) runs.push(await run());
  if (runs.some(({ passed }) => passed !== tests)) throw new Error("not every test has passed");
  const [each, all] = [runs.map(({ databases }) => databases.medianMs), runs.map(({ durationMs }) => durationMs)];
  return [
    { name: "howdah test: a database for each test", value: median(each), unit: "ms", bar: { atMost: 100 } },
    { name: `howdah test: ${tests} SQL tests, each with its database`, value: median(all), unit: "ms" },
  ];
}
