import { table as outcomesTable, tally } from "./schema/outcomes.ts";
import { runChanges } from "./schema/changes.ts";
import { editFigures } from "./schema/edit.ts";
import { onlineFigures } from "./schema/online.ts";
import { installPeers } from "./schema/peers.ts";
import { sizeFigures } from "./schema/sizes.ts";
import type { Figure } from "./figure.ts";
import { withServer } from "./server.ts";

/**
 * Plans, edits, changes of populated tables, and how long writers wait, beside the two libraries that do some of it.
 *
 *     npm run bench -- schema                     500 tables, 200,000 rows
 *     npm run bench -- schema --full              5,000 tables as well
 *     npm run bench -- schema --rows 5000000      writers on so many rows
 */
export async function schemaFigures(): Promise<readonly Figure[]> {
  await using peers = await installPeers();
  const { folder } = peers;
  const figures = await withServer(async (server) => [
    ...(await sizeFigures(server, folder, { tables: 500, bars: { ms: 1500, megabytes: 500 } })),
    ...(full ? await sizeFigures(server, folder, { tables: 5000, bars: { ms: 5000, megabytes: 500 } }) : []),
    ...(await changeFigures(async () => runChanges(server, folder))),
    ...(await onlineFigures(server, rows)),
  ]);
  return [...figures, ...(await editFigures())];
}

const full = process.argv.includes("--full");
const rows = Number(process.argv[process.argv.indexOf("--rows") + 1]) || 200_000;

/** How many of the changes came out as they should; the whole table goes to stderr. */
async function changeFigures(run: () => ReturnType<typeof runChanges>): Promise<readonly Figure[]> {
  const changed = await run();
  process.stderr.write(`${outcomesTable(changed)}\n`);
  const [own, ...others] = tally(changed);
  return others.map(({ tool, counts }): Figure => ({
    name: `${changed.length} changes of populated tables, reached with their data`,
    value: own?.counts.identical ?? 0,
    unit: "changes",
    bar: { atLeast: changed.length },
    beside: { name: tool, value: counts.identical },
  }));
}
