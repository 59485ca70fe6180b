import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { AppError } from "../../errors/index.ts";
import type { Connection } from "../../postgres/index.ts";
import { openShellDatabase, openShellProject } from "../session.ts";
import type { Shell } from "../shell.ts";

/** Options of every command that works on databases. */
export interface TargetOptions {
  readonly to?: string | undefined;
  /** environment/product */
  readonly set?: string | undefined;
  readonly only?: readonly string[] | undefined;
  readonly except?: readonly string[] | undefined;
  readonly user?: string | undefined;
  readonly globalConfig?: string | undefined;
  readonly canary?: string | undefined;
  readonly keepGoing?: boolean | undefined;
}

/** A database that a command works on. */
export interface ShellTarget {
  readonly name: string;
  connect(): Promise<Connection>;
}

/** The databases that are meant, and what has to be closed behind them. */
export interface ShellTargets extends AsyncDisposable {
  readonly targets: readonly ShellTarget[];
}

const applicationName = "howdah package";

/** --to, --set, or the database of the project around the shell's folder. */
export async function openTargets(options: TargetOptions, shell: Shell): Promise<ShellTargets> {
  if (options.to !== undefined && options.set !== undefined) {
    throw new AppError("WD002", "--to and --set exclude each other", { hint: "name one database, or a set of them" });
  }
  if (options.to !== undefined) return one(options.to, shell);
  if (options.set !== undefined) return await many(options.set, options, shell);
  return await projectTarget(shell);
}

/** The files of the original pgpm's configuration, later ones first in rank. */
export function pgpmConfigFiles(
  { globalConfig }: Pick<TargetOptions, "globalConfig">,
  shell: Shell,
): readonly string[] {
  const home = shell.env["HOME"] ?? homedir();
  return [join(home, ".pgpmconfig"), ...(globalConfig === undefined ? [] : [resolve(shell.folder, globalConfig)])];
}

async function one(text: string, shell: Shell): Promise<ShellTargets> {
  const { parseConnectionString } = await import("../../capabilities/index.ts");
  const { connect } = await import("../../postgres/index.ts");
  const parsed = parseConnectionString(text);
  const target = { ...parsed, password: parsed.password ?? shell.env["PGPASSWORD"] };
  return closing([{ name: target.database, connect: () => connect(target, { applicationName }) }]);
}

async function many(set: string, options: TargetOptions, shell: Shell): Promise<ShellTargets> {
  const { readPgpmConfig, selectTargets } = await import("../../capabilities/index.ts");
  const { connect } = await import("../../postgres/index.ts");
  const [environment = "", product = "", ...rest] = set.split("/");
  if (product === "" || rest.length > 0) {
    throw new AppError("WD002", `--set ${set}: expected environment/product`, { hint: "--set live/shop" });
  }
  const { only = [], except = [] } = options;
  const found = await selectTargets(await readPgpmConfig(pgpmConfigFiles(options, shell)), {
    ...{ environment, product, user: options.user, password: shell.env["PGPASSWORD"] },
    ...(except.length > 0 ? { names: except, except: true } : { names: only, except: false }),
  });
  return closing(found.map(({ name, target }) => ({ name, connect: () => connect(target, { applicationName }) })));
}

async function projectTarget(shell: Shell): Promise<ShellTargets> {
  const project = await openShellProject(shell).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== "WD010") throw error;
    throw new AppError("WD010", error.message, {
      detail: error.detail,
      hint: "name the database: --to postgres://…, or --set environment/product",
    });
  });
  const database = await openShellDatabase(shell, project);
  const target = { name: project.config.name, connect: () => database.connectOwner() };
  return { targets: [target], [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
}

function closing(targets: readonly ShellTarget[]): ShellTargets {
  return { targets, [Symbol.asyncDispose]: async () => {} };
}
