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

/** What is howdah's own: as `howdah migrate` has it, so that one reading of the database serves both its looks. */
const leaveOut = ["howdah"];

/** What an assembly of the files gets; what they mean is found out once. */
export function inputOf({
  tree,
  roles,
  onlineAbove,
  scratch,
  cacheFolder,
  prefix,
}: Settings & { readonly tree: MemoryTree }): AssemblyInput {
  let known: ReturnType<typeof loadDesired> | undefined;
  const load = async (): ReturnType<typeof loadDesired> => {
    const found = await loadDesired({
      ...{ tree, scratch, roles, cacheFolder, prefix, mirrorRoles: [], leaveOut, cacheKey: [] },
    });
    await found.settled;
    return found;
  };
  const desired = async (): ReturnType<typeof loadDesired> => await (known ??= load());
  return { tree, roles, mode: "development", onlineAbove, leaveOut, desired };
}
