import { ident, relationOf, type Action, type Fact } from "../../../diff/index.ts";
import { filling } from "./filling.ts";
import type { OnlineForm, Scene } from "./form.ts";
import { settingNotNull } from "./not-null-form.ts";

/**
 * A new column of a large table whose rows each get a value of their own: the column comes without, and the rows are
 * filled behind the transaction, batch after batch; NOT NULL follows when all are.
 */
export function columnForm(action: Action, scene: Scene): OnlineForm | undefined {
  const { verb, to } = action;
  if (verb !== "create" || to?.kind !== "column" || !scene.isBig(to) || isInKey(to, scene)) return undefined;
  const parts = backfilled(action, to) ?? (scene.isRewriting(to) ? withDefault(action, to) : undefined);
  if (parts === undefined) return undefined;
  const fill = filling(to, parts.value);
  const rest = to.props["notNull"] === true ? settingNotNull(to, fill) : [];
  return { transaction: [{ ...action, statements: parts.statements }], after: [fill, ...rest] };
}

/** A primary key takes no column that may be null. */
function isInKey({ parent, name }: Fact, { wanted }: Scene): boolean {
  return [...wanted.facts.values()].some(
    ({ kind, parent: table, props }) =>
      kind === "constraint" &&
      table === parent &&
      props["type"] === "primary key" &&
      JSON.stringify(props["columns"]).includes(JSON.stringify(name)),
  );
}

interface Parts {
  readonly value: string;
  readonly statements: readonly string[];
}

/** With `@backfill`: the column comes nullable, is filled, gets its default and NOT NULL. */
function backfilled({ statements }: Action, to: Fact): Parts | undefined {
  const [table, name] = [relationOf(to), ident(to.name)];
  const head = `update ${table} set ${name} = `;
  const update = statements.find((statement) => statement.startsWith(head));
  if (update === undefined) return undefined;
  const notNull = `alter table ${table} alter column ${name} set not null`;
  return {
    value: update.slice(head.length),
    statements: statements.filter((statement) => statement !== update && statement !== notNull),
  };
}

/** The default comes last in a column's clause. */
function withDefault({ statements, inlined }: Action, to: Fact): Parts | undefined {
  const [addition = "", ...rest] = statements;
  const fact = inlined.find(({ kind, parent }) => kind === "default" && parent === to.key);
  const value = String(fact?.props["expression"]);
  const clause = ` default ${value}`;
  if (fact === undefined || !addition.endsWith(clause)) return undefined;
  const bare = addition.slice(0, -clause.length).replace(/ not null$/, "");
  const set = `alter table ${relationOf(to)} alter column ${ident(to.name)} set default ${value}`;
  return { value, statements: [bare, set, ...rest] };
}
