import { readExtensionVersion } from "../version.ts";
import type { Source } from "./source.ts";

/** What came with the server: its version is the server's own. */
export const contrib: Source = {
  name: "contrib",
  async offers(name, { contrib: controls }) {
    const found = controls.find((control) => control.name === name);
    if (found === undefined) return [];
    return [
      {
        name,
        version: readExtensionVersion(found.defaultVersion),
        text: found.defaultVersion,
        source: "contrib",
        requires: new Map(found.requires.map((each) => [each, "*"])),
        artifacts: [],
      },
    ];
  },
  names: async ({ contrib: controls }) => controls.map(({ name }) => name),
  install: async () => undefined,
};
