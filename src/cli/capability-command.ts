import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import type { CapabilityCommand } from "../capability/index.ts";
import type { Shell } from "./shell.ts";
import { openShellProject } from "./session.ts";

/**
 * Runs a command that a capability of the project brings, with everything behind its name; false when there is no
 * project here, or no capability of it has such a command.
 */
export async function runCapabilityCommand(name: string, argv: readonly string[], shell: Shell): Promise<boolean> {
  const command = await findCommand(name, shell);
  if (command === undefined) return false;
  const { findProject } = await import("../project/index.ts");
  const module = await command.load();
  const root = await findProject(shell.folder);
  shell.exit(await module.run(argv.slice(argv.indexOf(name) + 1), { root, json: shell.json }));
  return true;
}

async function findCommand(name: string, shell: Shell): Promise<CapabilityCommand | undefined> {
  return (await capabilityCommands(shell)).find((command) => command.name === name);
}

/** Adds what the project's capabilities bring to the list of `howdah --help`; loads no command. */
export async function listCapabilityCommands(program: Command, shell: Shell): Promise<void> {
  if (!namesCapabilities(shell.folder)) return;
  const known = new Set(program.commands.map((command) => command.name()));
  for (const { name, summary } of await capabilityCommands(shell)) {
    // What howdah has itself is what is called.
    if (!known.has(name)) program.command(name).summary(summary).helpGroup("Of this project:").helpOption(false);
  }
}

/**
 * Help is asked for in a hurry: the project floor, with its TOML parser and watcher, takes longer to load than the rest
 * of it, and is needed only where howdah.toml names capabilities besides the built-in ones.
 */
function namesCapabilities(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, "howdah.toml");
    if (existsSync(file)) return readFileSync(file, "utf8").includes("capabilities");
    if (dirname(at) === at) return false;
  }
}

/** Outside of a project, or in a broken one, there are none. */
async function capabilityCommands(shell: Shell): Promise<readonly CapabilityCommand[]> {
  const project = await openShellProject(shell).catch(() => undefined);
  return project?.capabilities.flatMap(({ capability }) => capability.commands ?? []) ?? [];
}
