import { createHash } from "node:crypto";
import type { Log } from "../capability/index.ts";
import {
  knownLanguages,
  languageOf,
  readLanguageFacts,
  translateFile,
  workerSchema,
  type Gate,
  type Language,
  type LanguageFacts,
  type TranslatedFile,
} from "../language/index.ts";
import { quoteIdentifier, sql, type Transaction } from "../postgres/index.ts";
import type { Translate } from "../schema/index.ts";
import { trampolineSql } from "../worker/index.ts";
import type { Project, ProjectDatabase } from "./application.ts";
import { wantedBy } from "./extensions/for-scratch.ts";
import { workerOf } from "./project-worker.ts";
import { prepareWorkerDatabase } from "./worker-database.ts";

/** Functions in other languages than SQL, as an assembly needs them. */
export interface ProjectLanguages {
  readonly translate: Translate;
  /** Procedural languages that files are written in and that somebody has installed in the database. */
  installedByHand(): Promise<readonly string[]>;
  /** Of what `before` does, where any file needs it. */
  fingerprint(): Promise<string>;
  /** Ahead of the project's SQL: what routines of the worker call, and the worker itself. */
  before(tx: Transaction): Promise<void>;
  /** Behind it: who may call a routine may reach its function. */
  after(tx: Transaction): Promise<void>;
}

/** Reads functions/ for one assembly of a database. */
export function projectLanguages(
  project: Project,
  database: ProjectDatabase,
  options: { readonly log?: Log | undefined },
): ProjectLanguages {
  const gates = new Map<string, Gate>();
  const languages = languagesOf(project);
  const written = new Set<string>();
  let facts: Promise<LanguageFacts> | undefined;
  return {
    async installedByHand() {
      const byHand = (await facts)?.byHand ?? new Set<string>();
      return [...written].filter((name) => byHand.has(name)).toSorted();
    },
    async translate(source) {
      if (languageOf(source.file, languages) === undefined) return undefined;
      facts ??= factsOf(project, database, languages);
      const translated = await translateFile(source, { tree: project.tree, facts: await facts, languages });
      for (const gate of translated?.gates ?? []) gates.set(keyOf(gate), gate);
      // What has a gate is itself in PL/pgSQL.
      if (translated?.gates.length === 0 && translated.runs !== "") written.add(translated.runs);
      return translated;
    },
    async fingerprint() {
      const entries = await project.tree.list("functions/**");
      const some = entries.some(({ path }) => languageOf(path, languages) !== undefined);
      return some ? createHash("sha256").update(trampolineSql("dblink")).digest("hex") : "";
    },
    async before(tx) {
      if (gates.size === 0) return;
      const inWorker = [...gates.values()].some(({ takes }) => takes === "jsonb");
      const dblink = await prepareWorkerDatabase(database, inWorker);
      await installTrampoline(tx, dblink);
      if (inWorker) {
        const { host, port, password } = await workerOf(project, database, { ...options, anyPort: true });
        await tx.query(sql`select howdah_worker.tell(${host}, ${String(port)}, ${password})`);
      }
      await installGates(tx, await possible(tx, [...gates.values()]), database.roles.owner);
    },
    async after(tx) {
      // A migration may have brought the language that they are written in.
      await installGates(tx, [...gates.values()], database.roles.owner);
      if (gates.size > 0 || (await hasGates(tx))) await closeGates(tx, [...gates.values()]);
    },
  };
}

export type { TranslatedFile };

/** What howdah knows, then the project's own rows: one of the same suffix takes the place of the known one. */
function languagesOf(project: Project): readonly Language[] {
  const own = Object.entries(project.config.languages ?? {}).map(([name, { suffix, language }]): Language => {
    const known = knownLanguages.find((each) => each.suffix === suffix);
    const procedural = language === "worker" ? [] : [language];
    return { name, suffix, procedural, reader: known?.reader ?? "headers" };
  });
  const suffixes = new Set(own.map(({ suffix }) => suffix));
  return [...own, ...knownLanguages.filter(({ suffix }) => !suffixes.has(suffix))];
}

