import { decisiveTexts } from "../translated-source.ts";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Model } from "../../diff/index.ts";
import { AppError } from "../../errors/index.ts";
import { connect, sql, type Connection, type Target } from "../../postgres/index.ts";
import { coreVersion } from "../core.ts";
import { sqlstateOf } from "../session.ts";
import type { SourceText } from "../source-text.ts";
import { throwAll } from "../throw-all.ts";
import { makeBase, type BaseInput } from "./base-database.ts";
import type { Desired, DesiredInput } from "./desired.ts";
import { loadAgain, NotReusable } from "./load-again.ts";
import { load, type LoadInput } from "./load-into.ts";
import { loadUnits } from "./load-units.ts";
import { mirrorRoles } from "./mirror-roles.ts";
import { modelFromLines } from "./model-json.ts";
import { notesFromLines, notesToText, type Notes } from "./notes.ts";
import { ownedElsewhere, relationsOf } from "./owned-elsewhere.ts";
import { readFiles, type DesiredFiles } from "./read-files.ts";
import { planReuse } from "./reuse.ts";
import { ScratchServer, type Kept, type Recipe } from "./scratch-server.ts";

/** Counts changes of what is kept from one run to the next. */
const format = 3;

/**
 * Finds out what the files mean: loads them into a database of the scratch server, migrations first, and reads that.
 *
 * Databases are kept by what went into them, so that unchanged files cost a few milliseconds, and an edited one a copy
 * of what the migrations have made. Throws what is wrong with the files, all that one pass finds: WD407, WD410 to WD415,
 * WD417, WD418, WD446 to WD449.
 */
