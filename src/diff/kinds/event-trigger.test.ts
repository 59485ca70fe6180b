import assert from "node:assert/strict";
import { test } from "node:test";
import { needsSuperuser } from "../../../test/support/database.ts";
import { schemaPair } from "../../../test/support/schema-pair.ts";

const common = `
  create function public.f() returns event_trigger language plpgsql as 'begin end';
  create event trigger a on ddl_command_end execute function public.f();`;

test(
  "event triggers are made, switched, made again for other tags, and dropped",
  { skip: needsSuperuser },
  async (t) => {
    const { statements } = await schemaPair(t, {
      before: `${common}
      create event trigger b on sql_drop when tag in ('DROP TABLE') execute function public.f();
      create event trigger gone on ddl_command_start execute function public.f();
      comment on event trigger b is 'b'`,
      after: `${common}
      alter event trigger a disable;
      create event trigger b on sql_drop when tag in ('DROP VIEW', 'DROP TABLE') execute function public.f();
      alter event trigger b enable replica;
      create event trigger "C" on ddl_command_end execute function public.f();
      comment on event trigger b is 'b'`,
    });
    assert.ok(statements.includes("alter event trigger a disable"));
    assert.ok(
      statements.includes(
        "create event trigger b on sql_drop\n  when tag in ('DROP TABLE', 'DROP VIEW')\n  execute function public.f()",
      ),
    );
  },
);

test("the order of tags is no difference", { skip: needsSuperuser }, async (t) => {
  const { statements } = await schemaPair(t, {
    before: `${common} create event trigger b on sql_drop when tag in ('DROP TABLE', 'DROP VIEW') execute function public.f()`,
    after: `${common} create event trigger b on sql_drop when tag in ('DROP VIEW', 'DROP TABLE') execute function public.f()`,
  });
  assert.deepEqual(statements, []);
});
