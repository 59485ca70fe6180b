import { AppError } from "../../../errors/index.ts";
import { connect, type Target } from "../../../postgres/index.ts";
import { emptySettings } from "../../../project/index.ts";
import { parseConnectionString } from "./connection-string.ts";
import { readEntry, type ConnectionEntry, type ConnectionSet, type PgpmConfig } from "./pgpm-config.ts";

/** Which databases of the sets are meant. */
export interface SetSelection {
  readonly environment: string;
  readonly product: string;
  /** Unique names; empty means all. */
  readonly names: readonly string[];
  /** All but the named ones. */
  readonly except: boolean;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

/** A database of a set, ready to be connected to. */
export interface SetTarget {
  readonly name: string;
  readonly environment: string;
  readonly product: string;
  readonly target: Target;
}

/** The databases of an environment and product, in the order in which they are listed; throws WD663 where there is none. */
export async function selectTargets(config: PgpmConfig, selection: SetSelection): Promise<readonly SetTarget[]> {
  const entries = (await Promise.all(config.sets.map(entriesOf))).flat();
  const { environment, product, names, except } = selection;
  const inSet = entries.filter((each) => each.environment === environment && each.product === product);
  const unknown = names.find((name) => !inSet.some(({ uniqueName }) => uniqueName === name));
  if (unknown !== undefined) throw noTarget(`no database "${unknown}" in ${environment} ${product}`, inSet);
  const chosen = inSet.filter(({ uniqueName }) => names.length === 0 || names.includes(uniqueName) !== except);
  if (chosen.length === 0) throw noTarget(`no database in ${environment} ${product}`, entries);
  return chosen.map((entry) => ({
    name: entry.uniqueName,
    environment: entry.environment,
    product: entry.product,
    target: targetOf(entry, selection),
  }));
}

async function entriesOf(set: ConnectionSet): Promise<readonly ConnectionEntry[]> {
  if (set.kind === "list") return set.entries;
  await using connection = await connect(parseConnectionString(set.connection), { applicationName: "howdah package" });
  const rows = await connection.query({ text: set.query, values: [] });
  return rows.map((row, at) => readEntry(emptySettings(set.name, set.name), row, ["payload", String(at)]));
}

function targetOf(entry: ConnectionEntry, { user, password }: SetSelection): Target {
  return {
    host: entry.host,
    port: entry.port,
    database: entry.dbname,
    user: user ?? entry.user ?? "postgres",
    password: entry.password ?? password,
  };
}

function noTarget(message: string, known: readonly ConnectionEntry[]): AppError {
  const names = known.map(({ environment, product, uniqueName }) => `${environment} ${product} ${uniqueName}`);
  return new AppError("WD663", message, {
    detail: names.length === 0 ? "the sets list none at all" : `listed: ${[...new Set(names)].join(", ")}`,
    hint: "databases are listed in connection_sets of ~/.pgpmconfig",
  });
}
