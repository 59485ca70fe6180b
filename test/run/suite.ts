import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** One pass of tests against one Postgres as one kind of role. */
export interface Run {
  readonly major: string;
  readonly role: "superuser" | "plain";
  readonly files: readonly string[];
}

/** Floors whose tests touch Postgres: they run on the oldest major, as the role that may least. */
const touchesPostgres =
  /^src[\\/](postgres|catalog|identity|schema|vfs|capability|capabilities|application)[\\/]|guestbook-url\.test\.ts$/;

/** Floors that Postgres itself answers, each in its own words: they run on the major between as well. */
const speaksPostgres = /^src[\\/](postgres|catalog|schema)[\\/]|guestbook-url\.test\.ts$/;

/** Tests of what a role without superuser may do, which changed with 16: who makes, joins and grants roles and databases. */
const dealsWithRoles =
  /^src[\\/](postgres|catalog|identity|schema)[\\/]|^src[\\/]application[\\/](open-database|refuse-pending|serve-project|project-worker|schema-safety|testing[\\/]test-project)\.test\.ts$|guestbook-url\.test\.ts$/;

/** Tests that a role without superuser skips, the engine's of all kinds of objects among them: on the oldest major too. */
const needsSuperuser =
  /^src[\\/](diff[\\/].*|schema[\\/]desired[\\/].*|schema[\\/]prepare-database|postgres[\\/]request-leak|application[\\/](\w+-functions|project-worker|database-languages))\.test\.ts$/;

const allTests = ["src/**/*.test.ts", "test/**/*.test.ts"];

/**
 * What `npm test` runs: everything on 18 as superuser; what touches Postgres on 15 without superuser; what speaks to it
 * on 17; what deals with roles on 18 without superuser, since what such a role may do changed with 16. HOWDAH_TEST_POSTGRES and
 * HOWDAH_TEST_AS choose one run, of every test; paths choose files.
 */
export function planRuns(root: string, paths: readonly string[], env: NodeJS.ProcessEnv): readonly Run[] {
  const files = selectFiles(root, paths);
  const major = env["HOWDAH_TEST_POSTGRES"];
  const role = env["HOWDAH_TEST_AS"] === "plain" ? "plain" : "superuser";
  const chosen = major !== undefined || env["HOWDAH_TEST_AS"] !== undefined || env["HOWDAH_TEST_URL"] !== undefined;
  if (chosen || paths.length > 0) return [{ major: major ?? "18", role, files }];
  const those = (pattern: RegExp): readonly string[] => files.filter((file) => pattern.test(file));
  return [
    { major: "18", role: "superuser", files },
    { major: "17", role: "superuser", files: those(speaksPostgres) },
    { major: "15", role: "superuser", files: those(needsSuperuser) },
    { major: "15", role: "plain", files: those(touchesPostgres) },
    { major: "18", role: "plain", files: those(dealsWithRoles) },
  ];
}

/** True when a test of these runs drives a browser. */
export function drivesBrowser(root: string, runs: readonly Run[]): boolean {
  const files = new Set(runs.flatMap((run) => run.files));
  return [...files].some((file) => readFileSync(join(root, file), "utf8").includes('support/browser.ts"'));
}

/** Files, folders and patterns as test files relative to the repository, sorted. */
function selectFiles(root: string, paths: readonly string[]): readonly string[] {
  const patterns =
    paths.length === 0 ? allTests : paths.map((path) => (isFolder(join(root, path)) ? `${path}/**/*.test.ts` : path));
  return [...new Set(globSync(patterns, { cwd: root }))].toSorted();
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
