import { AppError } from "../errors/index.ts";
import { quoteIdentifier, type Transaction } from "../postgres/index.ts";
import { catalogSnapshot, objectName, type CatalogObject } from "./catalog-snapshot.ts";
import { ensureLedger } from "./install-capability.ts";

/** An object outside of a capability's schema that it declared with howdah.own. */
export type DeclaredObject = Pick<CatalogObject, "kind" | "identity">;

/** What a capability declared, newest first. */
export async function declaredObjects(tx: Transaction, name: string): Promise<readonly DeclaredObject[]> {
  return tx.query<DeclaredObject>({
    text: "select kind, identity from howdah.owned_object where capability = $1 order by id desc",
    values: [name],
  });
}

/**
 * Drops what a capability installed, with its data: the objects that it declared outside of its schema, newest first,
 * then the schema and its rows of the ledger. Returns false when it was not installed.
 *
 * Throws WD611, with nothing dropped, where objects of others depend on it and would go with it.
 */
export async function uninstallCapability(tx: Transaction, name: string): Promise<boolean> {
  await ensureLedger(tx);
  const [capability] = await tx.query<{ schema: string }>({
    text: "select schema_name as schema from howdah.capability where name = $1",
    values: [name],
  });
  if (capability === undefined) return false;
  await tx.savepoint(async () => {
    const owned = await declaredObjects(tx, name);
    const before = await catalogSnapshot(tx);
    await tx.execute("set local client_min_messages = warning");
    for (const object of owned) await tx.execute(dropStatement(object));
    await tx.execute(`drop schema if exists ${quoteIdentifier(capability.schema)} cascade`);
    await tx.execute("set local client_min_messages to default");
    await tx.query({ text: "delete from howdah.capability where name = $1", values: [name] });
    const after = new Set((await catalogSnapshot(tx)).map(objectName));
    const lost = before.filter((object) => !after.has(objectName(object)));
    refuseLosses(
      name,
      lost.filter((object) => !isOwn(object, capability.schema, owned)),
    );
  });
  return true;
}

/** Whether an object is the capability's: in its schema, declared, or a part of what is declared. */
export function isOwn(object: CatalogObject, schema: string, declared: readonly DeclaredObject[]): boolean {
  if (object.schema === schema) return true;
  return declared.some(({ kind, identity }) => {
    if (object.kind === kind && object.identity === identity) return true;
    // Parts go with their whole: the constraint of a declared table, the column of a declared view.
    if (object.partOf === identity) return true;
    return object.identity.endsWith(` on ${identity}`) || object.identity.startsWith(`${identity}.`);
  });
}

function refuseLosses(name: string, losses: readonly CatalogObject[]): void {
  if (losses.length === 0) return;
  throw new AppError(
    "WD611",
    `${losses.length === 1 ? "an object" : `${losses.length} objects`} of others depend on the capability "${name}"`,
    {
      detail: losses.map(objectName).join("\n"),
      hint: "drop or change them first",
    },
  );
}

/** Kind and identity come from pg_identify_object, whose identities are quoted as DROP wants them. */
function dropStatement({ kind, identity }: DeclaredObject): string {
  if (kind === "table constraint") {
    const at = identity.lastIndexOf(" on ");
    return `alter table if exists ${identity.slice(at + 4)} drop constraint if exists ${identity.slice(0, at)}`;
  }
  if (kind === "table column") {
    const [, table = "", column = ""] = /^(.*)\.("(?:[^"]|"")+"|[^."]+)$/.exec(identity) ?? [];
    return `alter table if exists ${table} drop column if exists ${column}`;
  }
  return `drop ${kind === "statistics object" ? "statistics" : kind} if exists ${identity}`;
}
