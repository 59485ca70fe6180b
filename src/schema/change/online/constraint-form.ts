import { ident, qualified, relationOf, type Action, type Fact } from "../../../diff/index.ts";
import { besides, temporaryName, type OnlineForm, type Scene } from "./form.ts";
import { buildingOf } from "./index-form.ts";

/** Constraints of a large table: keys by an index that is built ahead, the others checked behind the transaction. */
export function constraintForm(action: Action, scene: Scene): OnlineForm | undefined {
  const { to } = action;
  if (to?.kind !== "constraint" || !scene.isBig(to)) return undefined;
  if (action.verb === "alter") return action.aspect === "validation" ? validation(action) : undefined;
  if (action.verb !== "create") return undefined;
  const type = to.props["type"];
  if (type === "check" || type === "foreign key") return notValid(action, to, scene);
  return type === "unique" || type === "primary key" ? byIndex(action, to, scene) : undefined;
}

/** One that stands and is not valid yet; NOT VALID to VALID alone. */
function validation(action: Action): OnlineForm | undefined {
  const steps = action.statements.map((statement) => ({ object: action.to?.key ?? "", statement }));
  const isPlain = steps.every(({ statement }) => / validate constraint /.test(statement));
  return isPlain ? { transaction: [], after: steps } : undefined;
}

/** New rows are checked from now on; those that are there without a lock that anybody would feel. */
function notValid(action: Action, to: Fact, { live }: Scene): OnlineForm | undefined {
  const [addition = "", ...rest] = action.statements;
  if (
    !/^alter table .*\n {2}add /.test(addition) ||
    to.props["notValid"] === true ||
    to.props["notEnforced"] === true
  ) {
    return undefined;
  }
  if (to.props["type"] === "foreign key" && to.props["partitioned"] === true && live.major < 18) return undefined;
  return {
    transaction: [{ ...action, statements: [`${addition} not valid`, ...rest] }],
    after: [{ object: to.key, statement: `alter table ${relationOf(to)} validate constraint ${ident(to.name)}` }],
  };
}

function byIndex(action: Action, to: Fact, scene: Scene): OnlineForm | undefined {
  const { partitioned, temporal, definition } = to.props;
  if (partitioned === true || temporal === true || !scene.isSettled(to)) return undefined;
  const key = keyOfDefinition(String(definition));
  if (key === undefined) return undefined;
  const name = temporaryName(to.name);
  const held = besides(to, "index", name, scene);
  const isBuilt = held !== undefined && isSame(held, to, key);
  return {
    before: isBuilt ? [] : [buildingOf(to, name, creation(to, key))],
    transaction: [{ ...action, statements: [adding(to, name), ...action.statements.slice(1)] }],
    uses: held === undefined ? [] : [held.key],
  };
}

/** Of a key's definition: `PRIMARY KEY (a)`, `UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b)` → as an index has it. */
export function keyOfDefinition(definition: string): string | undefined {
  const [, distinct, columns] = /^(?:PRIMARY KEY|UNIQUE( NULLS NOT DISTINCT)?) (\(.*\))$/s.exec(definition) ?? [];
  return columns === undefined ? undefined : `${columns}${distinct ?? ""}`;
}

function creation(to: Fact, key: string): string {
  const { options = [], tablespace } = indexOf(to);
  return [
    `create unique index x on ${relationOf(to)} ${key.replace(" INCLUDE ", " include ").replace(" NULLS NOT DISTINCT", " nulls not distinct")}`,
    options.length === 0 ? "" : ` with (${options.join(", ")})`,
    tablespace === undefined ? "" : ` tablespace ${ident(tablespace)}`,
  ].join("");
}

function isSame({ props }: Fact, to: Fact, key: string): boolean {
  const { options, tablespace } = indexOf(to);
  if (props["invalid"] === true || props["unique"] !== true || props["predicate"] !== undefined) return false;
  return (
    props["definition"] === key &&
    props["tablespace"] === tablespace &&
    JSON.stringify(props["options"]) === JSON.stringify(options)
  );
}

function indexOf(to: Fact): { readonly options?: readonly string[]; readonly tablespace?: string } {
  return to.props["index"] ?? {};
}

/** The index takes the constraint's name with it. */
export function adding(to: Fact, name: string): string {
  const { type, deferrable, deferred } = to.props;
  const when = [deferrable === true ? " deferrable" : "", deferred === true ? " initially deferred" : ""].join("");
  return `alter table ${relationOf(to)}\n  add constraint ${ident(to.name)} ${String(type)} using index ${ident(name)}${when}`;
}

/** The statement that takes away what is there for the time of a change only. */
export function dropTemporary(fact: Fact): string {
  const table = relationOf(fact);
  switch (fact.kind) {
    case "index":
      return `drop index concurrently if exists ${qualified(fact.schema, fact.name)}`;
    case "trigger":
      return `drop trigger if exists ${ident(fact.name)} on ${table}; drop function if exists howdah.${ident(fact.name)}()`;
    case "column":
      return `alter table ${table} drop column if exists ${ident(fact.name)}`;
    default:
      return `alter table ${table} drop constraint if exists ${ident(fact.name)}`;
  }
}
