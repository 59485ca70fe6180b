import type { Fact } from "../../diff/index.ts";
import { dropHint } from "./drop-hint.ts";
import { objectName } from "./object-name.ts";
import { isTemporary } from "./online/form.ts";

/** What stands in the database and in no file. */
export interface Drift {
  /** `index account_email_idx on public.account`. */
  readonly object: string;
  /** The hint that would drop it; undefined for what hints have no word for: a migration drops that. */
  readonly hint: string | undefined;
}

/** Only the outermost of what belongs to nobody: a table, not its columns too. */
export function driftOf(unowned: readonly Fact[]): readonly Drift[] {
  const keys = new Set(unowned.map((fact) => fact.key));
  return unowned
    .filter((fact) => !isTemporary(fact) && (fact.parent === null || !keys.has(fact.parent)))
    .map((fact) => ({ object: objectName(fact), hint: dropHint(fact) }));
}
