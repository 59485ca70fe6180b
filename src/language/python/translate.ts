import type { Place } from "../place.ts";
import { resultKind, type Signature } from "../signature.ts";
import type { SourceFile } from "../source-file.ts";
import type { TranslateContext, TranslatedRoutines } from "../translated-routine.ts";
import { workerRoutine, workerValue, type WorkerModule } from "../worker-sql.ts";
import { modulesOf } from "./modules.ts";
import { plpythonRoutine } from "./plpython.ts";
import { readRoutines } from "./routines.ts";

/** The functions of a .py file; each runs the whole file, and brings the project's modules that it imports. */
export async function translatePython(
  source: SourceFile,
  place: Place,
  { tree }: TranslateContext,
): Promise<TranslatedRoutines> {
  const { signatures, errors } = await readRoutines(source);
  if (errors.length > 0) return { routines: [], errors };
  const modules = await modulesOf(source, tree);
  const texts = new Map(Object.values(modules).map(({ file, text }) => [file, text]));
  const routines = signatures.map((signature) => {
    const module = moduleOf(signature, source, modules);
    const made = place.kind === "worker" ? workerRoutine(signature, module) : plpythonRoutine(signature, module);
    return { ...made, signature, texts };
  });
  return { routines, errors: [] };
}

function moduleOf(signature: Signature, source: SourceFile, modules: WorkerModule["modules"]): WorkerModule {
  return {
    language: "python",
    file: source.file,
    routine: signature.name.replaceAll('"', ""),
    call: signature.local,
    parameters: signature.parameters.map(workerValue),
    result: resultKind(signature.result),
    code: source.text,
    modules,
  };
}
