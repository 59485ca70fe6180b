import { attempt } from "./attempt.ts";
import { table as outcomesTable, tally } from "./schema/outcomes.ts";
import { runChanges } from "./schema/changes.ts";
import { commandFigures } from "./schema/command.ts";
import { editFigures } from "./schema/edit.ts";
import { lockedFigures } from "./schema/locked.ts";
import { onlineFigures } from "./schema/online.ts";
import { installPeers } from "./schema/peers.ts";
import { sizeFigures } from "./schema/sizes.ts";
import type { Figure } from "./figure.ts";
import { withServer } from "./server.ts";

/**
 * Plans, edits, changes of populated tables, and how long writers wait, beside the two libraries that do some of it. Those change
 * roles of a whole cluster: each part has one of its own.
 *
 *     npm run bench -- schema                     5,000 tables, 200,000 rows
 *     npm run bench -- schema --quick             without the 5,000 tables
 *     npm run bench -- schema --rows 5000000      writers on so many rows
 */
export async function schemaFigures(): Promise<readonly Figure[]> {
  await using peers = await installPeers();
  const { folder } = peers;
  const sizes = process.argv.includes("--quick") ? [small] : [small, large];
  const figures: Figure[] = [];
  const part = async (name: string, measure: () => Promise<readonly Figure[]>): Promise<void> =>
    void figures.push(...(await attempt(name, measure)));
  await part("saved files", editFigures);
  for (const { tables, ms } of sizes) {
    const bars = { ms, megabytes: 500 };
    await part(`howdah plan of ${tables} tables`, async () => commandFigures({ tables, atMost: ms }));
    await part(`locks among ${tables} tables`, async () => withServer(async (server) => lockedFigures(server, tables)));
    await part(`plan of ${tables} tables`, async () =>
      withServer(async (server) => sizeFigures(server, folder, { tables, bars })),
    );
  }
  await part("changes of populated tables", async () =>
    withServer(async (server) => changeFigures(async () => runChanges(server, folder))),
  );
  await part("waiting writers", async () => withServer(async (server) => onlineFigures(server, rows)));
  return figures;
}

const small = { tables: 500, ms: 1500 };
const large = { tables: 5000, ms: 5000 };
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
