import type { WorkerModule } from "./worker-sql.ts";

/** Texts of the project's files that a gate's function runs, from the gate's body: for code frames. */
export function textsOfGate(body: string): ReadonlyMap<string, string> {
  const { file, code, language, map, modules = {} } = moduleOf(body);
  const found = new Map(Object.values(modules).map((each) => [each.file, each.text]));
  if (language === "python" && file !== undefined && code !== undefined) found.set(file, code);
  for (const [source, text] of textsOfMap(map ?? "{}")) found.set(source, text);
  return found;
}

/** The texts that a source map holds, by file. */
export function textsOfMap(map: string): ReadonlyMap<string, string> {
  const { sources = [], sourcesContent = [] } = JSON.parse(map) as {
    readonly sources?: readonly string[];
    readonly sourcesContent?: readonly (string | null)[];
  };
  return new Map(
    sources.flatMap((file, index): readonly [string, string][] => {
      const text = sourcesContent[index];
      return typeof text === "string" ? [[file, text]] : [];
    }),
  );
}

/** As each kind of gate holds it: a literal of SQL, of Python, of JavaScript. */
function moduleOf(body: string): Partial<WorkerModule> {
  const worker = /exchange\('[0-9a-f]+', message, \$(code\d*)\$([\s\S]*)\$\1\$\)/.exec(body)?.[2];
  if (worker !== undefined) return JSON.parse(worker) as Partial<WorkerModule>;
  const python = /runtime\.load\(("(?:[^"\\]|\\.)*")\)/.exec(body)?.[1];
  if (python !== undefined) return JSON.parse(JSON.parse(python) as string) as Partial<WorkerModule>;
  const javascript = /howdah_module\.default\(message, ("(?:[^"\\]|\\.)*")/.exec(body)?.[1];
  return javascript === undefined ? {} : { language: "javascript", map: JSON.parse(javascript) as string };
}
