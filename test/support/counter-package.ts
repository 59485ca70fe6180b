import { pathToFileURL } from "node:url";
import { join } from "node:path";

const library = pathToFileURL(join(import.meta.dirname, "..", "..", "src", "index.ts")).href;

/** A capability as somebody else publishes it: the files of its npm package, as they lie below node_modules. */
export const counterPackage: Readonly<Record<string, string>> = under("node_modules/howdah-counter", {
  "package.json": JSON.stringify({ name: "howdah-counter", version: "1.0.0", type: "module", exports: "./index.js" }),
  "index.js": `
import { checkTable } from "howdah";

/** Counts visits: GET /count says how many there were, POST /count adds one. */
export const capability = {
  name: "counter",
  needs: [],
  schema: "counter",
  sql: new URL("./sql/", import.meta.url),
  settings: (raw) =>
    checkTable(raw, {
      step: { type: "integer", default: 1, min: 1, describe: "How much a visit counts." },
    }),
  mount: "/count",
  routes: (app) => async (fastify) => {
    const ask = async (text, values) => {
      const [result] = await app.requests.run({ role: app.config.roles.anon, settings: {} }, [{ text, values }]);
      return { count: Number(result.rows[0][0]) };
    };
    fastify.get("/", () => ask("select counter.total()", []));
    fastify.post("/", () => ask("select counter.visit($1)", [String(app.settings.step)]));
  },
  async assemble(app, tree, tx) {
    await tx.query({
      text: "select pg_catalog.set_config('search_path', '', true)",
      values: [],
    });
    for (const { path } of await tree.list("counter/*.txt")) {
      const start = (await tree.read(path)).toString("utf8").trim();
      await tx.query({ text: "select counter.start($1::bigint)", values: [start] });
    }
    await tx.execute(
      \`grant usage on schema counter to "\${app.config.roles.anon}";
       grant execute on function counter.total(), counter.visit(bigint) to "\${app.config.roles.anon}"\`,
    );
  },
  async *checks(app) {
    yield { kind: "ok", name: "counter", message: \`a visit counts \${app.settings.step}\` };
  },
  commands: [{ name: "count", summary: "say hello from the counter", load: () => import("./command.js") }],
};
`,
  "command.js": `
export async function run(args, { root, json }) {
  console.log(JSON.stringify({ args, root, json }));
  return args.includes("--fail") ? 7 : 0;
}
`,
  "sql/001_visit.sql": `
create table counter.visit (
  id bigint generated always as identity primary key,
  step bigint not null
);
comment on table counter.visit is 'One row a visit.';
`,
  "sql/002_start.sql": `
create table counter.beginning (total bigint not null);
comment on table counter.beginning is 'What was counted before.';
`,
  "sql/routines.sql": `
create or replace function counter.total()
returns bigint
language sql stable security definer -- visitors may count, and not read who came
set search_path = ''
begin atomic
  select coalesce((select sum(step) from counter.visit), 0) + coalesce((select sum(total) from counter.beginning), 0);
end;
comment on function counter.total() is 'How many visits there were.';

create or replace function counter.visit(step bigint)
returns bigint
language sql security definer -- visitors may count, and not write anything else
set search_path = ''
begin atomic
  insert into counter.visit (step) values (visit.step);
  select counter.total() + visit.step;
end;
comment on function counter.visit(bigint) is 'Counts a visit.';

create or replace function counter.start(total bigint)
returns void
language sql
set search_path = ''
begin atomic
  delete from counter.beginning;
  insert into counter.beginning (total) values (start.total);
end;
comment on function counter.start(bigint) is 'Begins at a number.';
`,
});

/** `howdah` as the project has it installed: these very sources. */
export const installedHowdah: Readonly<Record<string, string>> = under("node_modules/howdah", {
  "package.json": JSON.stringify({ name: "howdah", version: "0.0.0", type: "module", exports: "./index.js" }),
  "index.js": `export * from ${JSON.stringify(library)};\n`,
});

function under(folder: string, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}
