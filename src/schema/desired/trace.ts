import type { Transaction } from "../../postgres/index.ts";
import type { Unit } from "./unit.ts";

/**
 * Notes which objects a statement makes whose text does not tell: DO blocks, extensions, operators and the like. Postgres
 * says it to an event trigger, which stands only as long as the transaction.
 */
export interface Trace {
  /** The statements that run `text` and note what it makes. */
  around(unit: Unit, text: string): readonly string[];
  /** Takes the event trigger away; the addresses (`class/oid/column`) that each unit has made. */
  finish(tx: Transaction): Promise<ReadonlyMap<string, Unit>>;
}

/** Begins to trace where any of the units needs it. */
export async function startTrace(tx: Transaction, units: readonly Unit[]): Promise<Trace> {
  const traced = units.filter((unit) => isOpaque(unit));
  if (traced.length === 0) return { around: (_, text) => [text], finish: async () => new Map<string, Unit>() };
  await tx.execute(start);
  return {
    around(unit, text) {
      const number = traced.indexOf(unit);
      return number === -1 ? [text] : [note(String(number)), text, note("")];
    },
    finish: (at) => finish(at, traced),
  };
}

async function finish(tx: Transaction, traced: readonly Unit[]): Promise<ReadonlyMap<string, Unit>> {
  // Event triggers of the files stand by now: they are not to see what is ours go.
  await tx.execute("reset all; reset role; set local session_replication_role = replica");
  const rows = await tx.query<{ number: number; address: string }>({
    text: `
      select distinct on (address) number, address
      from howdah_trace.noted
      order by address, number`,
    values: [],
  });
  await tx.execute("drop event trigger howdah_trace; drop schema howdah_trace cascade; reset session_replication_role");
  return new Map(
    rows.flatMap(({ number, address }): [string, Unit][] => {
      const unit = traced[number];
      return unit === undefined ? [] : [[address, unit]];
    }),
  );
}

function note(number: string): string {
  return `select pg_catalog.set_config('howdah.statement', '${number}', true)`;
}

/** Kinds whose syntax tells all names that they make; see `place.ts`. */
const plain = new Set([
  "CreateStmt",
  "CreateForeignTableStmt",
  "ViewStmt",
  "CreateTableAsStmt",
  "CreateSeqStmt",
  "CompositeTypeStmt",
  "CreateEnumStmt",
  "CreateDomainStmt",
  "AlterTableStmt",
  "IndexStmt",
  "CreateTrigStmt",
  "CreatePolicyStmt",
  "RuleStmt",
  "CreateRoleStmt",
  "AlterRoleStmt",
  "AlterRoleSetStmt",
  "GrantStmt",
  "GrantRoleStmt",
  "CommentStmt",
  "AlterOwnerStmt",
  "AlterDatabaseSetStmt",
  "AlterDatabaseStmt",
  "CreateEventTrigStmt",
]);

/**
 * True where the text of a statement does not tell what it makes. Routines of functions/ are known by the ledger's
 * means; there are hundreds of them.
 */
export function isOpaque({ statement, declaration }: Unit): boolean {
  if (declaration !== undefined) return false;
  if (statement.kind !== "CreateSchemaStmt") return !plain.has(statement.kind);
  const { node } = statement;
  return "CreateSchemaStmt" in node && (node.CreateSchemaStmt.schemaElts ?? []).length > 0;
}

const start = `
  create schema howdah_trace;
  create table howdah_trace.noted (number integer not null, address text not null);
  create function howdah_trace.note() returns event_trigger
  language plpgsql
  security definer -- the owner of the project's objects may not write here
  set search_path = ''
  as $$
  begin
    if coalesce(pg_catalog.current_setting('howdah.statement', true), '') <> '' then
      insert into howdah_trace.noted (number, address)
      select
        pg_catalog.current_setting('howdah.statement')::integer,
        pg_catalog.concat(classid, '/', objid, '/', objsubid)
      from pg_catalog.pg_event_trigger_ddl_commands()
      where objid is not null;
    end if;
  end
  $$;
  grant usage on schema howdah_trace to public;
  grant execute on function howdah_trace.note() to public;
  create event trigger howdah_trace on ddl_command_end execute function howdah_trace.note();
`;
