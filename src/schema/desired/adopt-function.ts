import type { CatalogObject } from "../../catalog/index.ts";
import { AppError } from "../../errors/index.ts";
import type { Transaction } from "../../postgres/index.ts";
import { keyOf } from "../declaration.ts";
import { readLive } from "../removal.ts";
import { applySettings, type SessionSettings } from "../session.ts";
import { codeOf } from "../statement.ts";
import { throwAll } from "../throw-all.ts";
import { edited, type ComposedText } from "./composed-text.ts";
import type { Unit } from "./unit.ts";

/** What functions/ takes over from migrations. */
export interface Adoption {
  /** The statement that puts the file's definition in place of the migration's. */
  readonly texts: ReadonlyMap<Unit, ComposedText>;
}

/** Compares functions/ with what migrations have made: without `-- @adopt` it is refused (WD415), as on the live server. */
export async function adoptFunctions(
  tx: Transaction,
  units: readonly Unit[],
  settings: SessionSettings,
): Promise<Adoption> {
  const declared = units.filter((unit) => unit.declaration !== undefined);
  if (declared.length === 0) return { texts: new Map() };
  await applySettings(tx, settings);
  const live = await readLive(tx);
  const errors: AppError[] = [];
  const texts = new Map<Unit, ComposedText>();
  for (const unit of declared) {
    const { declaration } = unit;
    const object = declaration === undefined ? undefined : live.get(keyOf(declaration.kind, declaration.identity));
    if (object === undefined || declaration?.kind === "comment" || declaration?.kind === "grant") continue;
    if (declaration?.adopt !== true || object.of_extension) errors.push(conflict(unit, object));
    else texts.set(unit, takeOver(unit, object));
  }
  throwAll(errors);
  return { texts };
}

/** What can be replaced is: others may depend on it. */
function takeOver({ statement }: Unit, object: CatalogObject): ComposedText {
  const [create, second] = codeOf(statement);
  const { text, start } = statement;
  const replaceable = ["function", "procedure", "aggregate", "view"].includes(object.kind);
  const written = second !== undefined && text.slice(second.start, second.end).toLowerCase() === "or";
  const after = create?.end ?? 0;
  if (replaceable) return edited(text, start, written ? [] : [{ start: after, end: after, text: " or replace" }]);
  // It may have gone along with a table that another file takes over.
  const name = object.sql_name.replace(/^(materialized view|\w+) /, "$1 if exists ");
  return edited(text, start, [{ start: 0, end: 0, text: `drop ${name}; ` }]);
}

function conflict({ statement }: Unit, object: CatalogObject): AppError {
  return new AppError("WD415", `${object.kind} ${object.identity} exists already, and no file made it`, {
    detail: object.of_extension ? "it belongs to an extension" : "a migration made it",
    hint: object.of_extension
      ? "choose another name"
      : "write `-- @adopt` on the line before the definition to take it over, or drop the existing one in a migration",
    position: statement.source.position(statement.start),
    source: statement.source.text,
  });
}
