import { localRoutine, workerValue, type LocalRoutine } from "../worker-sql.ts";
import { resultKind, type Signature } from "../signature.ts";
import type { Bundle } from "./bundle.ts";

/** A routine that pljs runs inside the database, with the same `sql` and the same values as in the worker. */
export function pljsRoutine(signature: Signature, { code, map }: Bundle): LocalRoutine {
  const shape = { parameters: signature.parameters.map(workerValue), result: resultKind(signature.result) };
  return localRoutine(signature, () => ({
    language: "pljs",
    asSuperuser: false,
    body: `${code}
return howdah_module.default(message, ${JSON.stringify(map)}, ${JSON.stringify(shape)});`,
  }));
}
