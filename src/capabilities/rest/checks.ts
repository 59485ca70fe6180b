import type { App, AssemblyApp, Finding } from "../../capability/index.ts";
import { AppError } from "../../errors/index.ts";
import { sqlFiles, type Connection } from "../../postgres/index.ts";
import type { ProjectSettings } from "./project-settings.ts";

const text = sqlFiles(new URL("./run/sql/", import.meta.url));

/** A table that strangers reach, and nothing but its grants says which rows. */
interface UnguardedTable {
  readonly name: string;
  readonly writable: boolean;
}

/** Tables of the exposed schemas that the anonymous role may use and that have no row security. */
async function unguardedTables(
  connection: Pick<Connection, "query">,
  anon: string,
  schemas: readonly string[],
): Promise<readonly UnguardedTable[]> {
  return await connection.query<{ name: string; writable: boolean }>({
    text: text("unguarded"),
    values: [anon, schemas],
  });
}

/** What `howdah doctor` asks: whether strangers reach tables without row security. */
export async function* checks(app: App<ProjectSettings>): AsyncIterable<Finding> {
  await using connection = await app.connect();
  const found = await unguardedTables(connection, app.config.roles.anon, app.settings.schemas);
  if (found.length === 0) {
    yield { kind: "ok", name: "rest", message: "every table that strangers reach has row security" };
    return;
  }
  for (const table of found)
    yield { kind: "warning", name: "rest", message: sentence(table, app.config.roles.anon), hint };
}

/** What `howdah run` and `howdah migrate` warn of behind an assembly: each as WD679. */
export async function review(
  app: AssemblyApp<ProjectSettings>,
  connection: Pick<Connection, "query">,
): Promise<readonly AppError[]> {
  const { anon } = app.config.roles;
  const found = await unguardedTables(connection, anon, app.settings.schemas);
  return found.map((table) => new AppError("WD679", sentence(table, anon), { hint }));
}

/** Says in production's log which tables are open to strangers: at the start, and what is new after each assembly. */
export function warnOfUnguarded(app: App<ProjectSettings>, signal: AbortSignal): void {
  // Developers are told where they look: by what assembles.
  if (app.mode === "development") return;
  const { anon } = app.config.roles;
  const told = new Set<string>();
  const look = async (): Promise<void> => {
    await using connection = await app.connect();
    for (const table of await unguardedTables(connection, anon, app.settings.schemas)) {
      if (told.has(table.name)) continue;
      told.add(table.name);
      app.log.warn({ hint }, sentence(table, anon));
    }
  };
  // Who is told of it can wait for it, and nothing is served the worse where the database is away.
  const lookLater = (): void =>
    void look().catch((error: unknown) => app.log.debug({ error: String(error) }, "not checked"));
  const unsubscribe = app.on(({ kind }) => kind === "assembled" && lookLater());
  signal.addEventListener("abort", unsubscribe, { once: true });
  lookLater();
}

function sentence({ name, writable }: UnguardedTable, anon: string): string {
  return `${anon} may ${writable ? "change" : "read"} every row of ${name}, which has no row security`;
}

const hint = "alter table … enable row level security, and say with policies which rows; or revoke the grant";
