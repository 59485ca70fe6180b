import { basename, join } from "node:path";
import type { AssemblyApp, Foreseen } from "../../capability/index.ts";
import { AppError } from "../../errors/index.ts";
import type { Transaction } from "../../postgres/index.ts";
import { lockFile, type Tree } from "../../project/index.ts";
import { actionLine } from "./deploy/action-line.ts";
import { applyPackages, type Applied } from "./deploy/apply.ts";
import { refuseCircles } from "./deploy/choose.ts";
import { lockInTransaction } from "./deploy/session.ts";
import type { Decision } from "./deploy/decide.ts";
import type { DeployInput } from "./deploy/deployment.ts";
import { fetchLocked, type LockedFetchOptions } from "./fetch/fetch-locked.ts";
import { packagesByPath } from "./folder/local-packages.ts";
import { readPackage, type Package } from "./folder/package-folder.ts";

/**
 * Deploys what lies in packages/ of a project, inside the transaction of its assembly.
 *
 * Production takes new packages and refuses others that differ, as mode safe does. In development files are edited in
 * place: those of a package that has changed run over it, and what they no longer define goes.
 */
export async function assemblePackages({ mode }: AssemblyApp, tree: Tree, tx: Transaction): Promise<void> {
  const input = await inputOf(mode, tree, { frozen: true });
  if (input === undefined) return;
  await lockInTransaction(tx);
  refuseSteps(await applyPackages(tx, input, { plan: false }));
}

/** What `assemblePackages` would deploy, in a transaction that is rolled back; howdah.lock stays as it is. */
export async function foreseePackages(
  { mode }: AssemblyApp,
  tree: Tree,
  tx: Transaction,
): Promise<readonly Foreseen[]> {
  const input = await inputOf(mode, tree, { frozen: mode === "production", write: false });
  if (input === undefined) return [];
  const applied = await applyPackages(tx, input, { plan: true });
  refuseSteps(applied);
  return applied.flatMap(({ plan, decision }): readonly Foreseen[] => {
    if (plan.verdict === "unchanged") return [];
    const lines = plan.actions.map((action) => actionLine(action));
    return [
      { verb: "deploy", object: `package ${plan.name} ${plan.version}`, file: shownFile(decision, input), lines },
    ];
  });
}

/** "packages/price/howdah.toml"; of a package from elsewhere "low@1.4.0/howdah.toml". */
function shownFile({ source: { manifest, folder }, source }: Decision, { packages }: DeployInput): string {
  const place = packages.includes(source) ? `packages/${basename(folder)}` : `${manifest.name}@${manifest.versionText}`;
  return `${place}/${manifest.file}`;
}

async function inputOf(
  mode: AssemblyApp["mode"],
  tree: Tree,
  options: Pick<LockedFetchOptions, "frozen" | "write">,
): Promise<DeployInput | undefined> {
  const packages = await readProjectPackages(tree);
  if (packages.length === 0) return undefined;
  const byPath = await packagesByPath(packages);
  const fetched = await fetchLocked(await lockFolder(tree), [...packages, ...byPath], options);
  const available = [...byPath, ...fetched.packages];
  const pinned = new Set(fetched.packages.map(({ manifest }) => manifest.name));
  refuseCircles([...packages, ...available]);
  const isDevelopment = mode === "development";
  return {
    ...{ packages, available, pinned, mode: isDevelopment ? "overwrite" : "safe", onlyChanged: true },
    ...{ files: [], references: {}, prune: isDevelopment },
    ...{ allowSplit: false, cascadeExternal: false, dropData: false, autoCommit: false },
  };
}

function refuseSteps(applied: readonly Applied[]): void {
  const step = applied.flatMap(({ compiled }) => compiled.steps)[0];
  if (step !== undefined) throw outside(step.script.source.file);
}

/**
 * Fetches what packages/ of a project needs from npm and git, ahead of the transaction: in development howdah.lock follows what
 * the manifests say, everywhere else it has to say it already.
 */
export async function fetchForAssembly({ mode, log }: AssemblyApp, tree: Tree): Promise<void> {
  const packages = await readProjectPackages(tree);
  const all = [...packages, ...(await packagesByPath(packages))];
  const { changed } = await fetchLocked(await lockFolder(tree), all, { frozen: mode === "production" });
  if (changed) log.info({}, "howdah.lock has what packages/ needs from elsewhere");
}

/** True where packages/ holds a folder with a manifest. */
export async function hasPackages(tree: Pick<Tree, "list">): Promise<boolean> {
  return (await manifests(tree)).length > 0;
}

async function lockFolder(tree: Tree): Promise<string> {
  return await tree.materialize((await tree.stat(lockFile)) === undefined ? [] : [lockFile]);
}

async function readProjectPackages(tree: Tree): Promise<readonly Package[]> {
  const found = await manifests(tree);
  if (found.length === 0) return [];
  const files = await tree.list("packages/**");
  const paths = new Set(files.map(({ path }) => path));
  const root = await tree.materialize([...paths]);
  const folders = [...new Set(found.map((path) => path.slice(0, path.lastIndexOf("/"))))];
  return await Promise.all(
    folders.map((folder) =>
      readPackage(join(root, folder), {}, { shownIn: `${folder}/`, has: (file) => paths.has(file) }),
    ),
  );
}

async function manifests(tree: Pick<Tree, "list">): Promise<readonly string[]> {
  const lists = await Promise.all([tree.list("packages/*/howdah.toml"), tree.list("packages/*/config.json")]);
  return lists.flat().map(({ path }) => path);
}

function outside(file: string): AppError {
  return new AppError("WD407", "a script marked -- no-transaction can't be part of an assembly", {
    detail: "all files of a project are applied in one transaction",
    hint: "deploy its package by itself: howdah package deploy, from a folder outside of packages/",
    position: { file, line: 1, column: 1 },
  });
}
