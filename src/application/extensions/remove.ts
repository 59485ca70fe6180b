import { AppError } from "../../errors/index.ts";
import { dependentsOf, extensionName, readExtensions, type ExtensionSettings } from "../../capabilities/index.ts";
import { quoteIdentifier } from "../../postgres/index.ts";
import { readLock, type LockedItem } from "../../project/index.ts";
import type { Project, ProjectDatabase } from "../application.ts";
import { openDatabase } from "../open-database.ts";
import { assertKnown, changing, type ChangeOptions, type ExtensionsReport } from "./change.ts";
import { lockItems } from "./equip.ts";
import { exclusively } from "./exclusively.ts";
import { editExtensions } from "./files.ts";
import { extensionsOf } from "./settings-of.ts";

/** Takes extensions out of a project, and out of its database; refused (WD707) where anything needs them. */
export function removeExtensions(
  project: Project,
  given: readonly string[],
  options: ChangeOptions,
): Promise<ExtensionsReport> {
  return exclusively(project, options, async (current) => remove(current, given, options));
}

async function remove(project: Project, given: readonly string[], options: ChangeOptions): Promise<ExtensionsReport> {
  const started = performance.now();
  const names = given.map(extensionName);
  const settings = extensionsOf(project);
  for (const name of names) assertKnown(name, settings);
  const items = (await readLock(project.root))?.extensions ?? {};
  for (const name of names) assertUnneeded(name, names, items);
  const left = Object.fromEntries(Object.entries(settings).filter(([name]) => !names.includes(name)));
  const gone = goneWith(names, left, items);
  if (options.database !== false) {
    await using database = await openDatabase(project, options);
    await dropAll(database, gone, names);
  }
  const report = await changing(project, options, [], async () => {
    await editExtensions(project, Object.fromEntries(names.map((name) => [name, undefined])));
    await lockItems(project.root, Object.fromEntries(Object.entries(items).filter(([name]) => !gone.includes(name))));
  });
  return { ...report, removed: gone, durationMs: performance.now() - started };
}

function assertUnneeded(name: string, leaving: readonly string[], items: Readonly<Record<string, LockedItem>>): void {
  const by = Object.entries(items).filter(
    ([other, { requires }]) => !leaving.includes(other) && requires.includes(name),
  );
  if (by.length === 0) return;
  const others = by.map(([other]) => other).join(", ");
  throw new AppError("WD707", `the extension ${name} is needed by ${others}`, {
    detail: "nothing was removed",
    hint: `howdah remove ${name} ${others.replaceAll(",", "")} removes all of them`,
  });
}

/** What leaves the project, and what only it needed, each ahead of what it needs. */
function goneWith(
  names: readonly string[],
  left: ExtensionSettings,
  items: Readonly<Record<string, LockedItem>>,
): readonly string[] {
  const needed = new Set(Object.keys(left));
  for (const name of needed) for (const need of items[name]?.requires ?? []) needed.add(need);
  const gone = new Set(names);
  for (const name of gone) for (const need of items[name]?.requires ?? []) if (!needed.has(need)) gone.add(need);
  return [...gone];
}

async function dropAll(database: ProjectDatabase, gone: readonly string[], asked: readonly string[]): Promise<void> {
  await using connection = await database.connectOwner();
  await connection.transaction(async (tx) => {
    const state = await readExtensions(tx, gone);
    const there = gone.filter((name) => (state.get(name)?.installed ?? null) !== null);
    for (const name of there) {
      const dependents = (await dependentsOf(tx, name)).filter(
        (text) => !gone.some((other) => text === `extension ${other}`),
      );
      if (dependents.length > 0 && asked.includes(name)) throw stillUsed(name, dependents);
      if (dependents.length > 0) continue;
      // What was created as the owner is the owner's: whoever has connected may be a member that inherits nothing.
      if (state.get(name)?.owner !== database.roles.owner) await tx.execute("set local role none");
      await tx.execute(`drop extension ${quoteIdentifier(name)}`);
      await tx.execute(`set local role ${quoteIdentifier(database.roles.owner)}`);
    }
  });
}

function stillUsed(name: string, dependents: readonly string[]): AppError {
  const shown = dependents.slice(0, 10);
  const more = dependents.length > shown.length ? `\nand ${dependents.length - shown.length} more` : "";
  return new AppError("WD707", `the extension ${name} is used in the database`, {
    detail: `${shown.join("\n")}${more}`,
    hint: "remove these first, in a migration or in schema/; nothing was changed",
  });
}
