import { planDiff, readModel, type Model, type ReadOptions } from "../../diff/index.ts";
import { connect, quoteIdentifier, sql, type Connection, type Target, type Transaction } from "../../postgres/index.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { atOnceText } from "./run-actions.ts";

/** So many statements are sent at once. */
const atOnce = 500;

/** How a clone is made. */
export interface CloneOptions {
  readonly read: ReadOptions;
  /** What the schema stands on and the model leaves out: howdah's own tables and those of capabilities. */
  readonly before?: ((tx: Transaction) => Promise<void>) | undefined;
  /** Whose database it is: there what `pg_database_owner` may is its. */
  readonly owner: string;
  /** How names of the project's databases begin on the scratch server; default "howdah". */
  readonly prefix?: string | undefined;
}

/**
 * A database of the scratch server with the schema of another one and no rows, made once for each such schema.
 *
 * What is tried there tells what it will do to the real one: which locks, which rewrites, and that it works at all.
 */
export async function cloneSchema(scratch: Target, live: Model, options: CloneOptions): Promise<Connection> {
  await using admin = await connect(scratch, { applicationName: "howdah scratch" });
  const name = await madeOnce(admin, { scratch, live, options });
  return await connect({ ...scratch, database: name }, { applicationName: "howdah scratch" });
}

/** A database to try a change out in, thrown away afterwards. */
export interface Trial extends AsyncDisposable {
  readonly connection: Connection;
}

/** A copy of such a clone, which belongs to the role. */
export async function tryOut(scratch: Target, live: Model, options: CloneOptions): Promise<Trial> {
  const { prefix = "howdah", owner } = options;
  const name = `${prefix}_trial_${process.pid}_${Date.now()}`;
  const admin = await connect(scratch, { applicationName: "howdah scratch" });
  const drop = async (): Promise<void> => {
    await admin.execute(`drop database if exists ${quoteIdentifier(name)} with (force)`);
    await admin.close();
  };
  try {
    const template = await madeOnce(admin, { scratch, live, options });
    await admin.execute(
      `create database ${quoteIdentifier(name)} template ${quoteIdentifier(template)} strategy file_copy owner ${quoteIdentifier(owner)}`,
    );
    const connection = await connect({ ...scratch, database: name }, { applicationName: "howdah scratch" });
    return {
      connection,
      [Symbol.asyncDispose]: async () => {
        await connection.close();
        await drop();
      },
    };
  } catch (error) {
    await drop();
    throw error;
  }
}

async function madeOnce(
  admin: Connection,
  { scratch, live, options }: { scratch: Target; live: Model; options: CloneOptions },
): Promise<string> {
  const { prefix = "howdah" } = options;
  const name = `${prefix}_live_${fingerprintOf(live).slice(0, 24)}`;
  const [known] = await admin.query(sql`select from pg_catalog.pg_database where datname = ${name}`);
  if (known !== undefined) return name;
  await make(admin, { scratch, live, name, options });
  await tidyUp(admin, `${prefix}_live_`, name);
  return name;
}

/** Under another name until it is whole: a crash leaves nothing that looks finished. */
async function make(
  admin: Connection,
  { scratch, live, name, options }: { scratch: Target; live: Model; name: string; options: CloneOptions },
): Promise<void> {
  const draft = `${options.prefix ?? "howdah"}_draft_${process.pid}_${Date.now()}`;
  await admin.execute(
    `create database ${quoteIdentifier(draft)} template template0 owner ${quoteIdentifier(options.owner)}`,
  );
  try {
    await fill({ ...scratch, database: draft }, live, options);
    await admin.execute(`alter database ${quoteIdentifier(draft)} rename to ${quoteIdentifier(name)}`);
  } catch (error) {
    await admin.execute(`drop database if exists ${quoteIdentifier(draft)} with (force)`);
    throw error;
  }
}

async function fill(target: Target, live: Model, options: CloneOptions): Promise<void> {
  await using connection = await connect(target, { applicationName: "howdah scratch" });
  await connection.transaction(async (tx) => {
    await options.before?.(tx);
    await tx.execute("set local role none; set local check_function_bodies = off");
    const empty = await readModel(tx, options.read);
    const [row] = await tx.query<{ role: string }>(sql`select current_user as role`);
    const statements = planDiff(empty, live, { role: row?.role }).actions.flatMap((action) => action.statements);
    for (let at = 0; at < statements.length; at += atOnce)
      await tx.execute(atOnceText(statements.slice(at, at + atOnce)));
  });
}

/** Clones of earlier schemas; whatever somebody is connected to stays. */
async function tidyUp(admin: Connection, prefix: string, kept: string): Promise<void> {
  const rows = await admin.query<{ name: string }>(sql`
    select datname as name
    from pg_catalog.pg_database
    where pg_catalog.starts_with(datname, ${prefix})
      and datname <> ${kept}
      and not exists (select from pg_catalog.pg_stat_activity where pg_stat_activity.datid = pg_database.oid)
  `);
  // Somebody may have come meanwhile: then it is left to the next time.
  for (const { name } of rows) await admin.execute(`drop database if exists ${quoteIdentifier(name)}`).catch(() => {});
}
