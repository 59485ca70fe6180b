import { AppError } from "../../errors/index.ts";
import { textsOfMap } from "../gate-texts.ts";
import type { Place } from "../place.ts";
import { resultKind } from "../signature.ts";
import type { SourceFile } from "../source-file.ts";
import type { TranslateContext, TranslatedRoutine, TranslatedRoutines } from "../translated-routine.ts";
import { workerRoutine, workerValue, type LocalRoutine, type WorkerModule } from "../worker-sql.ts";
import { bundle, type Bundle } from "./bundle.ts";
import { pljsRoutine } from "./pljs.ts";
import { readRoutines, type JavascriptSignature } from "./routines.ts";

/** The exported functions of a .js or .ts file, each bundled with what it needs. */
export async function translateJavascript(
  source: SourceFile,
  place: Place,
  { tree }: TranslateContext,
): Promise<TranslatedRoutines> {
  const { signatures, errors } = await readRoutines(source);
  if (errors.length > 0) return { routines: [], errors };
  // What waits for something else can only be done outside of the database.
  const inWorker = place.kind === "worker" || signatures.some((signature) => signature.isAsync);
  const routines: TranslatedRoutine[] = [];
  for (const signature of signatures) {
    try {
      const target = inWorker ? "worker" : "database";
      const bundled = await bundle({ source, exported: signature.local, target, tree });
      const made = inWorker ? inTheWorker(signature, bundled, source) : pljsRoutine(signature, bundled);
      routines.push({ ...made, signature, texts: textsOfMap(bundled.map) });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { routines: [], errors: [error] };
    }
  }
  return { routines, errors: [] };
}

function inTheWorker(signature: JavascriptSignature, { code, map }: Bundle, source: SourceFile): LocalRoutine {
  const { parameters, result } = signature;
  const module: WorkerModule = {
    language: "javascript",
    file: source.file,
    routine: signature.name.replaceAll('"', ""),
    call: signature.local,
    parameters: parameters.map(workerValue),
    result: resultKind(result),
    code,
    map,
  };
  return workerRoutine(signature, module);
}
