import { setImmediate } from "node:timers/promises";
import { sql, type Transaction } from "../postgres/index.ts";
import { planForCatalogs } from "./plan-for-catalogs.ts";
import { Addresses, eachDependence } from "./addresses.ts";
import { factKinds, keyOf, type Fact } from "./fact.ts";
import type { Row } from "./kind.ts";
import { kinds } from "./kinds.ts";
import { LinkList } from "./links.ts";
import { partsByParent, type Model } from "./model.ts";
import { readDefaultPrivileges } from "./kinds/default-privileges.ts";
import { staticSql } from "./static-sql.ts";

/** What of a database is read. */
export interface ReadOptions {
  /** Schemas that are somebody else's (howdah's own, those of capabilities): left out with all that is in them. */
  readonly leaveOut?: readonly string[] | undefined;
  /** Roles that are part of the schema; none when undefined. */
  readonly roles?: readonly string[] | undefined;
}

type Query = Pick<Transaction, "query" | "execute">;

/**
 * Reads the schema of the database; inside a transaction, which best is `repeatable read`, since it takes many queries.
 *
 * Needs no privileges beyond connecting. Members of extensions are no facts: what needs one needs the extension.
 */
export async function readModel(tx: Query, options: ReadOptions = {}): Promise<Model> {
  await setForReading(tx);
  const restore = await planForCatalogs(tx);
  const scope = await readScope(tx, options);
  const draft = new Draft(scope.members);
  const absent = new Set(
    (await tx.query<{ query: string }>({ text: staticSql("absent"), values: [] })).map(({ query }) => query),
  );
  const queries = [...new Set(Object.values(kinds).map((kind) => kind.query))].filter((query) => !absent.has(query));
  const asked = queries.map((query) => tx.query<Row>({ text: staticSql(query), values: [scope.left, scope.roles] }));
  // One that fails is thrown where it is waited for, and those behind it fail with it.
  for (const rows of asked) rows.catch(() => {});
  for (const rows of asked) {
    const found = await rows;
    // The next query is on its way before these rows are looked at: Postgres works meanwhile.
    await setImmediate();
    draft.take(found);
  }
  await restore();
  const dependences = await readDependences(tx);
  const defaultPrivileges = await readDefaultPrivileges(tx);
  const unmodelled = await readUnmodelled(tx, scope.left);
  return { major: scope.major, ...draft.finish(dependences), unmodelled, defaultPrivileges };
}

/** Deparsed text names everything in full, but for pg_catalog; numbers and times come out the same everywhere. */
export async function setForReading(tx: Pick<Transaction, "execute">): Promise<void> {
  await tx.execute(`
    set local search_path = '';
    set local datestyle = 'ISO, YMD';
    set local intervalstyle = 'postgres';
    set local timezone = 'UTC';
    set local extra_float_digits = 1;
    set local bytea_output = 'hex';
    set local quote_all_identifiers = off;
  `);
}

interface Scope {
  readonly major: number;
  /** Oids of the namespaces that are left out. */
  readonly left: readonly string[];
  readonly roles: readonly string[];
  /** Address of a member of an extension → address of the extension. */
  readonly members: ReadonlyMap<string, string>;
}

async function readScope(tx: Query, options: ReadOptions): Promise<Scope> {
  const [row] = await tx.query<{ major: number; left: readonly string[]; members: string | null }>(sql`
    select
      pg_catalog.current_setting('server_version_num')::integer / 10000 as major,
      (
        select pg_catalog.array_agg(oid::text)
        from pg_catalog.pg_namespace
        where nspname = any (${[...(options.leaveOut ?? [])]}::text[])
          or nspname = 'information_schema'
          or pg_catalog.starts_with(nspname, 'pg_')
      ) as left,
      (
        select pg_catalog.string_agg(
          pg_catalog.format('%s/%s/0 %s/%s/0', classid::oid, objid, refclassid::oid, refobjid), E'\n'
        )
        from pg_catalog.pg_depend
        where deptype = 'e'
      ) as members
  `);
  const members = (row?.members ?? "").split("\n").flatMap((line): [string, string][] => {
    const [member, extension] = line.split(" ");
    return member === undefined || extension === undefined ? [] : [[member, extension]];
  });
  return {
    major: row?.major ?? 0,
    left: row?.left ?? [],
    roles: options.roles ?? [],
    members: new Map(members),
  };
}

