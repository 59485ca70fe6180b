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
  // Outside of a project, or in a broken one, the name is simply unknown.
  const project = await openShellProject(shell).catch(() => undefined);
  const commands = project?.capabilities.flatMap(({ capability }) => capability.commands ?? []);
  return commands?.find((command) => command.name === name);
}
