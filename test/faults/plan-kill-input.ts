import type { Target } from "../../src/postgres/index.ts";
import type { MemoryTree } from "../../src/project/index.ts";
import { loadDesired, type AssemblyInput } from "../../src/schema/index.ts";

/** How plans are applied here and in the process that is killed: plain data. */
export interface Settings {
  readonly roles: AssemblyInput["roles"];
  readonly scratch: Target;
  readonly cacheFolder: string;
  readonly prefix: string;
  readonly onlineAbove: number;
}

/** What an assembly of the files gets. */
export function inputOf({
  tree,
  roles,
  onlineAbove,
  scratch,
  cacheFolder,
  prefix,
}: Settings & { readonly tree: MemoryTree }): AssemblyInput {
  const desired = async (): ReturnType<typeof loadDesired> => {
    const found = await loadDesired({
      ...{ tree, scratch, roles, cacheFolder, prefix, mirrorRoles: [], leaveOut: ["howdah"], cacheKey: [] },
    });
    await found.settled;
    return found;
  };
  return { tree, roles, mode: "development", onlineAbove, desired };
}
