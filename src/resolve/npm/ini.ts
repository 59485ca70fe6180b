/**
 * The key = value lines of an .npmrc, with ${NAME} replaced from the environment as npm does; later lines win.
 *
 * Sections and arrays of the ini format mean nothing to npm's registry settings and are skipped. `ca[] = …` lines are
 * joined by a line feed.
 */
export function parseNpmrc(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*([^;#=\s[][^=]*?)\s*=\s*(.*?)\s*$/.exec(line);
    if (!match) continue;
    const key = expand(match[1] ?? "", env);
    const value = expand(unquote(match[2] ?? ""), env);
    if (key.endsWith("[]")) append(settings, key.slice(0, -2), value);
    else settings.set(key, value);
  }
  return settings;
}

function append(settings: Map<string, string>, key: string, value: string): void {
  const before = settings.get(key);
  settings.set(key, before === undefined ? value : `${before}\n${value}`);
}

function unquote(value: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(value);
  return quoted?.[2] ?? value.replace(/\s[;#].*$/, "");
}

/** npm leaves ${NAME} as it stands where the variable is not set; ${NAME?} becomes empty. */
function expand(value: string, env: Readonly<Record<string, string | undefined>>): string {
  return value.replace(/(?<!\\)\$\{([^${}?]+)(\?)?\}/g, (whole, name: string, optional) => {
    return env[name] ?? (optional ? "" : whole);
  });
}
