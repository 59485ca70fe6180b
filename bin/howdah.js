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
  // A checkout has sources and perhaps an older build beside them: the sources hold. The package has the build only.
  const source = new URL("../src/cli/main.ts", import.meta.url);
  const entry = existsSync(source) ? source : new URL("../dist/cli/main.js", import.meta.url);
  const { main } = await import(entry.href);
  await main(process.argv.slice(2));
}