export async function loadDesired(input: DesiredInput): Promise<Desired> {
  const files = await readFiles(input.tree, input.translate);
  const server = await ScratchServer.open(input);
  try {
    const loaded = await desiredDatabase(server, input, files);
    const settled = tidy(server, input, loaded);
    const { model, migrationKeys, origins, hints, roles, hash, database, how, connect: open } = loaded;
    return {
      ...{ model, migrationKeys, origins, hints, roles, hash, database, how, connect: open },
      sources: sourcesOf(files),
      superuser: input.scratch.user,
      leaveOut: input.leaveOut,
      settled,
    };
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

interface Loaded extends Notes, Pick<Desired, "how"> {
  readonly hash: string;
  readonly database: string;
  readonly base: string;
  readonly connect: Desired["connect"];
}

async function desiredDatabase(server: ScratchServer, input: DesiredInput, files: DesiredFiles): Promise<Loaded> {
  const prefix = input.prefix ?? "howdah";
  const { roles, leaveOut, database: live = null, cacheKey } = input;
  const head = { format, core: coreVersion(), version: await versionOf(server), roles, leaveOut, live, cacheKey };
  const baseHash = hashOf(
    head,
    files.migrations.map((migration) => migration.source),
  );
  const hash = hashOf({ baseHash }, [...files.schema, ...files.functions.flatMap(decisiveTexts)]);
  const names = { base: `${prefix}_base_${short(baseHash)}`, database: `${prefix}_desired_${short(hash)}` };
  const place = { ...names, hash, connect: async () => connectTo(names, input, files) };
  const known = await server.find(names.database);
  if (known !== undefined) return { ...place, ...notesOf(known), how: "found" };
  return { ...place, ...(await build(server, input, files, names)) };
}

/** Names of the databases that hold what there is before the declared files, and all of it. */
interface Names {
  readonly base: string;
  readonly database: string;
}

/** A process beside may have gone on with the database to what its files say: then it is made anew. */
async function connectTo(names: Names, input: DesiredInput, files: DesiredFiles): Promise<Connection> {
  const target = { ...input.scratch, database: names.database };
  const open = async (): Promise<Connection> => connect(target, { applicationName: "howdah desired" });
  try {
    return await open();
  } catch (error) {
    if (sqlstateOf(error) !== "3D000") throw error;
  }
  await using server = await ScratchServer.open(input);
  await made(server, await workOf(server, input, files, names), names.database);
  return await open();
}

async function build(
  server: ScratchServer,
  input: DesiredInput,
  files: DesiredFiles,
  names: Names,
): Promise<Notes & Pick<Desired, "how">> {
  const work = await workOf(server, input, files, names);
  const again = await reused(server, work, names.database);
  if (again !== undefined) return { ...again, how: "again" };
  return { ...(await made(server, work, names.database)), how: "afresh" };
}

async function workOf(
  server: ScratchServer,
  input: DesiredInput,
  files: DesiredFiles,
  names: Names,
): Promise<LoadInput> {
  const units = await loadUnits(files, join(input.cacheFolder, "read"));
  const roles = await mirrorRoles(server.session, input);
  const before = await baseModel(server, names.base, { ...input, migrations: files.migrations });
  throwAll(ownedElsewhere(units.units, relationsOf(before.facts.values()), input.leaveOut));
  return { input, units, roles, before, base: names.base };
}

async function made(server: ScratchServer, work: LoadInput, database: string): Promise<Notes> {
  return await ensureNotes(server, work, { database, template: work.base }, async (target) => load(target, work));
}

/** From the load before, where little has changed since. */
async function reused(server: ScratchServer, work: LoadInput, database: string): Promise<Notes | undefined> {
  const last = await server.newest(`${work.input.prefix ?? "howdah"}_desired_`);
  const notes = last === undefined ? undefined : notesOf(last);
  if (last === undefined || notes?.base !== work.base) return undefined;
  const reuse = planReuse(work.units.units, notes);
  if (reuse === undefined) return undefined;
  try {
    const recipe = { database, template: last.database, takes: true };
    return await ensureNotes(server, work, recipe, async (target) => loadAgain(target, work, notes, reuse));
  } catch (error) {
    // A mistake in the files is told by the load of all of them: it finds every one.
    if (error instanceof NotReusable || error instanceof AppError) return undefined;
    throw error;
  }
}

async function ensureNotes(
  server: ScratchServer,
  { input }: LoadInput,
  recipe: Omit<Recipe, "owner" | "make">,
  work: (target: Target) => Promise<Notes>,
): Promise<Notes> {
  let loaded: Notes | undefined;
  const kept = await server.ensure({
    ...recipe,
    owner: input.roles.owner,
    make: async (target) => {
      loaded = await work(target);
      return notesToText(loaded);
    },
  });
  if (loaded !== undefined) lastNotes = { id: kept.id, notes: loaded };
  return loaded ?? notesOf(kept);
}

/** Of the load that was used last: while one watches, the next begins with it. */
let lastNotes: { readonly id: string; readonly notes: Notes } | undefined;

function notesOf({ id, notes }: Kept): Notes {
  if (lastNotes?.id !== id) {
    using lines = notes();
    lastNotes = { id, notes: notesFromLines(lines) };
  }
  return lastNotes.notes;
}

/** Of the base that was used last: it changes with the migrations alone. */
let lastBase: { readonly id: string; readonly model: Model } | undefined;

async function baseModel(server: ScratchServer, database: string, input: BaseInput): Promise<Model> {
  const { id, notes } = await server.ensure({
    ...{ database, template: "template0", owner: input.roles.owner },
    make: async (target) => makeBase(target, input),
  });
  if (lastBase?.id !== id) {
    using lines = notes();
    lastBase = { id, model: modelFromLines(lines) };
  }
  return lastBase.model;
}

async function tidy(server: ScratchServer, { prefix = "howdah" }: DesiredInput, kept: Loaded): Promise<void> {
  try {
    await server.tidy(`${prefix}_base_`, new Set([kept.base]));
    await server.tidy(`${prefix}_desired_`, new Set([kept.database]));
  } catch {
    // The server may have been stopped; the next run tidies up as well.
  } finally {
    await server[Symbol.asyncDispose]().catch(() => {});
  }
}

function sourcesOf({ schema, functions }: DesiredFiles): ReadonlyMap<string, SourceText> {
  return new Map([...schema, ...functions].map((source) => [source.file, source]));
}

async function versionOf(server: ScratchServer): Promise<string> {
  const [row] = await server.session.query<{ version: string }>(
    sql`select pg_catalog.current_setting('server_version_num') as version`,
  );
  return row?.version ?? "";
}

function hashOf(head: object, sources: readonly SourceText[]): string {
  const hash = createHash("sha256").update(JSON.stringify(head));
  for (const { file, text } of sources) hash.update(`\0${file}\0${text.length}\0${text}`);
  return hash.digest("hex");
}

/** Names of databases have 63 bytes at most. */
function short(hash: string): string {
  return hash.slice(0, 24);
}
