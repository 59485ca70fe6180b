import type { Fact } from "../fact.ts";
import type { Context, Kind } from "../kind.ts";
import { ident, relationOf } from "../name.ts";
import { defaultExpression } from "./column-clause.ts";
import { alterRelation } from "./column-props.ts";
import { hasHeirs } from "./lineage.ts";

/** Defaults of columns: apart from them, since an expression may need what needs the table. */
export const columnDefault: Kind = {
  kind: "default",
  query: "default",
  noun: (fact) => `column ${relationOf(fact)}.${ident(fact.name)}`,
  create: (fact, context) => [setting(fact, context)],
  drop: (fact, context) => [`${alterColumn(fact, context)} drop default`],
  alter: (_, to, context) => [{ aspect: "default", statements: [setting(to, context)] }],
  inline: () => "when possible",
  // One column has one of them: what goes leaves before what comes.
  slots: (fact) => [`default of ${fact.parent ?? ""}`],
};

function setting(fact: Fact, context: Context): string {
  return `${alterColumn(fact, context)} set default ${defaultExpression(fact)}`;
}

/** By its column, which may have been renamed since the default got its key. Heirs have defaults of their own. */
function alterColumn(fact: Fact, context: Context): string {
  const { from, to } = context;
  const column = to.facts.get(fact.parent ?? "") ?? from.facts.get(fact.parent ?? "") ?? fact;
  return `${alterRelation(column, hasHeirs(column.parent, context))} alter column ${ident(column.name)}`;
}
