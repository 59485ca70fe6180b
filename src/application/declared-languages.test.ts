import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { connect } from "../postgres/index.ts";
import { needsSuperuser } from "../../test/support/database.ts";
import { settled } from "../../test/support/declared.ts";
import { failureOf, testProject, type TestProject } from "../../test/support/project.ts";
import { planProject } from "./assemble-project.ts";

const files = {
  "schema/note.sql": `create table public.note (
  id bigint generated always as identity primary key,
  title text not null check (public.is_calm(title)),
  slug text generated always as (public.slug(title)) stored,
  changes int not null default 0
);
create index note_slug on public.note (slug);
create trigger counted before update on public.note for each row execute function public.count_changes();
`,
  "functions/slug.ts": `// @worker
import type { Trigger } from "howdah/sql";

/** @immutable */
export function slug(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z]+/g, "-");
}

export function countChanges(event: Trigger<{ changes: number }>): void {
  if (event.new !== null) event.new.changes += 1;
}
`,
  "functions/words.js": `// @worker
import { sql } from "howdah/sql";

// sql: (id bigint) returns setof text stable
export function* words(id) {
  const [note] = sql\`select title from public.note where id = \${id}\`;
  yield* note.title.split(" ");
}
`,
  "functions/calm.py": `# @worker


# @immutable
def is_calm(title: str) -> bool:
    return not title.endswith("!")
`,
  "functions/list.sql": `create view public.listed as select note.id, title, slug, (select count(*) from public.words(note.id)) as words from public.note;
`,
};

async function rows(project: TestProject, text: string): Promise<readonly Record<string, unknown>[]> {
  return await project.connection.query({ text, values: [] });
}

test(
  "declared tables and functions in TypeScript, JavaScript and Python need each other",
  { skip: needsSuperuser },
  async (t) => {
    const project = await testProject(t, files);
    await project.assemble();
    await settled(project);
    await rows(project, "insert into public.note (title) values ('A Quiet Day'), ('Rain')");
    await rows(project, "update public.note set title = 'A Quiet Night' where id = 1");
    assert.deepEqual(
      await rows(
        project,
        "select title, slug, words::int, changes from public.listed join public.note using (id, title, slug) order by id",
      ),
      [
        { title: "A Quiet Night", slug: "a-quiet-night", words: 3, changes: 1 },
        { title: "Rain", slug: "rain", words: 1, changes: 0 },
      ],
    );
    const loud = await failureOf(rows(project, "insert into public.note (title) values ('No!')"));
    assert.equal(loud.postgres?.sqlstate, "23514");

    await t.test("a saved function is replaced, and the table that uses it is left alone", async () => {
      const text = files["functions/words.js"].replace('split(" ")', 'split("")');
      await project.save({ "functions/words.js": text });
      const { actions } = await project.assemble();
      assert.deepEqual(
        actions.map((action) => [action.kind, "object" in action ? action.object : ""]),
        [["replace", "function public.words(int8)"]],
      );
      assert.deepEqual(await rows(project, "select words::int from public.listed where id = 2"), [{ words: 4 }]);
      await settled(project);
    });

    await t.test("table and function change together, with a hint", async () => {
      await project.save({
        "schema/note.sql": files["schema/note.sql"].replace("  changes int", "  -- @renamed from=changes\n  edits int"),
        "functions/slug.ts": files["functions/slug.ts"].replaceAll("changes", "edits"),
      });
      await project.assemble();
      await rows(project, "update public.note set title = 'Rain again' where id = 2");
      assert.deepEqual(await rows(project, "select edits, slug from public.note where id = 2"), [
        { edits: 1, slug: "rain-again" },
      ]);
      await settled(project);
    });

    await t.test("the plan says where a function runs", async () => {
      await project.save({ "functions/more.ts": "// @worker\nexport function more(): string {\n  return 'x';\n}\n" });
      const [opened, database] = await project.opened();
      const { actions } = await planProject(opened, database, { mode: "development" });
      const more = actions.find((action) => "object" in action && action.object.includes("more"));
      assert.ok(more !== undefined && "runs" in more);
      assert.equal(more.runs, "worker");
      await project.save({ "functions/more.ts": null });
    });

    await t.test("a mistake in a function keeps the tables as they are, and shows its line", async () => {
      await project.save({
        "schema/note.sql": `${files["schema/note.sql"]}create table public.other ();\n`,
        "functions/slug.ts": "// @worker\nexport function slug(title): string {\n  return title;\n}\n",
      });
      const error = await failureOf(project.assemble());
      assert.deepEqual([error.code, error.position], ["WD493", { file: "functions/slug.ts", line: 2, column: 22 }]);
      assert.deepEqual(await rows(project, "select to_regclass('public.other') as other"), [{ other: null }]);
    });
  },
);

const tcl = {
  "schema/sum.sql": `create table public.sum (
  a int not null,
  b int generated always as (public.add_up(a)) stored
);
`,
  "functions/add_up.tcl": "# sql: (a integer) returns integer immutable strict\nreturn [expr {$1 + 2}]\n",
};

test(
  "functions of a language that somebody has installed stand beside schema/",
  { skip: needsSuperuser },
  async (t) => {
    const project = await testProject(t, tcl);
    await using admin = await connect(project.target);
    await admin.execute("create extension pltcl");
    await project.assemble();
    await rows(project, "insert into public.sum values (4)");
    assert.deepEqual(await rows(project, "select b from public.sum"), [{ b: 6 }]);
    await settled(project);
    await project.save({ "functions/add_up.tcl": tcl["functions/add_up.tcl"].replace("2}", "3}") });
    await project.assemble();
    await rows(project, "insert into public.sum values (4)");
    assert.deepEqual(await rows(project, "select b from public.sum order by 1"), [{ b: 6 }, { b: 7 }]);
  },
);

test("schema/ may install the language itself", { skip: needsSuperuser }, async (t) => {
  const project = await testProject(t, { ...tcl, "schema/language.sql": "create extension pltcl;\n" });
  await project.assemble();
  await rows(project, "insert into public.sum values (4)");
  assert.deepEqual(await rows(project, "select b from public.sum"), [{ b: 6 }]);
  await settled(project);
});

test("a language that the scratch server lacks is refused with the way out", { skip: needsSuperuser }, async (t) => {
  const project = await testProject(t, {
    ...tcl,
    "howdah.toml": '[languages.own]\nsuffix = ".own"\nlanguage = "own"\n',
    "functions/add_up.tcl": null,
    "functions/add_up.own": "-- sql: (a integer) returns integer immutable strict\nbegin return a + 2; end\n",
  });
  await using admin = await connect(project.target);
  await admin.execute("create trusted language own handler plpgsql_call_handler validator plpgsql_validator");
  const error = await failureOf(project.assemble());
  assert.deepEqual([error.code, /HOWDAH_SCRATCH_URL/.test(error.hint ?? "")], ["WD469", true]);
  assert.match(error.message, /has no own/);

  await t.test("and one that howdah.toml adds stands beside schema/ where both have it", async () => {
    await admin.execute("create extension pltcl");
    await project.save({
      "howdah.toml": (await readFile(join(project.root, "howdah.toml"), "utf8")).replace('"own"\n', '"pltcl"\n'),
      "functions/add_up.own": tcl["functions/add_up.tcl"],
    });
    await project.assemble();
    await rows(project, "insert into public.sum values (4)");
    assert.deepEqual(await rows(project, "select b from public.sum"), [{ b: 6 }]);
  });
});
