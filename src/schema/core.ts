import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { AppError } from "../errors/index.ts";
import { sql, type Transaction } from "../postgres/index.ts";

/** Name of the channel that tells of each release, its hash as the payload. */
export const releaseChannel = "howdah";

/** The version of the core schema that knows what files declare. */
export const declaredSince = 2;

interface CoreStep {
  readonly number: number;
  readonly name: string;
  readonly text: string;
}

let known: readonly CoreStep[] | undefined;

/** The newest version of the core schema that this howdah knows. */
export function coreVersion(): number {
  return coreSteps().at(-1)?.number ?? 0;
}

/**
 * Makes the schema `howdah` or brings it up to date; true when it did something.
 *
 * As the owner, inside a transaction that holds the assembly's lock. A schema of that name which howdah did not make is
 * refused (WD430), and so is one that a newer howdah has written (WD431).
 */
export async function ensureCoreSchema(tx: Transaction): Promise<boolean> {
  const installed = await readCoreVersion(tx);
  const pending = coreSteps().filter((step) => step.number > installed);
  for (const step of pending) {
    await tx.execute(step.text);
    const checksum = createHash("sha256").update(step.text).digest("hex");
    await tx.query(sql`
      insert into howdah.version (number, name, checksum)
      values (${step.number}, ${step.name}, ${checksum})
    `);
  }
  return pending.length > 0;
}

/** The core schema's version in the database, 0 where there is none; throws WD430 and WD431. */
export async function readCoreVersion(tx: Pick<Transaction, "query">): Promise<number> {
  // Not by to_regnamespace: it may answer from the session's cache, which another session's commit has not reached yet
  // when a wait for the advisory lock ends; and to_regclass fails in a schema that this role may not use.
  const [state] = await tx.query<{ schema: boolean; versions: boolean }>(sql`
    select
      pg_catalog.count(distinct namespace.oid) > 0 as schema,
      pg_catalog.count(relation.oid) = 2 as versions
    from pg_catalog.pg_namespace as namespace
    left join pg_catalog.pg_class as relation
      on relation.relnamespace = namespace.oid
      and relation.relname in ('version', 'release')
    where namespace.nspname = 'howdah'
  `);
  if (state === undefined || !state.schema) return 0;
  if (!state.versions) throw foreignSchema();
  const [row] = await tx.query<{ number: number }>(sql`
    select coalesce(pg_catalog.max(number), 0) as number
    from howdah.version
  `);
  const installed = row?.number ?? 0;
  if (installed > coreVersion()) throw newerDatabase(installed);
  return installed;
}

function foreignSchema(): AppError {
  return new AppError("WD430", "the schema howdah of this database is not howdah's", {
    detail: "it exists, without the table howdah.version",
    hint: "rename it (alter schema howdah rename to …), or use another database",
  });
}

function newerDatabase(installed: number): AppError {
  return new AppError("WD431", "this database was assembled by a newer howdah", {
    detail: `its schema howdah has version ${installed}, this howdah knows ${coreVersion()}`,
    hint: "upgrade howdah: npm install howdah@latest",
  });
}

function coreSteps(): readonly CoreStep[] {
  known ??= readdirSync(new URL("./sql/", import.meta.url))
    .filter((file) => /^\d+_\w+\.sql$/.test(file))
    .toSorted()
    .map((file) => ({
      number: Number.parseInt(file, 10),
      name: file.replace(/^\d+_|\.sql$/g, ""),
      text: readFileSync(new URL(`./sql/${file}`, import.meta.url), "utf8"),
    }));
  return known;
}
