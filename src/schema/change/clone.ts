import { createHash } from "node:crypto";
import { planDiff, readModel, type Model, type ReadOptions } from "../../diff/index.ts";
import { connect, quoteIdentifier, sql, type Connection, type Target, type Transaction } from "../../postgres/index.ts";
import { coreVersion, ensureCoreSchema } from "../core.ts";
import { applySettings } from "../session.ts";
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
  /** Fingerprints of what `before` does. */
  readonly cacheKey: readonly string[];
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

/**
 * A database with this schema, which belongs to the role. Of a whole schema it is a copy of a clone that is kept; an excerpt is
 * made anew, in a copy of a database that holds nothing of the project: copying the files of 5,000 tables takes longer than
 * anything that is tried there.
 */
export async function tryOut(scratch: Target, schema: TriedSchema, options: CloneOptions): Promise<Trial> {
  const { prefix = "howdah", owner } = options;
  const { model, isExcerpt } = schema;
  const name = `${prefix}_trial_${process.pid}_${Date.now()}`;
  const target = { ...scratch, database: name };
  const admin = await connect(scratch, { applicationName: "howdah scratch" });
  const drop = async (): Promise<void> => {
    await admin.execute(`drop database if exists ${quoteIdentifier(name)} with (force)`);
    await admin.close();
  };
  try {
    const place = { scratch, options };
    const template = isExcerpt ? await bareOnce(admin, place) : await madeOnce(admin, { ...place, live: model });
    await admin.execute(
      `create database ${quoteIdentifier(name)} template ${quoteIdentifier(template)} strategy file_copy owner ${quoteIdentifier(owner)}`,
    );
    if (isExcerpt) await inTransaction(target, async (tx) => fill(tx, model, options));
    const connection = await connect(target, { applicationName: "howdah scratch" });
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

/** What a plan is tried out on. */
export interface TriedSchema {
  readonly model: Model;
  /** True for a part of a schema; see `excerptOf`. */
  readonly isExcerpt: boolean;
}

async function madeOnce(
  admin: Connection,
  { scratch, live, options }: { scratch: Target; live: Model; options: CloneOptions },
): Promise<string> {
  const { prefix = "howdah" } = options;
  const name = `${prefix}_live_${fingerprintOf(live).slice(0, 24)}`;
  const [known] = await admin.query(sql`select from pg_catalog.pg_database where datname = ${name}`);
  if (known !== undefined) return name;
  await make(admin, {
    ...{ scratch, name, options },
    work: async (tx) => {
      await options.before?.(tx);
      await fill(tx, live, options);
    },
  });
  await tidyUp(admin, `${prefix}_live_`, name);
  return name;
}

/** With what the schema stands on and nothing of it. */
async function bareOnce(
  admin: Connection,
  { scratch, options }: { scratch: Target; options: CloneOptions },
): Promise<string> {
  const { prefix = "howdah", cacheKey, owner } = options;
  const key = createHash("sha256").update(JSON.stringify([coreVersion(), cacheKey, owner]));
  const name = `${prefix}_bare_${key.digest("hex").slice(0, 24)}`;
  const [known] = await admin.query(sql`select from pg_catalog.pg_database where datname = ${name}`);
  if (known !== undefined) return name;
  await make(admin, {
    ...{ scratch, name, options },
    work: async (tx) => {
      await applySettings(tx, { owner, lockTimeoutMs: 10_000 });
      await ensureCoreSchema(tx);
      await options.before?.(tx);
    },
  });
  await tidyUp(admin, `${prefix}_bare_`, name);
  return name;
}

interface Making {
  readonly scratch: Target;
  readonly name: string;
  readonly options: CloneOptions;
  readonly work: (tx: Transaction) => Promise<void>;
}

/** Under another name until it is whole: a crash leaves nothing that looks finished. */
async function make(admin: Connection, { scratch, name, options, work }: Making): Promise<void> {
  const draft = `${options.prefix ?? "howdah"}_draft_${process.pid}_${Date.now()}`;
  await admin.execute(
    `create database ${quoteIdentifier(draft)} template template0 owner ${quoteIdentifier(options.owner)}`,
  );
  try {
    await inTransaction({ ...scratch, database: draft }, work);
    await admin.execute(`alter database ${quoteIdentifier(draft)} rename to ${quoteIdentifier(name)}`);
  } catch (error) {
    await admin.execute(`drop database if exists ${quoteIdentifier(draft)} with (force)`);
    throw error;
  }
}

async function inTransaction(target: Target, work: (tx: Transaction) => Promise<void>): Promise<void> {
  await using connection = await connect(target, { applicationName: "howdah scratch" });
  await connection.transaction(work);
}

async function fill(tx: Transaction, schema: Model, { read }: CloneOptions): Promise<void> {
  await tx.execute("set local role none; set local check_function_bodies = off");
  const empty = await readModel(tx, read);
  const [row] = await tx.query<{ role: string }>(sql`select current_user as role`);
  const statements = planDiff(empty, schema, { role: row?.role }).actions.flatMap((action) => action.statements);
  for (let at = 0; at < statements.length; at += atOnce)
    await tx.execute(atOnceText(statements.slice(at, at + atOnce)));
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
