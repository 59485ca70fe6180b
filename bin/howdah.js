#!/usr/bin/env node
// Parses on every Node since 12, so that an old one says what to do instead of failing on syntax.
const needed = 24;

if (Number(process.versions.node.split(".")[0]) < needed) {
  process.stderr.write(
    "howdah needs Node " +
      needed +
      " or newer, and this is " +
      process.version +
      ": install it from " +
      "https://nodejs.org/en/download or with your version manager (nvm install " +
      needed +
      ")\n",
  );
  process.exitCode = 1;
} else {
  start().catch((error) => {
    process.stderr.write(String((error && error.stack) || error) + "\n");
    process.exitCode = 1;
  });
}

async function start() {
  const { existsSync } = await import("fs");
  await rememberCompiled(existsSync);
  // A checkout has sources and perhaps an older build beside them: the sources hold. The package has the build only.
  const source = new URL("../src/cli/main.ts", import.meta.url);
  const entry = existsSync(source) ? source : new URL("../dist/cli/main.js", import.meta.url);
  const { main } = await import(entry.href);
  await main(process.argv.slice(2));
}

/**
 * What was compiled of our modules is kept in howdah's cache, where there is one: of a command that does little, most time
 * goes there, and three times as much where sources are run as they are. Processes that are started on its behalf do the same.
 * With a coverage of V8 it would be less exact.
 */
async function rememberCompiled(existsSync) {
  const env = process.env;
  if (env.NODE_COMPILE_CACHE || env.NODE_V8_COVERAGE) return;
  const { join } = await import("path");
  const root = await cacheRoot(join);
  if (!existsSync(root)) return;
  const { enableCompileCache } = await import("module");
  const folder = join(root, "compiled");
  // Where nothing can be written there, everything is compiled anew.
  enableCompileCache(folder);
  env.NODE_COMPILE_CACHE = folder;
}

/** As src/resolve/cache.ts has it, which is itself one of the modules. */
async function cacheRoot(join) {
  const { HOWDAH_CACHE, LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  if (HOWDAH_CACHE) return HOWDAH_CACHE;
  const { homedir } = await import("os");
  const { platform } = process;
  if (platform === "win32") return join(LOCALAPPDATA || join(homedir(), "AppData", "Local"), "howdah", "Cache");
  if (process.getuid() === 0) return platform === "darwin" ? "/Library/Caches/howdah" : "/var/cache/howdah";
  if (XDG_CACHE_HOME && XDG_CACHE_HOME.startsWith("/")) return join(XDG_CACHE_HOME, "howdah");
  return platform === "darwin" ? join(homedir(), "Library", "Caches", "howdah") : join(homedir(), ".cache", "howdah");
}
