import { AppError, AppErrors } from "../../../errors/index.ts";
import { quoteIdentifier, type Transaction } from "../../../postgres/index.ts";
import { formatPackageVersion } from "../../../resolve/index.ts";
import { throwAll } from "../../../schema/index.ts";
import { ensureLedger } from "../operations/install.ts";
import { choosePackages, keyOf, type Chosen, type Deployed } from "./choose.ts";
import { compile, type Compiled } from "./compile.ts";
import { decide, type Decision } from "./decide.ts";
import type { DeployInput, PackageAction, PackagePlan } from "./deployment.ts";
import { executePackage, grant, prune, readLeftover, type Leftover } from "./execute.ts";
import { recordPackage } from "./record.ts";
import { readDeployed, readStates } from "./state.ts";

/** A package that was deployed inside the transaction, and what is to be done behind it. */
export interface Applied {
  readonly plan: PackagePlan;
  readonly id: number | undefined;
  readonly decision: Decision;
  readonly compiled: Compiled;
  /** The search_path of its scripts, without public. */
  readonly schemas: readonly string[];
}

/**
 * Deploys packages and what they need, those needed first, inside the caller's transaction and under its lock; with `plan`
 * only says what would be done. Everything that stands in the way of any of them is thrown before anything runs.
 */
export async function applyPackages(
  tx: Transaction,
  input: DeployInput,
  { plan }: { readonly plan: boolean },
): Promise<readonly Applied[]> {
  await ensureLedger(tx);
  const deployed = await readDeployed(tx);
  const chosen = choosePackages(input.packages, input.available, deployed, input.pinned);
  const prepared = await prepare(tx, chosen, deployed, input);
  const ids = new Map(deployed.map(({ name, version, id }) => [keyOf(name, version), id] as const));
  const applied: Applied[] = [];
  for (const each of prepared) {
    const done =
      plan || each.decision.verdict !== "deploy" ? await foresee(tx, each, input) : await apply(tx, each, ids, input);
    if (done.id !== undefined) ids.set(each.chosen.key, done.id);
    applied.push(done);
  }
  return applied;
}

interface Prepared {
  readonly chosen: Chosen;
  readonly decision: Decision;
  readonly compiled: Compiled;
  readonly schemas: readonly string[];
}

async function prepare(
  tx: Transaction,
  chosen: readonly Chosen[],
  deployed: readonly Deployed[],
  input: DeployInput,
): Promise<readonly Prepared[]> {
  const own = chosen.flatMap((each) => (each.source === undefined ? [] : [{ ...each, source: each.source }]));
  const makesRoom = input.mode === "moderate" || input.mode === "unsafe";
  const states = await readStates(
    tx,
    own.map(({ source, isRequested }) => ({ source, detail: isRequested && makesRoom })),
  );
  const errors: AppError[] = [];
  const prepared: Prepared[] = [];
  for (const [at, each] of own.entries()) {
    const state = states[at];
    const permission = each.isRequested ? input : ({ ...input, mode: "safe", files: [] } as const);
    const decision = state === undefined ? undefined : decide(each.source, state, permission);
    if (decision === undefined || decision instanceof AppError) {
      if (decision !== undefined) errors.push(decision);
      continue;
    }
    const lossy = await rowsLost(tx, decision, input);
    if (lossy !== undefined) errors.push(lossy);
    const compiled = await compile(scriptsOf(decision), input.autoCommit && each.isRequested).catch(
      (error: unknown) => {
        if (!(error instanceof AppError)) throw error;
        errors.push(...(error instanceof AppErrors ? error.errors : [error]));
        return { statements: [], steps: [] };
      },
    );
    prepared.push({ chosen: each, decision, compiled, schemas: schemasOf(each, chosen, deployed) });
  }
  throwAll(errors);
  return prepared;
}

/** Steps that are still to be done are read from the files again. */
function scriptsOf({ verdict, scripts, source, state }: Decision): Decision["scripts"] {
  if (verdict !== "resume") return scripts;
  return source.scripts.filter(({ file }) => {
    const step = state.steps[file];
    return step !== undefined && step.status !== "done";
  });
}

async function rowsLost(tx: Transaction, decision: Decision, input: DeployInput): Promise<AppError | undefined> {
  const { schema } = decision.source;
  if (decision.room?.kind !== "drop schema" || input.dropData || schema === undefined) return undefined;
  const full: string[] = [];
  for (const table of decision.state.tables) {
    const name = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
    const [row] = await tx.query<{ full: boolean }>({
      text: `select exists (select from ${name}) as full`,
      values: [],
    });
    if (row?.full === true) full.push(`${schema}.${table}`);
  }
  if (full.length === 0) return undefined;
  return new AppError("WD649", `tables with rows would be dropped with the schema ${schema}`, {
    detail: full.join("\n"),
    hint: "--mode overwrite keeps them, --mode moderate sets them aside, --drop-data drops them",
  });
}

