import { AppError } from "../errors/index.ts";
import { sql, type Transaction } from "../postgres/index.ts";
import type { AssemblyAction } from "./assembly.ts";
import type { SourceMap } from "./locate.ts";
import { runStatements } from "./migrate.ts";
import type { SessionSettings } from "./session.ts";
import type { SourceText } from "./source-text.ts";
import { parseStatements, type Statement } from "./statement.ts";
import { fingerprint } from "./token.ts";
import { refuseOutsideTransaction } from "./transactional.ts";

/** A file of seeds/ that is to run. */
export interface PreparedSeed {
  readonly source: SourceText;
  readonly statements: readonly Statement[];
}

/** What the seeds need: those that have not run are parsed; an edited one that has run is told (WD420) and left. */
export async function prepareSeeds(
  sources: readonly SourceText[],
  ran: ReadonlyMap<string, string>,
  errors: AppError[],
): Promise<{ readonly pending: readonly PreparedSeed[]; readonly warnings: readonly AppError[] }> {
  const pending: PreparedSeed[] = [];
  const warnings: AppError[] = [];
  for (const source of sources) {
    const checksum = ran.get(source.file);
    if (checksum === undefined) pending.push({ source, statements: await parseSeed(source, errors) });
    else if (checksum !== fingerprint(source.text)) warnings.push(edited(source));
  }
  return { pending, warnings };
}

/** One warning (WD423) for the files of seeds/ that have not run and are not to run. */
export function leftOutSeeds(paths: readonly string[], ran: ReadonlyMap<string, string>): readonly AppError[] {
  const missing = paths.filter((path) => !ran.has(path));
  if (missing.length === 0) return [];
  const message =
    missing.length === 1 ? `${missing[0]} was not loaded` : `${missing.length} files of seeds/ were not loaded`;
  return [
    new AppError("WD423", message, {
      detail: missing.join("\n"),
      hint: "a database that is reached by a url gets seeds on request: howdah migrate --seeds",
    }),
  ];
}

/** Loads seeds, each once. */
export async function runSeeds(
  tx: Transaction,
  seeds: readonly PreparedSeed[],
  settings: SessionSettings,
  sources: SourceMap,
): Promise<readonly AssemblyAction[]> {
  for (const { source, statements } of seeds) {
    await runStatements(tx, statements, settings, sources);
    await tx.query(sql`
      insert into howdah.seed (file, checksum)
      values (${source.file}, ${fingerprint(source.text)})
    `);
  }
  return seeds.map(({ source }) => ({ kind: "seed", file: source.file }));
}

async function parseSeed(source: SourceText, errors: AppError[]): Promise<readonly Statement[]> {
  try {
    const statements = await parseStatements(source);
    errors.push(...statements.flatMap((statement) => refuseOutsideTransaction(statement) ?? []));
    return statements;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    errors.push(error);
    return [];
  }
}

function edited(source: SourceText): AppError {
  return new AppError("WD420", `${source.file} was edited after it was loaded: it is not loaded again`, {
    hint: "add what is new in another file of seeds/, or start over with howdah reset",
    position: { file: source.file, line: 1, column: 1 },
  });
}
