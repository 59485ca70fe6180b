import { ident, qualified, type Action, type Fact } from "../../../diff/index.ts";
import { besides, temporaryName, type OnlineForm, type Scene } from "./form.ts";

/**
 * An index of a large table: built concurrently ahead of the transaction under a temporary name, which it changes for
 * its own in there, after the one that it replaces is gone. What it needs may be made in this very change: then it is
 * built behind it.
 */
export function indexForm(action: Action, scene: Scene): OnlineForm | undefined {
  const { verb, to } = action;
  if (verb !== "create" || to?.kind !== "index" || to.props["partitioned"] === true || !scene.isBig(to))
    return undefined;
  if (!scene.isSettled(to)) return to.props["unique"] === true ? undefined : behind(action, to);
  const name = temporaryName(to.name);
  const rename = `alter index ${qualified(to.schema, name)} rename to ${ident(to.name)}`;
  const transaction = [{ ...action, statements: [rename, ...action.statements.slice(1)] }];
  const held = besides(to, "index", name, scene);
  if (held !== undefined && isSame(held, to)) return { transaction, uses: [held.key] };
  return {
    before: [buildingOf(to, name, action.statements[0] ?? "")],
    transaction,
    uses: held === undefined ? [] : [held.key],
  };
}

const defining = [
  "unique",
  "method",
  "definition",
  "predicate",
  "options",
  "tablespace",
  "nullsNotDistinct",
  "invalid",
];

function isSame(held: Fact, to: Fact): boolean {
  return defining.every((name) => JSON.stringify(held.props[name]) === JSON.stringify(to.props[name]));
}

/** The step that makes an index with this name out of the statement that makes it with its own. */
export function buildingOf(
  to: Fact,
  name: string,
  creation: string,
): { object: string; statement: string; cleanup: string } {
  return {
    object: to.key,
    statement: creation.replace(
      /^create (unique )?index (?:"(?:[^"]|"")*"|\S+) on /,
      (_, unique: string | undefined) => `create ${unique ?? ""}index concurrently ${ident(name)} on `,
    ),
    cleanup: `drop index concurrently if exists ${qualified(to.schema, name)}`,
  };
}

function behind(action: Action, to: Fact): OnlineForm {
  const [creation = "", ...rest] = action.statements;
  const steps = rest.map((statement) => ({ object: to.key, statement }));
  return { transaction: [], after: [buildingOf(to, to.name, creation), ...steps] };
}
