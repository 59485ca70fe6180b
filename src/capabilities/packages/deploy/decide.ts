import { AppError, didYouMean } from "../../../errors/index.ts";
import { formatPackageVersion } from "../../../resolve/index.ts";
import type { Package, Script } from "../folder/package-folder.ts";
import type { DeployInput, Mode, PackageAction } from "./deployment.ts";
import { keyOfPackage } from "./choose.ts";
import type { PackageState } from "./state.ts";

/** What is to be done about one package, before its scripts are parsed. */
export interface Decision {
  readonly source: Package;
  readonly state: PackageState;
  readonly mode: Mode;
  readonly verdict: "deploy" | "unchanged" | "resume";
  /** The schema is made anew, so that every script runs. */
  readonly fresh: boolean;
  /** All of the package is deployed, not single files. */
  readonly whole: boolean;
  /** What makes room for it. */
  readonly room: PackageAction | undefined;
  readonly scripts: readonly Script[];
}

/** How far a package may go; what is only needed by others goes no further than mode safe. */
export type Permission = Pick<DeployInput, "mode" | "onlyChanged" | "files" | "allowSplit" | "cascadeExternal">;

/** Decides by mode and state; an error where the mode does not allow it. Pure. */
export function decide(source: Package, state: PackageState, permission: Permission): Decision | AppError {
  const { mode, files } = permission;
  const missing = state.missing_roles[0];
  if (missing !== undefined) return noRole(missing, source);
  const base = { source, state, mode, whole: files.length === 0 };
  const isThere = source.schema === undefined ? state.id !== null : state.schema_exists;
  if (files.length > 0) return isThere ? singleFiles(base, files) : notThere(source);
  if (!isThere) return { ...base, verdict: "deploy", fresh: true, room: undefined, scripts: source.scripts };
  if (state.id === null && mode !== "overwrite") return foreignSchema(source);
  switch (mode) {
    case "safe":
      return safe(base);
    case "overwrite":
      if (permission.onlyChanged === true && state.id !== null && changesOf(base).length === 0) return safe(base);
      return overwrite(base, source.scripts);
    case "moderate":
    case "unsafe":
      return makesRoom(base, permission);
  }
}

type Base = Pick<Decision, "source" | "state" | "mode" | "whole">;

function safe(base: Base): Decision | AppError {
  const drift = driftOf(base);
  if (drift !== undefined) return drift;
  const changes = changesOf(base);
  if (changes.length > 0) return changed(base.source, changes);
  const verdict = hasOpenSteps(base.state) ? "resume" : "unchanged";
  return { ...base, verdict, fresh: false, room: undefined, scripts: [] };
}

/** Files over what is there: table scripts that have not run, types of files that have changed, everything else. */
function overwrite(base: Base, scripts: readonly Script[]): Decision | AppError {
  const drift = driftOf({ ...base, source: { ...base.source, scripts } });
  if (drift !== undefined) return drift;
  const { files, evolutions, steps } = base.state;
  const due = scripts.filter(({ phase, file, checksum }) => {
    if (phase === "table") return evolutions[file] === undefined && steps[file] === undefined;
    return (phase !== "type" && steps[file] === undefined) || files[file] !== checksum;
  });
  return { ...base, verdict: "deploy", fresh: false, room: undefined, scripts: due };
}

function singleFiles(base: Base, files: readonly string[]): Decision | AppError {
  const { scripts } = base.source;
  for (const file of files) {
    if (scripts.some((script) => script.file === plain(file))) continue;
    return new AppError("WD642", `the package ${base.source.manifest.name} has no file "${file}"`, {
      hint:
        didYouMean(
          file,
          scripts.map((script) => script.file),
        ) ?? "paths are relative to the package's folder",
    });
  }
  const wanted = new Set(files.map(plain));
  const chosen = scripts.filter(({ file }) => wanted.has(file));
  const drift = driftOf({ ...base, source: { ...base.source, scripts: chosen } });
  if (drift !== undefined) return drift;
  const due = chosen.filter(({ phase, file }) => phase !== "table" || base.state.evolutions[file] === undefined);
  return { ...base, verdict: due.length === 0 ? "unchanged" : "deploy", fresh: false, room: undefined, scripts: due };
}

