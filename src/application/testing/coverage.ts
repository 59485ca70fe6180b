import { readFileSync } from "node:fs";
import { AppError } from "../../errors/index.ts";
import { connect, sql, type ConsoleSession } from "../../postgres/index.ts";
import type { ProjectDatabase } from "../application.ts";
import type { RoutineCoverage } from "./event.ts";
import { maintenanceOf } from "./run-lock.ts";

const extension = "plpgsql_check";
const profileText = readFileSync(new URL("./sql/profile.sql", import.meta.url), "utf8");

/** What the profiler of plpgsql_check has seen in the SQL tests of a run. */
export interface Coverage {
  /** What a test's session does besides its statements. */
  readonly steps: {
    readonly atBegin: (session: ConsoleSession) => Promise<void>;
    readonly atEnd: (session: ConsoleSession) => Promise<void>;
  };
  read(): readonly RoutineCoverage[];
}

/** Refuses with WD487 where the server has no plpgsql_check, or its profiler may not be loaded. */
export async function requireCoverage(database: ProjectDatabase): Promise<void> {
  await using connection = await connect(maintenanceOf(database), { applicationName: "howdah test" });
  const [facts] = await connection.query<{ available: boolean; superuser: boolean }>(sql`
    select
      exists (select from pg_catalog.pg_available_extensions where name = ${extension}) as available,
      rolsuper as superuser
    from pg_catalog.pg_roles
    where rolname = current_user
  `);
  if (facts?.available === true && facts.superuser) return;
  const major = Number.parseInt(database.version, 10);
  throw new AppError("WD487", "coverage can't be measured here", {
    detail:
      facts?.available === true
        ? "only a superuser may load the profiler of plpgsql_check"
        : "it is what plpgsql_check measures, and this server does not have that extension",
    hint: `on Debian it is the package postgresql-${major}-plpgsql-check`,
  });
}

/** The extension's functions, wherever the project has put it. */
const ownPath = `
  select pg_catalog.set_config('search_path', namespace.nspname, false)
  from pg_catalog.pg_extension as extension
  join pg_catalog.pg_namespace as namespace on namespace.oid = extension.extnamespace
  where extension.extname = '${extension}'
`;

interface LineRow {
  readonly routine: string;
  readonly file: string | null;
  readonly line: number;
  readonly ran: boolean;
}

/** Gathers what each session has profiled: a line that ran in one of them has run. */
export function startCoverage(): Coverage {
  const lines = new Map<string, LineRow>();
  return {
    steps: {
      async atBegin(session) {
        await session.run(`create extension if not exists ${extension}`);
        await session.run(`load '${extension}'`);
        await session.run(`set ${extension}.profiler = on`);
      },
      async atEnd(session) {
        // Whatever the test was at its end: asked as who connected, outside of its transaction.
        await session.run("rollback");
        await session.run("reset role");
        await session.run(ownPath);
        const [result] = await session.run(profileText);
        for (const row of result?.rows ?? []) note(lines, rowOf(row));
      },
    },
    read: () => summed([...lines.values()]),
  };
}

function rowOf([routine, file, line, ran]: readonly (string | null)[]): LineRow {
  return { routine: routine ?? "", file: file ?? null, line: Number(line), ran: ran === "t" };
}

function note(lines: Map<string, LineRow>, row: LineRow): void {
  const key = `${row.routine}\0${row.line}`;
  const known = lines.get(key);
  if (known === undefined || row.ran) lines.set(key, row);
}

function summed(rows: readonly LineRow[]): readonly RoutineCoverage[] {
  return [...Map.groupBy(rows, ({ routine }) => routine)]
    .map(([routine, of]) => ({
      routine,
      file: of[0]?.file ?? undefined,
      lines: of.length,
      covered: of.filter(({ ran }) => ran).length,
      missed: of
        .filter(({ ran }) => !ran)
        .map(({ line }) => line)
        .toSorted((one, other) => one - other),
    }))
    .toSorted((one, other) => (one.routine < other.routine ? -1 : 1));
}
