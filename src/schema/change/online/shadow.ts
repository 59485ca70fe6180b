import { createHash } from "node:crypto";
import { ident, relationOf, type Action, type Fact } from "../../../diff/index.ts";
import { quoteIdentifier } from "../../../postgres/index.ts";
import { tokens } from "../../token.ts";
import { temporaryName } from "./form.ts";

/** The column that is filled beside another one, and what keeps it in step. */
export interface Shadow {
  /** The column whose place it takes, as it is wanted. */
  readonly of: Fact;
  /** The same under its temporary name. */
  readonly column: Fact;
  readonly trigger: string;
  /** What each row gets, of the row's own columns. */
  readonly value: string;
  /** True of rows that have not got it. */
  readonly differs: string;
  /** The comment that says that all rows have got it. */
  readonly mark: string;
  /** One statement string: all of it is made, or nothing. */
  readonly making: string;
  /** What takes it away again, whatever of it is there; writers first. */
  readonly removal: readonly string[];
}

/** Types that = compares as `is distinct from` needs it; of others a value that is there counts as the right one. */
const comparable =
  /^(?:smallint|integer|bigint|numeric|real|double precision|text|character|uuid|date|time|timestamp|interval|boolean|bytea|inet|cidr|jsonb|money)\b/;

/** How a retyped column is made beside the old one. */
export function shadowOf({ statements, to }: Action): Shadow {
  const of = to as Fact;
  const [declared = "", using] = typeOf(statements[0] ?? "", of).split(/ using (.*)/s);
  const column = { ...of, name: temporaryName(of.name) };
  const [table, name, beside] = [relationOf(of), ident(of.name), ident(column.name)];
  // Without USING a value is assigned, as ALTER TYPE does it: what is too long is refused, not cut.
  const value = using ?? name;
  const mark = createHash("sha256").update(`${declared}\0${value}`).digest("hex").slice(0, 12);
  const trigger = temporaryName(`~${mark}_${of.name}`);
  const routine = `howdah.${quoteIdentifier(trigger)}`;
  const type = declared.replace(/ collate .*$/s, "");
  const removal = [
    `drop trigger if exists ${quoteIdentifier(trigger)} on ${table}`,
    `drop function if exists ${routine}()`,
    `alter table ${table} drop column if exists ${beside}`,
  ];
  return {
    ...{ of, column, trigger, value, mark, removal },
    differs: comparable.test(type)
      ? `${beside} is distinct from (${value})::${type}`
      : `${beside} is null and (${value}) is not null`,
    making: [
      // As whoever fills the rows: settings of writers make no difference. Last among the triggers, by its name.
      `create function ${routine}() returns trigger language plpgsql\n  set search_path from current set timezone from current set datestyle from current set intervalstyle from current`,
      `  as $howdah$ begin new.${beside} := (select ${value} from (select new.*) as ${ident(of.relation ?? "")}); return new; end $howdah$;`,
      `alter table ${table} add column ${beside} ${declared};`,
      `create trigger ${quoteIdentifier(trigger)} before insert or update on ${table} for each row execute function ${routine}();`,
      `alter table ${table} enable always trigger ${quoteIdentifier(trigger)}`,
    ].join("\n"),
  };
}

/** `bigint using (a)::bigint` of `alter table t alter column a type bigint using (a)::bigint`. */
export function typeOf(statement: string, { name }: Fact): string {
  const head = ` alter column ${ident(name)} type `;
  const at = statement.indexOf(head);
  return at < 0 ? "" : statement.slice(at + head.length);
}

/** SQL of an index or a key, about the second column instead of the first. */
export function underShadow(text: string, { of, column }: Shadow): string {
  const found = tokens(text);
  return found.reduceRight((now, token, index) => {
    const raw = text.slice(token.start, token.end);
    const isName = token.kind === "word" || token.kind === "quoted name";
    const previous = found[index - 1];
    const before = previous === undefined ? "" : text.slice(previous.start, previous.end);
    const isPart =
      before === "." || before === ":" || before.toLowerCase() === "collate" || before.toLowerCase() === "on";
    if (!isName || isPart || text[token.end] === "(" || text[token.end] === "." || raw !== ident(of.name)) return now;
    return now.slice(0, token.start) + ident(column.name) + now.slice(token.end);
  }, text);
}
