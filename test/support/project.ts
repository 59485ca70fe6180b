import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { WebSocket } from "ws";
import {
  assembleProject,
  openDatabase,
  openProject,
  serveProject,
  type Application,
  type AssembleOptions,
  type AssemblyReport,
  type Log,
  type Project,
  type ProjectDatabase,
  type ServeOptions,
} from "../../src/application/index.ts";
import { AppError, AppErrors } from "../../src/errors/index.ts";
import type { LiveMessage } from "../../src/server/live.ts";
import { testDatabase, type TestDatabase } from "./database.ts";
import { testProjectFolder } from "./folder.ts";
import { until } from "./until.ts";

export { testProjectFolder } from "./folder.ts";

/** A project in a folder of its own, on a database of its own that a url leads to. */
export interface TestProject extends TestDatabase {
  readonly root: string;
  /** What the project's howdah.toml refers to: for `openProject`, and for howdah as a process. */
  readonly env: Readonly<Record<string, string>>;
  /** Writes files (null removes one); `$anon` in them is the role of requests. */
  save(files: ProjectFiles): Promise<void>;
  open(mode?: "development" | "production"): Promise<Project>;
  /** Opens project and database anew and assembles. */
  assemble(options?: Partial<AssembleOptions>): Promise<AssemblyReport>;
  /** Opens project and database anew and serves them at any free port; closed with the test at the latest. */
  serve(options?: Partial<ServeOptions>): Promise<Application>;
  /** The project with its database, which is open until the test ends. */
  opened(mode?: "development" | "production"): Promise<readonly [Project, ProjectDatabase]>;
}

type ProjectFiles = Readonly<Record<string, string | null>>;

/** A temporary project of these files; what howdah.toml has is added to what makes it one. */
export async function testProject(t: TestContext, files: ProjectFiles = {}): Promise<TestProject> {
  const root = await testProjectFolder(t);
  const database = await testDatabase(t);
  const name = database.target.database;
  const scratch = process.env["HOWDAH_TEST_SCRATCH_URL"] ?? "";
  const env = { DATABASE_URL: database.url, HOWDAH_SCRATCH_URL: scratch };
  process.env["HOWDAH_SCRATCH_URL"] = scratch;
  const save = (changes: ProjectFiles): Promise<void> => saveFiles(root, changes, `${name}_anon`);
  const toml = `name = "shop"\n${asAdmin(files["howdah.toml"] ?? "")}\n${tomlFor(name)}`;
  await save({ ...files, "howdah.toml": toml });
  const open: TestProject["open"] = (mode = "development") =>
    openProject(root, { mode, env: { ...process.env, ...env } });
  const opened: TestProject["opened"] = async (mode) => {
    const project = await open(mode);
    const projectDatabase = await openDatabase(project);
    // The role of HOWDAH_TEST_URL may be a plain one, and has handed its database over by now.
    await database.connection.execute(`set role "${projectDatabase.roles.owner}"`);
    return [project, projectDatabase];
  };
  return {
    ...database,
    ...{ root, env, save, open, opened },
    async assemble(options = {}) {
      const [project, projectDatabase] = await opened(options.mode);
      return assembleProject(project, projectDatabase, { mode: "development", ...options });
    },
    async serve(options = {}) {
      const [project, projectDatabase] = await opened(options.mode);
      const application = await serveProject(project, projectDatabase, { mode: "development", port: 0, ...options });
      t.after(() => application.close());
      return application;
    },
  };
}

/** Writes files below a folder (null removes one), with the name of the role in place of `$anon`. */
export async function saveFiles(root: string, files: ProjectFiles, anon = "anon"): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, path);
    if (text === null) {
      await rm(file, { force: true });
      continue;
    }
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text.replaceAll("$anon", anon));
  }
}

/** What only a superuser may make is tested as well, unless a test says otherwise. */
function asAdmin(toml: string): string {
  if (toml.includes("as_admin")) return toml;
  const whole = toml.includes("[schema]\n") ? toml : `${toml}\n[schema]\n`;
  return whole.replace("[schema]\n", "[schema]\nas_admin = true\n");
}

function tomlFor(database: string): string {
  return `
[postgres]
provider = "url"
url = { env = "DATABASE_URL" }

[roles]
anon = "${database}_anon"
authenticated = "${database}_user"
service_role = "${database}_admin"
`;
}

/** The error that work ends with, as an AppError. */
export async function failureOf(work: Promise<unknown>): Promise<AppError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppErrors && error.errors[0]) return error.errors[0];
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("it succeeded");
}

/** A log that keeps what it is told. */
export function keepingLog(): { readonly log: Log; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const write =
    (level: string) =>
    (_fields: object, message: string): void =>
      void lines.push(`${level} ${message}`);
  return { log: { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") }, lines };
}

/** A browser's development socket. */
export interface Live {
  /** Everything that came so far. */
  readonly messages: readonly LiveMessage[];
  /** The first message of which this holds, whenever it came. */
  find(what: string, holds: (message: LiveMessage) => boolean): Promise<LiveMessage>;
  /** Forgets what came so far. */
  clear(): void;
}

/** Connects to the development socket of an application; the first message has come when it resolves. */
export async function listenLive(t: TestContext, url: string): Promise<Live> {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/_howdah/live`);
  t.after(() => socket.terminate());
  const messages: LiveMessage[] = [];
  socket.on("message", (data: Buffer) => messages.push(JSON.parse(data.toString("utf8")) as LiveMessage));
  await until("the development socket speaks", () => messages.length > 0);
  return {
    messages,
    async find(what, holds) {
      await until(what, () => messages.some(holds));
      return messages.find(holds) as LiveMessage;
    },
    clear: () => void messages.splice(0),
  };
}
