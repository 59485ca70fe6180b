import assert from "node:assert/strict";
import { test } from "node:test";
import { createRequestPool, StatementError, type RequestPool } from "../postgres/index.ts";
import { testProject } from "../../test/support/project.ts";
import { assembleProject } from "./assemble-project.ts";
import { createEvents } from "./events.ts";
import { silentLog } from "./log.ts";
import { createLocator, locatedPool } from "./located-pool.ts";

const inner = `-- zwei Ebenen tief: größer
create function public.inner_one(n int) returns int language plpgsql as $$
begin
  return n / 0;
end
$$;

grant execute on function public.inner_one(int) to $anon;
`;

const outer = `create function public.outer_one() returns int language plpgsql as $$
begin
  return public.inner_one(3);
end
$$;

grant execute on function public.outer_one() to $anon;
`;

async function failure(pool: RequestPool, role: string, text: string): Promise<StatementError> {
  const thrown = await pool.run({ role, settings: {} }, [{ text, values: [] }]).catch((error: unknown) => error);
  assert.ok(thrown instanceof StatementError);
  return thrown;
}

test("a run-time error two calls deep points into the file of the function that failed", async (t) => {
  const { opened } = await testProject(t, { "functions/inner.sql": inner, "functions/outer.sql": outer });
  const [project, database] = await opened("development");
  await assembleProject(project, database, { mode: "development" });
  const events = createEvents(silentLog);
  const limits = { max: 1, acquireTimeoutMs: 2_000, statementTimeoutMs: 5_000 };
  const pool = locatedPool(createRequestPool(database.authenticator, limits), createLocator(database, events));
  t.after(() => pool.close());
  const { anon } = database.roles;

  const deep = await failure(pool, anon, "select public.outer_one()");
  assert.deepEqual(deep.position, { file: "functions/inner.sql", line: 4, column: 3 });
  assert.match(deep.source ?? "", /return n \/ 0/);
  assert.equal(deep.postgres?.sqlstate, "22012");
  assert.equal(deep.index, 0);

  const own = await failure(pool, anon, "select 1 / 0");
  assert.equal(own.position, undefined);

  await t.test("and follows the function to another line when the project is assembled again", async () => {
    const connection = await database.connectOwner();
    t.after(() => connection.close());
    await connection.execute(
      "update howdah.object set line = line + 10 where key like '%inner_one%' and kind = 'function'",
    );
    assert.equal((await failure(pool, anon, "select public.outer_one()")).position?.line, 4);
    events.emit({ kind: "assembled", paths: ["functions/inner.sql"] });
    assert.equal((await failure(pool, anon, "select public.outer_one()")).position?.line, 14);
  });
});
