import { realpath } from "node:fs/promises";
import { connect, formatUrl, type Connection, type StatementError } from "../../postgres/index.ts";
import { findProject } from "../../project/index.ts";
import type { Application, Project, ProjectDatabase } from "../application.ts";
import { once } from "../once.ts";
import { openDatabase } from "../open-database.ts";
import { openProject } from "../open-project.ts";
import { locateIn, openActing, ownerOptions, requestOptions, type Acting, type ActingSession } from "./acting.ts";
import { appFace, type AppFace } from "./app-face.ts";
import { cloneDatabase, cloneTarget, prepareCloning } from "./clone.ts";
import { beginRun, dropDatabases } from "./run-lock.ts";
import { scriptPlace, type ScriptPlace } from "./script-place.ts";
import { placeVariable, type ScriptMessage } from "./script-protocol.ts";
import { openTemplate } from "./template.ts";

/** What a test is given by node:test, as far as it is needed here: any other runner's will do. */
export interface TestScope {
  after(work: () => Promise<void>): void;
  diagnostic?(message: string): void;
}

/** A database of its own for one test: the assembled project, with `query` and `sql` as its owner. */
export interface TestDatabase extends Acting {
  readonly name: string;
  /** postgres://…, as the role that `howdah psql` connects as; holds a password. */
  readonly url: string;
  /**
   * Statements as requests run them: as anon, authenticated, service_role (or any role), with these claims, each in a
   * transaction of its own, so that grants and row security hold.
   */
  as(role: string, claims?: Readonly<Record<string, unknown>>): Acting;
  /** The application over HTTP, served from this database. */
  readonly app: AppFace;
}

/**
 * A fresh database for one test, dropped when the test ends.
 *
 *     test("a note is added", async (t) => {
 *       const db = await testDatabase(t);
 *       await db.sql`insert into public.note (body) values (${"hello"})`;
 *       const { status, body } = await db.app.get("/");
 *       assert.equal(status, 200);
 *       assert.match(body, /hello/);
 *     });
 *
 * Under `howdah test` it is a copy of the run's template. Started in any other way, by an editor or `node --test`, it
 * finds the project of the current folder, starts or joins its Postgres, and makes or finds the template itself.
 */
export async function testDatabase(t: TestScope): Promise<TestDatabase> {
  const place = await takePlace();
  const { maintenance, source, database } = place;
  const session = await connect(maintenance, { applicationName: "howdah test" });
  const name = `${place.prefix}${++count}`;
  const ends: (() => Promise<void>)[] = [];
  t.after(async () => {
    for (const end of ends.toReversed()) await end().catch(() => {});
    // The run drops them together: see clone-supply.ts.
    if (!tellRun({ kind: "left", database: name })) await dropDatabases(session, database, [name]);
    await session.close();
    await place.release();
  });
  await makeDatabase(session, source, name);
  return faceOf(t, { place, name, ends });
}

let count = 0;

async function makeDatabase(session: Connection, source: ScriptPlace["source"], name: string): Promise<void> {
  const startedAt = performance.now();
  await prepareCloning(session);
  await cloneDatabase(session, source, name);
  tellRun({ kind: "clone", cloneMs: performance.now() - startedAt });
}

/** False where this process is not one of `howdah test`. */
function tellRun(message: ScriptMessage): boolean {
  if (process.env[placeVariable] === undefined || process.send === undefined) return false;
  process.send(message);
  return true;
}

interface Made {
  readonly place: ScriptPlace;
  readonly name: string;
  /** What is to be closed before the database is dropped. */
  readonly ends: (() => Promise<void>)[];
}

function faceOf(t: TestScope, { place, name, ends }: Made): TestDatabase {
  const { admin, authenticator, service, roles } = place.database;
  const target = cloneTarget(admin, name);
  const logins = {
    roles,
    admin: target,
    authenticator: cloneTarget(authenticator, name),
    service: cloneTarget(service, name),
  };
  const locate = (error: StatementError): Promise<StatementError> =>
    locateIn(target, { roles, root: place.root }, error);
  const keep = (session: ActingSession): Acting => {
    ends.push(async () => session[Symbol.asyncDispose]());
    return session.acting;
  };
  const owner = keep(openActing(ownerOptions(target, roles), locate));
  const start = once(async () => {
    const application = await serve(t, place, { ...place.database, ...logins });
    ends.push(() => application.close());
    return application;
  });
  return {
    ...owner,
    name,
    url: formatUrl(target, { password: "shown" }),
    as: (role, claims = {}) => keep(openActing(requestOptions(role, claims, logins), locate)),
    app: appFace(start),
  };
}

/** In this process, at any free port; what it logs as a warning or worse, the test says. */
async function serve(t: TestScope, place: ScriptPlace, database: ScriptPlace["database"]): Promise<Application> {
  const { serveProject } = await import("../serve-project.ts");
  const project = await openTestProject(place.root, place.environment);
  const say = (fields: object, message: string): void =>
    t.diagnostic?.(Object.keys(fields).length === 0 ? message : `${message} ${JSON.stringify(fields)}`);
  const close = async (): Promise<void> => {};
  return serveProject(
    project,
    {
      ...database,
      joined: true,
      warnings: [],
      connectOwner: () => connect(database.admin),
      ...{ close, [Symbol.asyncDispose]: close },
    },
    {
      mode: "production",
      ...{ host: "127.0.0.1", port: 0, unlisted: true },
      log: { debug() {}, info() {}, warn: say, error: say },
    },
  );
}

interface HeldPlace extends ScriptPlace {
  release(): Promise<void>;
}

/** What `howdah test` has handed over, or what this process finds and holds as long as a test needs it. */
async function takePlace(): Promise<HeldPlace> {
  const given = process.env[placeVariable];
  if (given !== undefined) return { ...(JSON.parse(given) as ScriptPlace), release: async () => {} };
  held ??= { users: 0, opened: openPlace() };
  const mine = held;
  mine.users++;
  const release = async (): Promise<void> => {
    if (--mine.users > 0) return;
    if (held === mine) held = undefined;
    await (await mine.opened).close();
  };
  try {
    return { ...(await mine.opened).place, release };
  } catch (error) {
    if (held === mine) held = undefined;
    throw error;
  }
}

interface OpenedPlace {
  readonly place: ScriptPlace;
  close(): Promise<void>;
}

/** Shared by the tests that run at once: what stays open would keep the process from ending. */
let held: { users: number; readonly opened: Promise<OpenedPlace> } | undefined;

async function openPlace(): Promise<OpenedPlace> {
  await using opened = new AsyncDisposableStack();
  const project = await openTestProject(await findProject(process.cwd()));
  const database: ProjectDatabase = opened.use(await openDatabase(project));
  const run = opened.use(await beginRun(database));
  const { source } = await openTemplate(run, project, database, { seeds: false });
  const owned = opened.move();
  return { place: scriptPlace(run, project, database, source), close: () => owned.disposeAsync() };
}

/** A project as tests open it: in the environment test, unless HOWDAH_ENV names another one. */
export async function openTestProject(root: string, environment?: string): Promise<Project> {
  const env = { ...process.env };
  return openProject(await realpath(root), {
    env: { ...env, HOWDAH_ENV: environment ?? (env["HOWDAH_ENV"] || "test") },
  });
}