async function factsOf(
  project: Project,
  database: ProjectDatabase,
  languages: readonly Language[],
): Promise<LanguageFacts> {
  const procedural = new Set(languages.flatMap((language) => language.procedural));
  const named = (await wantedBy(project)).map(({ name }) => name).filter((name) => procedural.has(name));
  await using connection = await database.connectOwner();
  return await readLanguageFacts(connection, project.tree, named);
}

async function installTrampoline(tx: Transaction, dblink: string): Promise<void> {
  const text = trampolineSql(dblink);
  const version = createHash("sha256").update(text).digest("hex");
  const [row] = await tx.query<{ version: string | null }>(sql`
    select pg_catalog.obj_description(pg_catalog.to_regprocedure('howdah_worker.exchange(text,jsonb,text)'), 'pg_proc') as version
  `);
  if (row?.version === version) return;
  await tx.execute(text);
  await tx.execute(`comment on function howdah_worker.exchange(text, jsonb, text) is '${version}'`);
}

/** Those whose language is there: what the project's SQL calls while it is applied needs them. */
async function possible(tx: Transaction, gates: readonly Gate[]): Promise<readonly Gate[]> {
  const rows = await tx.query<{ name: string }>(sql`select lanname as name from pg_catalog.pg_language`);
  const present = new Set(rows.map(({ name }) => name));
  return gates.filter(({ language }) => present.has(language));
}

async function installGates(tx: Transaction, gates: readonly Gate[], owner: string): Promise<void> {
  if (gates.length === 0) return;
  const present = new Map((await readGates(tx)).map((gate) => [keyOf(gate), gate.hash]));
  const changed = gates.filter((gate) => present.get(keyOf(gate)) !== gate.hash);
  const own = changed.filter((gate) => !gate.asSuperuser);
  const others = changed.filter((gate) => gate.asSuperuser);
  if (own.length > 0) await tx.execute(own.map((gate) => gate.sql).join(";\n"));
  if (others.length === 0) return;
  const made = others.map(
    ({ sql: text, name, takes }) =>
      `${text};\nalter function ${workerSchema}."${name}"(${takes}) owner to ${quoteIdentifier(owner)}`,
  );
  await tx.execute(["set local role none", ...made, `set local role ${quoteIdentifier(owner)}`].join(";\n"));
}

async function hasGates(tx: Transaction): Promise<boolean> {
  const [row] = await tx.query<{ there: boolean }>(sql`
    select pg_catalog.to_regprocedure('howdah_worker.open_gates()') is not null as there
  `);
  return row?.there === true;
}

/** Drops gates whose routine is gone; the others are opened for those who may call it. */
async function closeGates(tx: Transaction, gates: readonly Gate[]): Promise<void> {
  const wanted = new Set(gates.map(keyOf));
  const gone = (await readGates(tx)).filter((gate) => !wanted.has(keyOf(gate)));
  const drops = gone.map(({ name, takes }) => `drop function ${workerSchema}."${name}"(${takes})`);
  if (drops.length > 0) await tx.execute(drops.join(";\n"));
  await tx.query(sql`select howdah_worker.open_gates()`);
}

function keyOf({ name, takes }: Pick<Gate, "name" | "takes">): string {
  return `${name}(${takes})`;
}

async function readGates(tx: Transaction): Promise<readonly Pick<Gate, "name" | "takes" | "hash">[]> {
  return await tx.query<Pick<Gate, "name" | "takes" | "hash">>(sql`
    select
      proname as name,
      pg_catalog.format_type(proargtypes[0], null) as takes,
      pg_catalog.md5(prosrc) as hash
    from pg_catalog.pg_proc
    where pronamespace = ${workerSchema}::pg_catalog.regnamespace
      and proname ~ '_[0-9a-f]{12}$'
  `);
}
