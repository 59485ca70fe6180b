import { didYouMean } from "../../../../errors/index.ts";
import type { FileValue } from "./config-file.ts";
import { removedSettings, settingsList, type Setting } from "./settings-list.ts";

const known: ReadonlySet<string> = new Set(
  settingsList.flatMap((setting: Setting) => [setting.name, ...(setting.aliases ?? [])]),
);

/**
 * What is to be said of settings in the file or the environment that are not served: a file for PostgREST may have older
 * or newer ones than we know, and is served all the same, as PostgREST does.
 */
export function unknownSettings(file: ReadonlyMap<string, FileValue>, env: NodeJS.ProcessEnv): readonly string[] {
  const inFile = [...file.keys()].filter((name) => !name.startsWith("app.settings."));
  const inEnv = Object.keys(env)
    .filter((name) => name.startsWith("PGRST_") && !name.startsWith("PGRST_APP_SETTINGS_"))
    .map((name) => name.slice("PGRST_".length).toLowerCase().replaceAll("_", "-"));
  const unknown = [...new Set([...inFile, ...inEnv])].filter((name) => !known.has(name));
  return unknown.map((name) => {
    const reason = removedSettings[name];
    if (reason !== undefined) return `the setting ${name} is not served: ${reason}`;
    return [`the setting ${name} is not known`, didYouMean(name, known)].filter(Boolean).join(": ");
  });
}
