// Formats everything that `npm run check` looks at.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";

const root = dirname(import.meta.dirname);
const done = spawnSync(process.execPath, [join(root, "node_modules/oxfmt/bin/oxfmt"), "--write", "."], {
  cwd: root,
  stdio: "inherit",
});
process.exitCode = done.status ?? 1;
