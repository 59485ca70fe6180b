import { join } from "node:path";
import type { AssemblyApp } from "../../capability/index.ts";
import { AppError } from "../../errors/index.ts";
import type { Transaction } from "../../postgres/index.ts";
import type { Tree } from "../../project/index.ts";
import { applyPackages } from "./deploy/apply.ts";
import { refuseCircles } from "./deploy/choose.ts";
import { lockInTransaction } from "./deploy/session.ts";
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
  const available = await packagesByPath(packages);
  refuseCircles([...packages, ...available]);
  await lockInTransaction(tx);
  const isDevelopment = mode === "development";
  const applied = await applyPackages(
    tx,
    {
      ...{
        packages,
        available,
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

/** True where packages/ holds a folder with a manifest. */
export async function hasPackages(tree: Pick<Tree, "list">): Promise<boolean> {
  return (await manifests(tree)).length > 0;
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
