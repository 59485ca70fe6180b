import assert from "node:assert/strict";
import { test } from "node:test";
import { needsSuperuser } from "../../../test/support/database.ts";
import { schemaPair } from "../../../test/support/schema-pair.ts";

const skip = needsSuperuser;
const common = "create extension postgres_fdw schema public;";

test("wrappers change their routines and options in place", { skip }, async (t) => {
  const { statements } = await schemaPair(t, {
    before: `${common}
      create foreign data wrapper w options (a '1', b '2', c '3');
      create foreign data wrapper v handler public.postgres_fdw_handler validator public.postgres_fdw_validator`,
    after: `${common}
      create foreign data wrapper w handler public.postgres_fdw_handler options (a '1', c 'it''s', "D d" '');
      create foreign data wrapper v;
      grant usage on foreign data wrapper w to pg_monitor;
      comment on foreign data wrapper v is 'v'`,
  });
  assert.deepEqual(statements.slice(0, 2).toSorted(), [
    "alter foreign data wrapper v no handler no validator",
    `alter foreign data wrapper w handler public.postgres_fdw_handler options (drop b, set c 'it''s', add "D d" '')`,
  ]);
});

test(
  "a server's options and version change in place, its type by making it again with its mappings",
  { skip },
  async (t) => {
    const mapping = "create user mapping for public server";
    await schemaPair(t, {
      before: `${common}
      create server a version '1' foreign data wrapper postgres_fdw options (host 'x', port '1');
      create server b type 'one' foreign data wrapper postgres_fdw;
      create server c version '1' foreign data wrapper postgres_fdw;
      ${mapping} a options (user 'u'); ${mapping} b options (user 'u'); ${mapping} c;
      comment on server b is 'b'`,
      after: `${common}
      create server a version '2' foreign data wrapper postgres_fdw options (host 'y', dbname 'A b');
      create server b type 'two' foreign data wrapper postgres_fdw;
      create server c foreign data wrapper postgres_fdw;
      ${mapping} a options (user 'u'); ${mapping} b options (user 'u'); ${mapping} c;
      create server d type 't' version 'v' foreign data wrapper postgres_fdw options (host 'h');
      grant usage on foreign server d to public;
      comment on server b is 'b'`,
    });
  },
);

test("a new password is an alteration of the mapping, and stands in no name", { skip }, async (t) => {
  const server = `${common} create server s foreign data wrapper postgres_fdw;`;
  const { actions } = await schemaPair(t, {
    before: `${server}
      create user mapping for current_user server s options (user 'u', password 'old');
      create user mapping for public server s`,
    after: `${server}
      create user mapping for current_user server s options (user 'u', password 'n''ew');
      create user mapping for pg_monitor server s options (user 'm')`,
  });
  const altered = actions.find((action) => action.verb === "alter");
  assert.match(altered?.statements.join() ?? "", /server s options \(set password 'n''ew'\)$/);
  for (const { id, to, from } of actions) assert.doesNotMatch(`${id} ${to?.key} ${from?.key}`, /ew|old/);
});
