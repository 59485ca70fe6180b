import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test, type TestContext } from "node:test";
import { AppError } from "../errors/index.ts";
import { connect, type Target } from "../postgres/index.ts";
import { until } from "../../test/support/until.ts";
import { startWorker, type Worker, type WorkerOptions } from "./index.ts";

const options = { host: "127.0.0.1", port: 0, runners: 2, timeoutMs: 5000, python: "python3" };

async function started(t: TestContext, more: Partial<WorkerOptions> = {}): Promise<[Worker, Target]> {
  const password = randomBytes(12).toString("base64url");
  const worker = await startWorker({ ...options, password, ...more });
  t.after(() => worker.close());
  const target = { host: options.host, port: worker.port, database: "howdah", user: "howdah", ssl: "disable" } as const;
  return [worker, { ...target, password }];
}

test("the worker lets nobody in without its password", async (t) => {
  const [, target] = await started(t);
  for (const password of ["wrong", undefined]) {
    const refused = await connect({ ...target, password }).catch((error: unknown) => error);
    assert.ok(refused instanceof AppError, String(refused));
    assert.equal(refused.code, "WD202");
  }
  await using _session = await connect(target);
});

test("the worker is started again at the same port when its process ends", async (t) => {
  const reasons: string[] = [];
  const [worker, target] = await started(t, { onRestart: (reason) => reasons.push(reason) });
  const { pid } = worker;
  process.kill(pid ?? 0, "SIGKILL");
  await until("another process answers", async () => {
    if (worker.pid === pid) return false;
    const session = await connect(target).catch(() => undefined);
    await session?.close();
    return session !== undefined;
  });
  assert.deepEqual(reasons, ["it ended with SIGKILL"]);
});

test("a port that is taken is said, with the port", async (t) => {
  const [worker] = await started(t);
  const error = await startWorker({ ...options, password: "x", port: worker.port }).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof AppError);
  assert.equal(error.code, "WD497");
  assert.equal(error.hint, `another process listens at port ${worker.port}`);
});
