import { cp, mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { AppError } from "../../../errors/index.ts";
import { contentFolder, ensureContent } from "../../../resolve/index.ts";
import { extensionKind } from "../install/debian-files.ts";
import { entryOf } from "../registry.ts";
import type { Place } from "../sources/source.ts";
import { headersFor } from "./headers.ts";
import { pgConfig } from "./pg-config.ts";
import { runTool } from "./run-tool.ts";

interface Sources {
  readonly name: string;
  readonly text: string;
  /** Of all files. */
  readonly integrity: string;
  /** The folder that they stand in, which is not written to. */
  readonly from: string;
}

/**
 * Builds an extension by make (PGXS) against the headers of the server's major, and keeps what it would install: the same
 * sources are built once for a server. Throws WD713 with the end of what make said, WD714 without headers.
 */
export async function buildExtension({ name, text, integrity, from }: Sources, place: Place): Promise<string> {
  const hash = Buffer.from(integrity.slice("sha256-".length), "base64").toString("hex").slice(0, 12);
  const key = `built-${name}-${text}-${place.platform}-${hash}`.replaceAll(/[^\w.+-]/g, "_");
  const { cache, signal } = place;
  const content = { cache, kind: extensionKind, key, signal };
  return await ensureContent(content, async (staging) => {
    const headers = await headersFor(place);
    place.onStep?.(`building ${name} ${text}`);
    const work = join(staging, "work");
    await cp(from, work, { recursive: true });
    await mkdir(join(staging, "bin"));
    const program = join(staging, "bin", "pg_config");
    await writeFile(program, pgConfig(place, headers, staging), { mode: 0o755 });
    const log = join(cache, `build-${name}.log`);
    await make(name, work, program, headers.server, log, signal);
    await rm(work, { recursive: true, force: true });
    await rm(join(staging, "bin"), { recursive: true, force: true });
    await rename(join(staging, "installed", "share"), join(staging, "share"));
    await rename(join(staging, "installed", "lib"), join(staging, "lib")).catch(() => {}); // in SQL alone
    await rm(join(staging, "installed"), { recursive: true, force: true });
    await assertControl(name, staging, contentFolder(content));
  });
}

async function make(
  name: string,
  work: string,
  program: string,
  includes: string,
  log: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const names = await readdir(work);
  if (!names.some((file) => /^(?:GNU)?[Mm]akefile$/.test(file))) throw noMakefile(name, names);
  const variables = [
    `PG_CONFIG=${program}`,
    "USE_PGXS=1",
    "with_llvm=no",
    `includedir_server=${includes}`,
    ...(entryOf(name)?.make ?? []),
  ];
  const steps: (readonly [string, readonly string[]])[] = [
    ...((await isThere(join(work, "configure"))) ? [["./configure", [`--with-pgconfig=${program}`]] as const] : []),
    ["make", [`-j${availableParallelism()}`, ...variables, "all"]],
    ["make", [...variables, "install"]],
  ];
  for (const [tool, args] of steps) {
    const { code, output } = await runTool(tool, args, {
      cwd: work,
      env: { PG_CONFIG: program, MAKEFLAGS: "" },
      signal,
    });
    await writeFile(log, output);
    if (code !== 0) throw failed(name, tool, code, output, log);
  }
  await rm(log, { force: true });
}

async function assertControl(name: string, staging: string, folder: string): Promise<void> {
  if (await isThere(join(staging, "share", "extension", `${name}.control`))) return;
  const controls = await readdir(join(staging, "share", "extension")).catch(() => []);
  const found = controls.filter((file) => file.endsWith(".control")).map((file) => file.slice(0, -".control".length));
  throw new AppError("WD713", `what was built is not the extension ${name}`, {
    detail: `${folder} would have ${found.join(", ") || "no extension"}`,
    hint: found[0] === undefined ? undefined : `howdah add ${found[0]} --from …`,
  });
}

function noMakefile(name: string, names: readonly string[]): AppError {
  const cargo = names.includes("Cargo.toml");
  return new AppError("WD713", `${name} is not built by make`, {
    detail: cargo
      ? "it has a Cargo.toml: extensions in Rust (pgrx) are not built"
      : "there is no Makefile in its folder",
    hint: cargo ? "build it with cargo pgrx, and name the folder of a package that has a Makefile" : undefined,
  });
}

function failed(name: string, tool: string, code: number, output: string, log: string): AppError {
  const lines = output.trim().split("\n");
  const errors = lines.filter((line) => /\berror:|: No such file|not found|cannot find|\*\*\* /.test(line));
  const shown = errors.length > 0 ? errors.slice(0, 8) : lines.slice(-8);
  return new AppError("WD713", `${name} does not compile`, {
    detail: `${tool} ended with ${code}:\n${shown.join("\n")}\nall of it: ${log}`,
    hint: code === 127 ? `install ${tool} and a C compiler (Debian: build-essential)` : hintFor(output),
  });
}

/** A header or library that is not there, with the package that usually has it. */
function hintFor(output: string): string | undefined {
  const header = /fatal error: ([\w./-]+\.h): No such file/.exec(output)?.[1];
  if (header !== undefined)
    return `a header is missing: install the package that has ${header} (apt-file search ${header})`;
  const library = /cannot find -l([\w+-]+)/.exec(output)?.[1];
  return library === undefined ? undefined : `a library is missing: install lib${library}-dev`;
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
