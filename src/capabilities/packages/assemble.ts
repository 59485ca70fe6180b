import { join } from "node:path";
import type { AssemblyApp } from "../../capability/index.ts";
import { AppError } from "../../errors/index.ts";
import type { Transaction } from "../../postgres/index.ts";
import { lockFile, type Tree } from "../../project/index.ts";
import { applyPackages } from "./deploy/apply.ts";
import { refuseCircles } from "./deploy/choose.ts";
import { lockInTransaction } from "./deploy/session.ts";
import { fetchLocked } from "./fetch/fetch-locked.ts";
import { packagesByPath } from "./folder/local-packages.ts";
import { readPackage, type Package } from "./folder/package-folder.ts";

/**
 * Deploys what lies in packages/ of a project, inside the transaction of its assembly.
 *
 * Production takes new packages and refuses others that differ, as mode safe does. In development files are edited in
 * place: those of a package that has changed run over it, and what they no longer define goes.
 */
export async function assemblePackages({ mode }: AssemblyApp, tree: Tree, tx: Transaction): Promise<void> {
  const packages = await readProjectPackages(tree);
  if (packages.length === 0) return;
  const byPath = await packagesByPath(packages);
  const fetched = await fetchLocked(await lockFolder(tree), [...packages, ...byPath], { frozen: true });
  const available = [...byPath, ...fetched.packages];
  const pinned = new Set(fetched.packages.map(({ manifest }) => manifest.name));
  refuseCircles([...packages, ...available]);
  await lockInTransaction(tx);
  const isDevelopment = mode === "development";
  const applied = await applyPackages(
    tx,
    {
      ...{
        packages,
        available,
        pinned,
        mode: isDevelopment ? "overwrite" : "safe",
        onlyChanged: true,
        files: [],
        references: {},
      },
      ...{ allowSplit: false, cascadeExternal: false, dropData: false, prune: isDevelopment, autoCommit: false },
    },
    { plan: false },
  );
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
