import { AppError } from "../errors/index.ts";
import type { Tree } from "../project/index.ts";

/**
 * The place of declared objects: `create table` in schema/, edited in place.
 *
 * Nothing reads them yet, so a file there is refused (WD421) rather than passed over.
 */
export async function undeclared(tree: Tree): Promise<readonly AppError[]> {
  const [first] = await tree.list("schema/**/*.sql");
  if (first === undefined) return [];
  return [
    new AppError("WD421", "declared tables (files of schema/) are not supported yet", {
      detail: `${first.path} would be ignored`,
      hint: "write a migration: howdah new migration NAME",
      position: { file: first.path, line: 1, column: 1 },
    }),
  ];
}
