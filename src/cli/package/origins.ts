import { AppError } from "../../errors/index.ts";
import type { Shell } from "../shell.ts";
import { fetchNeeded, readNamed } from "./named.ts";

export interface FetchCommandOptions {
  readonly update?: readonly string[] | true;
  readonly locked?: boolean;
}

/** `howdah package fetch`. */
export async function fetchCommand(
  folders: readonly string[],
  { update, locked }: FetchCommandOptions,
  shell: Shell,
): Promise<void> {
  const { packages, local } = await readNamed(folders, {}, shell);
  const fetched = await fetchNeeded(
    [...packages, ...local],
    { frozen: locked === true, update: update === true ? "all" : update },
    shell,
  );
  if (shell.json) {
    const facts = fetched.locked.map(({ name, version, source }) => ({ name, version, source }));
    return shell.printJson({ changed: fetched.changed, packages: facts });
  }
  if (fetched.locked.length === 0) return shell.note(shell.err.dim("nothing is needed from npm or git"));
  for (const { name, version, source } of fetched.locked)
    shell.print(`${shell.out.green("✓")} ${name} ${version}  ${shell.out.dim(source)}`);
  if (fetched.changed) shell.note(shell.err.dim("howdah.lock was written"));
}

export interface PublishCommandOptions {
  readonly as?: string;
  readonly tag?: string;
  readonly access?: string;
  readonly dryRun?: boolean;
}

/** `howdah package publish`. */
export async function publishCommand(
  folder: string | undefined,
  { as, tag, access, dryRun }: PublishCommandOptions,
  shell: Shell,
): Promise<void> {
  const { packPackage, publishPackage } = await import("../../capabilities/index.ts");
  const { packages } = await readNamed(folder === undefined ? [] : [folder], {}, shell);
  const [source, second] = packages;
  if (source === undefined || second !== undefined) {
    throw new AppError("WD002", "one package is published at a time", {
      detail: packages.map(({ manifest }) => manifest.name).join(", "),
      hint: "name its folder: howdah package publish packages/my_api",
    });
  }
  const options = { as, tag, access: accessOf(access), signal: shell.signal };
  if (dryRun === true) return tell(await packPackage(source, options), undefined, shell);
  const { NpmRegistry } = await import("../../resolve/index.ts");
  using registry = await NpmRegistry.configured();
  const published = await publishPackage(source, registry, options);
  tell(published, published.registry, shell);
}

function accessOf(text: string | undefined): "public" | "restricted" | undefined {
  if (text === undefined || text === "public" || text === "restricted") return text;
  throw new AppError("WD002", `--access ${text}: expected public or restricted`);
}

interface Told {
  readonly name: string;
  readonly version: string;
  readonly tag: string;
  readonly files: readonly string[];
  readonly tarball: Buffer;
}

function tell({ name, version, tag, files, tarball }: Told, registry: string | undefined, shell: Shell): void {
  const bytes = tarball.length;
  if (shell.json) return shell.printJson({ name, version, tag, files, bytes, registry: registry ?? null });
  for (const file of files) shell.print(shell.out.dim(file));
  const what = `${name} ${version}, ${files.length} files, ${bytes} bytes`;
  shell.print(
    registry === undefined ? `${what}: not published` : `${shell.out.green("✓")} published ${what} as ${tag}`,
  );
}
