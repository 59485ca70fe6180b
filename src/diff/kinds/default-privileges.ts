import type { Transaction } from "../../postgres/index.ts";
import type { Fact, Privilege } from "../fact.ts";
import type { Context, Kind, Row } from "../kind.ts";
import type { DefaultPrivileges } from "../model.ts";
import { ident } from "../name.ts";
import { builtIn, privilegeStatements } from "../privileges.ts";
import { staticSql } from "../static-sql.ts";

interface DefaultPrivilegesProps {
  /** pg_default_acl.defaclobjtype. */
  readonly objectType: string;
  /** For all schemas: the whole list; for one: what comes on top. */
  readonly acl: readonly Privilege[];
}

/** ALTER DEFAULT PRIVILEGES, one fact a role, schema (or none) and type of objects: name, schema, args. */
export const defaultPrivileges: Kind = {
  kind: "default privileges",
  query: "default-privileges",
  noun: (fact) => `default privileges for ${fact.args ?? ""} of ${ident(fact.name)}`,
  create: (fact, context) => change(fact, untouched(fact, context), propsOf(fact).acl, context),
  drop: (fact, context) => change(fact, propsOf(fact).acl, untouched(fact, context), context),
  alter: (from, to, context) => [
    { aspect: "privileges", statements: change(to, propsOf(from).acl, propsOf(to).acl, context) },
  ],
};

/** What holds where there is no entry. */
function untouched(fact: Fact, { from: { major } }: Context): readonly Privilege[] {
  return fact.schema === null ? builtIn(propsOf(fact).objectType, fact.name, major) : [];
}

function change(
  fact: Fact,
  from: readonly Privilege[],
  to: readonly Privilege[],
  { from: { major } }: Context,
): readonly string[] {
  const schema = fact.schema === null ? "" : ` in schema ${ident(fact.schema)}`;
  const prefix = `alter default privileges for role ${ident(fact.name)}${schema}`;
  return privilegeStatements(fact.args ?? "", from, to, { prefix, major, owner: fact.name });
}

/** What ALTER DEFAULT PRIVILEGES has set, in all schemas. */
export async function readDefaultPrivileges(tx: Pick<Transaction, "query">): Promise<readonly DefaultPrivileges[]> {
  const rows = await tx.query<Row>({ text: staticSql("default-privileges"), values: [[], []] });
  return rows.map((row) => {
    const { objectType, acl } = row.props as unknown as DefaultPrivilegesProps;
    return { role: row.name, schema: row.schema, objectType, acl };
  });
}

function propsOf(fact: Fact): DefaultPrivilegesProps {
  return fact.props as unknown as DefaultPrivilegesProps;
}