/** The package's own schema, then those of all that it needs, nearest first. */
function schemasOf(chosen: Chosen, all: readonly Chosen[], deployed: readonly Deployed[]): readonly string[] {
  const schemas = new Set<string>();
  const queue = [chosen.key];
  const seen = new Set(queue);
  for (const key of queue) {
    const folder = all.find((each) => each.key === key);
    const row = deployed.find(({ name, version }) => keyOf(name, version) === key);
    const schema = folder?.source === undefined ? row?.schema_name : folder.source.schema;
    if (schema !== undefined && schema !== null) schemas.add(schema);
    const needs =
      folder?.source === undefined
        ? Object.entries(row?.needs ?? {}).map(([name, version]) => keyOf(name, version))
        : [...folder.needs.keys()];
    for (const need of needs) {
      if (!seen.has(need)) queue.push(need);
      seen.add(need);
    }
  }
  return [...schemas];
}

async function foresee(tx: Transaction, prepared: Prepared, input: DeployInput): Promise<Applied> {
  const { decision } = prepared;
  const leftover = await leftoverOf(tx, decision, false);
  return applied(prepared, undefined, leftover, input);
}

async function apply(
  tx: Transaction,
  prepared: Prepared,
  ids: ReadonlyMap<string, number>,
  input: DeployInput,
): Promise<Applied> {
  const { decision, compiled, chosen, schemas } = prepared;
  await executePackage(tx, decision, compiled, schemas);
  await tx.execute("set local search_path = ''");
  const leftover = await leftoverOf(tx, decision, true);
  if (input.prune && chosen.isRequested) await prune(tx, leftover);
  await grant(tx, decision);
  const needs = [...chosen.needs].flatMap(([key, requirement]) => {
    const id = ids.get(key);
    return id === undefined ? [] : [{ id, requirement }];
  });
  const id = await recordPackage(tx, decision, compiled, needs, input.references);
  return applied(prepared, id, leftover, input);
}

async function leftoverOf(tx: Transaction, decision: Decision, touched: boolean): Promise<Leftover> {
  const { source, mode, whole, verdict } = decision;
  if (mode !== "overwrite" || source.schema === undefined || !whole || verdict !== "deploy") return [];
  const { statements } = await compile(source.scripts);
  const names = new Set(statements.flatMap(({ provides }) => provides ?? []));
  return readLeftover(tx, source.schema, names, touched);
}

function applied(prepared: Prepared, id: number | undefined, leftover: Leftover, input: DeployInput): Applied {
  const { decision, compiled, schemas, chosen } = prepared;
  const { source, state, mode, verdict } = decision;
  const objects = leftover.map(({ kind, identity }) => `${kind} ${identity}`);
  const isPruned = input.prune && chosen.isRequested && objects.length > 0;
  const plan: PackagePlan = {
    name: source.manifest.name,
    version: formatPackageVersion(source.manifest.version),
    schema: source.schema,
    mode,
    verdict,
    actions: verdict === "unchanged" ? [] : actionsOf(decision, compiled, isPruned ? objects : []),
    outsiders: decision.room === undefined ? [] : state.outsiders,
    textual: decision.room === undefined ? [] : state.textual,
    leftover: isPruned ? [] : objects,
    ignored: source.ignored,
  };
  return { plan, id: id ?? state.id ?? undefined, decision, compiled, schemas };
}

function actionsOf(decision: Decision, compiled: Compiled, pruned: readonly string[]): readonly PackageAction[] {
  const { source, room, fresh, verdict } = decision;
  const { schema, manifest } = source;
  const steps = compiled.steps.map(({ script, statements }): PackageAction => ({
    kind: "step",
    file: script.file,
    statements: statements.length,
  }));
  if (verdict === "resume") return steps;
  const counts = Map.groupBy(compiled.statements, ({ script }) => script);
  const scripts = [...counts].map(([{ phase, file }, { length }]): PackageAction => ({
    kind: "script",
    phase,
    file,
    statements: length,
  }));
  return [
    ...(room === undefined ? [] : [room]),
    ...(fresh && schema !== undefined ? [{ kind: "create schema", schema } as const] : []),
    ...scripts,
    ...(pruned.length > 0 ? [{ kind: "prune", objects: pruned } as const] : []),
    ...(schema !== undefined && manifest.usage.length > 0 ? [{ kind: "grant", roles: manifest.usage } as const] : []),
    ...(schema !== undefined && manifest.owner !== undefined ? [{ kind: "own", role: manifest.owner } as const] : []),
    ...steps,
  ];
}