/** `class/oid/sub class/oid/sub type` a line: one text is far cheaper than a hundred thousand rows. */
async function readDependences(tx: Query): Promise<string> {
  const [row] = await tx.query<{ text: string | null }>({ text: staticSql("dependence"), values: [] });
  return row?.text ?? "";
}

/** Objects of kinds that the engine does not know, described by Postgres. */
async function readUnmodelled(tx: Query, left: readonly string[]): Promise<readonly string[]> {
  const rows = await tx.query<{ description: string }>({ text: staticSql("unmodelled"), values: [left] });
  return rows.map((row) => row.description);
}

/** A model that is being put together: each fact bears the number of its row. */
class Draft {
  readonly #members: Scope["members"];
  readonly #rows: Row[] = [];
  readonly #keys: string[] = [];
  readonly #addresses = new Addresses();

  constructor(members: Scope["members"]) {
    this.#members = members;
  }

  take(rows: readonly Row[]): void {
    for (const row of withoutMembers(rows, this.#members)) {
      const number = this.#rows.push(row) - 1;
      this.#keys.push(keyOf(row));
      this.#addresses.set(addressOf(row), number);
      for (const address of row.also ?? []) this.#addresses.set(address, number);
    }
  }

  finish(dependences: string): Pick<Model, "facts" | "parts" | "needs" | "neededBy"> {
    this.#foldMembers();
    const facts = new Map<string, Fact>();
    const links = this.#readLinks(dependences);
    for (const number of inOrder(this.#rows)) {
      const row = this.#rows[number] as Row;
      const above = row.parent === null ? undefined : this.#addresses.get(row.parent);
      const parent = above === undefined ? null : (this.#keys[above] ?? null);
      const fact = factOf(row, this.#keys[number] ?? "", parent);
      facts.set(fact.key, fact);
      if (parent === null || above === undefined) continue;
      // pg_depend knows no edge from a column to its table: both are one object there.
      if (fact.kind !== "sequence") links.add(number, above);
    }
    const numbers = new Map(this.#keys.map((key, number) => [key, number]));
    return { facts, parts: partsByParent(facts.values()), ...links.bothWays(numbers, this.#keys) };
  }

  /** What needs something that an extension brought needs the extension. */
  #foldMembers(): void {
    for (const [member, extension] of this.#members) {
      const number = this.#addresses.get(extension);
      if (number !== undefined) this.#addresses.set(member, number);
    }
  }

  #readLinks(text: string): LinkList {
    const links = new LinkList();
    const addresses = this.#addresses;
    eachDependence(text, ([classOid = 0, oid = 0, sub = 0, refClass = 0, refOid = 0, refSub = 0]) => {
      const dependent = addresses.at(classOid, oid, sub);
      const on = dependent === undefined ? undefined : addresses.at(refClass, refOid, refSub);
      if (dependent !== undefined && on !== undefined) links.add(dependent, on);
    });
    return links;
  }
}

/** What an extension brought is its own, and so are the parts of it. */
function withoutMembers(rows: readonly Row[], members: Scope["members"]): readonly Row[] {
  const isMember = (row: Row): boolean =>
    members.has(`${row.class}/${row.oid}/0`) ||
    (row.parent !== null && members.has(`${row.parent.slice(0, row.parent.lastIndexOf("/"))}/0`));
  return members.size === 0 ? rows : rows.filter((row) => row.kind === "extension" || !isMember(row));
}

function factOf(row: Row, key: string, parent: string | null): Fact {
  const { kind, schema, relation, name, args, owner, comment, acl, props } = row;
  const address = addressOf(row);
  return { kind, schema, relation, name, args, key, parent, address, owner, comment, acl: sorted(acl), props };
}

function sorted(acl: Row["acl"]): Fact["acl"] {
  if (acl === null || acl.length < 2) return acl;
  return acl.toSorted((a, b) => compareText(a.grantee + a.privilege, b.grantee + b.privilege));
}

function addressOf(row: Row): string {
  return `${row.class}/${row.oid}/${row.sub}`;
}

/** Numbers of the rows, by kind; within one, as the catalog gives them. */
function inOrder(rows: readonly Row[]): readonly number[] {
  const byKind = Map.groupBy(rows.keys(), (number) => rows[number]?.kind);
  return factKinds.flatMap((kind) => byKind.get(kind) ?? []);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
