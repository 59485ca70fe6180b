import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { planDiff, readModel, type Action, type Model } from "../../src/diff/index.ts";
import { connect, parseUrl, type Connection } from "../../src/postgres/index.ts";
import { readReversed } from "../../src/schema/change/reversed.ts";
import { Lines } from "../../src/schema/desired/lines.ts";
import { modelFromLines, modelToLines } from "../../src/schema/desired/model-json.ts";
import { applyActions } from "../../test/support/apply-actions.ts";
import type { Rename, Tool } from "./tool.ts";

/** howdah's engine; with a folder, the wanted model is kept there, as that of schema/ is from one run to the next. */
export function ownTool(cache: string | undefined): Tool {
  return {
    name: "howdah",
    async plan(from, to) {
      await using live = await connect(parseUrl(from));
      const wanted = await wantedOf(to, cache);
      const { actions } = planDiff(await modelOf(live), wanted, { role: parseUrl(from).user });
      return actions.flatMap((action) => action.statements).join(";\n");
    },
    async change(from, to, renames) {
      await using live = await connect(parseUrl(from));
      await applyActions(live, await actionsOf(live, to, renames));
    },
  };
}

async function actionsOf(live: Connection, to: string, renames: readonly Rename[]): Promise<readonly Action[]> {
  await using desired = await connect(parseUrl(to));
  const [from, wanted] = [await modelOf(live), await modelOf(desired)];
  const none = new Map<string, string>();
  const intent = { renames, labels: [], using: none, backfill: none, drops: new Set<string>(), followed: [] };
  const undone = await readReversed(desired, { live: from, wanted, intent, options: {} });
  return planDiff(from, wanted, { role: parseUrl(to).user, renames: undone }).actions;
}

async function modelOf(connection: Connection): Promise<Model> {
  return await connection.transaction(async (tx) => readModel(tx));
}

async function wantedOf(url: string, cache: string | undefined): Promise<Model> {
  const file = join(cache ?? "", `${createHash("sha256").update(url).digest("hex")}.json`);
  using known = cache === undefined ? undefined : Lines.ofFile(file);
  if (known !== undefined) return modelFromLines(known);
  await using connection = await connect(parseUrl(url));
  const model = await modelOf(connection);
  if (cache !== undefined) await writeFile(file, modelToLines(model).join("\n"));
  return model;
}
