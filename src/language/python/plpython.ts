import { readFileSync } from "node:fs";
import type { Signature } from "../signature.ts";
import { localRoutine, type LocalRoutine, type WorkerModule } from "../worker-sql.ts";

/** A routine that PL/Python runs inside the database, with the same `sql` and the same values as in the worker. */
export function plpythonRoutine(signature: Signature, module: WorkerModule): LocalRoutine {
  return localRoutine(signature, (version) => ({
    language: "plpython3u",
    asSuperuser: true,
    body: `if "howdah" not in GD:
    import json, types
    runtime = types.ModuleType("howdah_runtime")
    exec(compile(${JSON.stringify(runtime())}, "howdah_runtime", "exec"), runtime.__dict__)
    plan = plpy.prepare("select howdah_worker.answer($1) as answer", ["jsonb"])
    def ask(message):
        reply = {"id": 0, **message}
        if message["kind"] == "describe":
            reply = {"id": 0, "describe": message["query"]}
        return json.loads(plpy.execute(plan, [json.dumps(reply)])[0]["answer"])
    runtime.ask = ask
    GD["howdah"] = {"runtime": runtime, "loaded": {}}
runtime, loaded = GD["howdah"]["runtime"], GD["howdah"]["loaded"]
try:
    if "${version}" not in loaded:
        loaded["${version}"] = runtime.load(${JSON.stringify(JSON.stringify(module))})
    return '{"value":' + runtime.run(loaded["${version}"], message) + "}"
except plpy.SPIError:
    raise
except BaseException as error:
    import json
    return json.dumps({"fail": runtime.failure(error)})`,
  }));
}

let text: string | undefined;

function runtime(): string {
  text ??= readFileSync(new URL("../../runtime/python/howdah_runtime.py", import.meta.url), "utf8");
  return text;
}