function plain(file: string): string {
  return file.replaceAll("\\", "/").replace(/^\.\//, "");
}

/** The schema goes out of the way: under another name, or for good. */
function makesRoom(base: Base, permission: Permission): Decision | AppError {
  const { source, state, mode } = base;
  const { schema } = source;
  if (schema === undefined) return withoutSchema(source, mode);
  const isAllowed = mode === "moderate" ? permission.allowSplit : permission.cascadeExternal;
  if (state.outsiders.length > 0 && !isAllowed) return outsidersError(source, state, mode);
  const room: PackageAction =
    mode === "moderate" ? renaming(schema, state) : { kind: "drop schema", schema, with: state.outsiders };
  return { ...base, verdict: "deploy", fresh: true, room, scripts: source.scripts };
}

function renaming(schema: string, { revisions }: PackageState): PackageAction {
  const taken = new Set(revisions);
  let revision = 0;
  while (taken.has(`${schema}_${revision}`)) revision++;
  return { kind: "rename schema", schema, to: `${schema}_${revision}`, revision };
}

function hasOpenSteps({ steps }: PackageState): boolean {
  return Object.values(steps).some(({ status }) => status !== "done");
}

/** Table scripts that differ from what ran. */
function driftOf({ source, state }: Base): AppError | undefined {
  const drifted = source.scripts.flatMap(({ phase, file, checksum, source: text }) => {
    const ran = phase === "table" ? (state.evolutions[file] ?? state.steps[file]?.checksum) : undefined;
    return ran === undefined || ran === checksum ? [] : [{ file, ran, checksum, text }];
  });
  const [first] = drifted;
  if (first === undefined) return undefined;
  return new AppError("WD645", `a table script of ${source.manifest.name} was edited after it ran: ${first.file}`, {
    detail: drifted.map(({ file, ran, checksum }) => `${file}: ran as ${ran}, is now ${checksum}`).join("\n"),
    hint: "take the old text back, and put the change into a new file",
    position: { file: first.text.file, line: 1, column: 1 },
    source: first.text.text,
  });
}

/** Files that differ from what was deployed, each with how. */
function changesOf({ source, state }: Base): readonly string[] {
  const now = new Map(source.scripts.map(({ file, checksum }) => [file, checksum]));
  const changes = [...now].flatMap(([file, checksum]) => {
    const before = state.files[file];
    return before === checksum ? [] : [`${file}: ${before === undefined ? "new" : "edited"}`];
  });
  const gone = Object.keys(state.files).filter((file) => file !== "" && !now.has(file));
  const version = formatPackageVersion(source.manifest.version);
  const upgraded =
    state.occupant_version === version
      ? []
      : [`version: ${state.occupant_version ?? "none"} is deployed, this is ${version}`];
  const manifest = state.files[""] === source.manifestChecksum ? [] : [`${source.manifest.file}: edited`];
  return [...upgraded, ...manifest, ...changes, ...gone.map((file) => `${file}: removed`)];
}

function changed(source: Package, changes: readonly string[]): AppError {
  const first = source.scripts.find(({ file }) => changes.some((change) => change.startsWith(`${file}: `)));
  return new AppError("WD643", `${keyOfPackage(source)} is deployed with another content`, {
    detail: changes.join("\n"),
    hint: "raise the version, or say what becomes of the schema: --mode overwrite, moderate or unsafe",
    position: first === undefined ? undefined : first.source.position(0),
    source: first?.source.text,
  });
}

function foreignSchema(source: Package): AppError {
  return new AppError("WD643", `the schema ${source.schema} exists, and no deployment has made it`, {
    hint: "rename it, or run the package's files over it: --mode overwrite",
  });
}

function notThere(source: Package): AppError {
  return new AppError("WD648", `${keyOfPackage(source)} is not deployed`, {
    hint: "single files are deployed over a package that is there: deploy all of it first",
  });
}

function noRole(role: string, source: Package): AppError {
  const { manifest } = source;
  const key = manifest.owner === role ? ["owner", "owner_role"] : ["usage", "usage_roles"];
  const path = manifest.file === "config.json" ? [key[1] ?? ""] : ["package", key[0] ?? ""];
  return new AppError("WD651", `the role "${role}" of the package ${manifest.name} does not exist`, {
    hint: `create role "${role}"`,
    position: manifest.position(path),
    source: manifest.source,
  });
}

function withoutSchema(source: Package, mode: Mode): AppError {
  return new AppError("WD643", `${keyOfPackage(source)} has no schema that mode ${mode} could set aside`, {
    detail: "its scope is the database: its scripts say themselves where objects go",
    hint: "--mode overwrite runs its files over what is there",
  });
}

function outsidersError(source: Package, state: PackageState, mode: Mode): AppError {
  const what =
    mode === "moderate" ? "would stay with the schema that is set aside" : "would be dropped with the schema";
  return new AppError("WD644", `objects outside of ${source.schema} ${what}`, {
    detail: state.outsiders.join("\n"),
    hint: mode === "moderate" ? "--allow-split lets them" : "--cascade-external lets them; --mode moderate keeps them",
  });
}
