import { AppError, AppErrors } from "../../../errors/index.ts";
import { sql, type Connection, type Transaction } from "../../../postgres/index.ts";
import type { ExtensionState, ServerState } from "./state.ts";
import type { WantedExtension } from "./wanted.ts";

/** One statement that an assembly runs for an extension. */
export interface ExtensionAction {
  readonly kind: "create" | "update";
  readonly name: string;
  readonly schema: string | undefined;
  /** Undefined: the server's default. */
  readonly version: string | undefined;
  /** Of an update: the versions that it goes through. */
  readonly path?: string | undefined;
  readonly trusted: boolean;
}

/** Statements, and the restarts (WD708) that have to come before them. */
export interface ExtensionPlan {
  readonly actions: readonly ExtensionAction[];
  readonly restarts: readonly AppError[];
}

/**
 * What has to be done for the database to have what is wanted; throws all that is in the way, found without changing
 * anything: WD711 the server lacks it, WD710 there is no way from the version that is there.
 */
export async function planExtensions(
  connection: Connection | Transaction,
  wanted: readonly WantedExtension[],
  state: ReadonlyMap<string, ExtensionState>,
  server: ServerState,
): Promise<ExtensionPlan> {
  const problems: AppError[] = [];
  const restarts: AppError[] = [];
  const actions: ExtensionAction[] = [];
  for (const extension of wanted) {
    const found = state.get(extension.name);
    const problem = obstacle(extension, found);
    if (problem !== undefined) problems.push(problem);
    if (problem !== undefined || found === undefined) continue;
    const own = await actionsFor(connection, extension, found, problems);
    actions.push(...own);
    const missing = extension.preload.filter((library) => server.preloaded?.includes(library) === false);
    if (missing.length > 0 && own.length > 0) restarts.push(notPreloaded(extension.name, missing, server));
  }
  throwFirst(problems);
  return { actions, restarts };
}

/** All of them as one, if there are any. */
export function throwFirst(problems: readonly AppError[]): void {
  const [first, ...rest] = problems;
  if (first !== undefined) throw new AppErrors([first, ...rest]);
}

function obstacle({ name, version, source }: WantedExtension, state: ExtensionState | undefined): AppError | undefined {
  if (state === undefined || state.defaultVersion === null) return lacking(name, source);
  const isThere = state.installed !== null && (version === undefined || state.installed === version);
  if (version === undefined || isThere || state.versions.includes(version)) return undefined;
  if (state.installed !== null) return undefined; // by an update
  return new AppError("WD711", `this server has another version of the extension ${name}`, {
    detail: `howdah.lock says ${version}, the server has ${state.versions.join(", ")}`,
    hint: `install that version on the server, or let the server decide: ${name} = { source = "server" } in [extensions]`,
  });
}

async function actionsFor(
  connection: Connection | Transaction,
  { name, version, schema }: WantedExtension,
  { installed, defaultVersion, trusted }: ExtensionState,
  problems: AppError[],
): Promise<readonly ExtensionAction[]> {
  if (installed === null) return [{ kind: "create", name, schema, version, trusted }];
  const target = version ?? defaultVersion ?? installed;
  // What the server has by itself is updated with it, by whoever administers it.
  if (version === undefined || installed === target) return [];
  const path = await updatePath(connection, name, installed, target);
  if (path === undefined) problems.push(noPath(name, installed, target));
  return path === undefined ? [] : [{ kind: "update", name, schema: undefined, version: target, path, trusted }];
}

/** "1.0--1.1--2.0", the shortest chain of scripts, as Postgres would take it. */
async function updatePath(
  connection: Connection | Transaction,
  name: string,
  from: string,
  to: string,
): Promise<string | undefined> {
  const [row] = await connection.query<{ path: string | null }>(sql`
    select path
    from pg_catalog.pg_extension_update_paths(${name}::pg_catalog.name)
    where source = ${from} and target = ${to}
  `);
  return row?.path ?? undefined;
}

function lacking(name: string, source: string): AppError {
  return new AppError("WD711", `this server does not have the extension ${name}`, {
    detail: `pg_available_extensions does not list it${source === "server" ? "" : `; howdah.lock takes it from ${source}`}`,
    hint: "install it on the server (and on every standby of it), or ask its provider which extensions there are",
  });
}

function notPreloaded(name: string, missing: readonly string[], server: ServerState): AppError {
  const wanted = [...(server.preloaded ?? []), ...missing].join(",");
  return new AppError("WD708", `the extension ${name} needs a restart of the server`, {
    detail: `${missing.join(", ")} ${missing.length === 1 ? "has" : "have"} to be loaded at its start`,
    hint: `set shared_preload_libraries = '${wanted}' and restart; howdah does so for a cluster of its own, in development`,
  });
}

function noPath(name: string, from: string, to: string): AppError {
  return new AppError("WD710", `the extension ${name} can't be brought from ${from} to ${to}`, {
    detail: "there is no chain of update scripts between these versions; the database was not touched",
    hint: `is it newer than howdah.lock? howdah update ${name}; otherwise drop and create it in a migration`,
  });
}
