import { checkProjectName, namePattern } from "./project-name.ts";
import type { TableKeys, ValueProblem } from "./table-keys.ts";

/** Majors of Postgres that are served; older ones only as the source of an upgrade. */
export const servedMajors: readonly number[] = [15, 16, 17, 18];

/** Environments that exist without a table of their own. */
export const plainEnvironments: readonly string[] = ["development", "production", "test"];

/**
 * Every key of howdah.toml that is the core's, with its default: what is checked, and what the JSON Schema says.
 *
 * Tables of capabilities stand beside them; each capability checks its own.
 */
export const configKeys = {
  name: {
    type: "string",
    pattern: namePattern,
    check: checkProjectName,
    describe: "Name of the project: its database and roles are named after it. Default: the name of the folder.",
  },
  postgres: {
    type: "table",
    short: "version",
    describe: 'Postgres itself: postgres = "18", or a table with version, provider and more.',
    keys: {
      version: {
        type: "string",
        pattern: "^(?:15|16|17|18)(?:\\.[0-9]+)?$",
        check: checkVersion,
        describe: 'A major ("18", its newest release) or an exact release ("17.10"). Default: "18".',
      },
      provider: {
        type: "string",
        choices: ["embedded", "deb", "system", "url"],
        describe:
          "Where Postgres comes from: npm packages, unpacked Debian packages, an installed one, or a running one that " +
          'url names. Default: "url" where a url is given, "embedded" otherwise.',
      },
      url: {
        type: "string",
        secret: true,
        pattern: "^postgres(?:ql)?://",
        check: checkUrl,
        describe: "postgres:// URL of a running Postgres; HOWDAH_DATABASE_URL overrides it.",
      },
      deb: {
        type: "table",
        optional: true,
        describe: "Where the deb provider takes its packages from, in place of the defaults for the major.",
        keys: {
          suite: { type: "string", describe: 'Debian suite, e.g. "trixie".' },
          mirror: { type: "string", describe: "URL of the mirror." },
          keyring: { type: "string", describe: "Path of the keyring that signs the mirror's Release file." },
          accept_expired: {
            type: "boolean",
            default: false,
            describe:
              "Take a Release file that is past its Valid-Until: of a snapshot, or of a mirror that stands still.",
          },
        },
      },
      settings: { type: "map", describe: 'Server settings, e.g. shared_buffers = "256MB".' },
    },
  },
  server: {
    type: "table",
    describe: "How the application is served over HTTP.",
    keys: {
      host: { type: "string", default: "127.0.0.1", describe: "Address to listen on; HOST overrides it." },
      port: { type: "integer", default: 8080, min: 0, max: 65535, describe: "TCP port; PORT overrides it." },
      max_body: { type: "bytes", default: "1 MiB", describe: "Largest body of a request." },
      allowed_hosts: {
        type: "strings",
        default: [],
        describe: "Host names and origins, besides loopback, that requests may carry.",
      },
      pool: { type: "integer", default: 10, min: 1, max: 1000, describe: "Connections that serve requests." },
      workers: {
        type: "integer",
        default: 1,
        min: 0,
        max: 256,
        describe: "Processes of `howdah serve` that share port and pool; 0 for one a processor.",
      },
      acquire_timeout: {
        type: "milliseconds",
        default: "1 s",
        describe: "How long a request waits for Postgres before it is answered with 503.",
      },
      statement_timeout: {
        type: "milliseconds",
        default: "30 s",
        describe: "How long the statements of one request may take together.",
      },
    },
  },
  roles: {
    type: "table",
    describe: "Names of the database roles, where other ones exist already.",
    keys: {
      owner: { type: "string", check: checkRole, describe: "Owns everything and assembles. Default: <name>_owner." },
      authenticator: {
        type: "string",
        check: checkRole,
        describe: "Login role of the pool of requests. Default: <name>_authenticator.",
      },
      service: {
        type: "string",
        check: checkRole,
        describe: "Login role of background work. Default: <name>_service.",
      },
      anon: { type: "string", default: "anon", check: checkRole, describe: "What a request without a user becomes." },
      authenticated: {
        type: "string",
        default: "authenticated",
        check: checkRole,
        describe: "What a request of a user becomes.",
      },
      service_role: {
        type: "string",
        default: "service_role",
        check: checkRole,
        describe: "What background work and trusted callers become.",
      },
    },
  },
  schema: {
    type: "table",
    describe: "How tables, and all else that schema/ declares, are changed.",
    keys: {
      online_above: {
        type: "integer",
        default: 10_000,
        min: 0,
        describe:
          "Rows from which on a table is changed step by step, so that nobody is locked out for long: indexes concurrently, " +
          "constraints validated behind, rows filled in batches. 0: every table.",
      },
      as_admin: {
        type: "boolean",
        describe:
          "Whether the role that howdah connects as runs itself what the owner of the database may not: roles, event " +
          "triggers, languages, other owners. Default: on a cluster of howdah's alone, not where a url leads to.",
      },
      trash: {
        type: "string",
        check: checkTerm,
        describe:
          'How long the rows of dropped tables and columns are kept, "30 days": howdah schema trash lists them and puts them ' +
          "back. Default: they are gone.",
      },
    },
  },
  worker: {
    type: "table",
    describe:
      "The process that runs functions in TypeScript, JavaScript and Python which the database can't run itself.",
    keys: {
      host: {
        type: "string",
        describe:
          "Address that it listens on, and at which the database reaches it. Default: 127.0.0.1, for a database on this machine.",
      },
      port: {
        type: "integer",
        default: 0,
        min: 0,
        max: 65535,
        describe: "TCP port. Default: any free one, kept from then on.",
      },
      timeout: {
        type: "milliseconds",
        default: "10 s",
        describe: "How long a function may run between two of its queries.",
      },
      runners: {
        type: "integer",
        default: 8,
        min: 1,
        max: 256,
        describe: "Functions of one language that run at the same time; further ones wait.",
      },
      python: {
        type: "string",
        default: "python3",
        describe: "The interpreter, from the project's folder or the PATH.",
      },
    },
  },
  languages: {
    type: "tables",
    describe: "Languages of functions/ besides those that howdah knows: [languages.NAME].",
    keys: {
      suffix: {
        type: "string",
        required: true,
        pattern: "^\\.",
        check: checkSuffix,
        describe: 'End of the files\' names, e.g. ".lua".',
      },
      language: {
        type: "string",
        required: true,
        describe: 'Postgres\'s name of the language, e.g. "pllua"; "worker" runs a .ts, .js or .py file in the worker.',
      },
    },
  },
  capabilities: {
    type: "strings",
    default: [],
    check: checkCapability,
    describe: 'Capabilities besides the built-in ones: npm packages, or paths that begin with "./".',
  },
} as const satisfies TableKeys;

function checkVersion(version: string): ValueProblem | undefined {
  const majors = `${servedMajors.slice(0, -1).join(", ")} and ${servedMajors.at(-1)}`;
  const match = /^(\d+)(?:\.\d+)?$/.exec(version);
  if (match === null) return { problem: 'expected a version like "18" or "17.10"', hint: `served are ${majors}` };
  if (servedMajors.includes(Number(match[1]))) return undefined;
  return { code: "WD108", problem: `expected one of the majors that are served: ${majors}` };
}

/** Why a text is no postgres:// URL; undefined when it is one. */
export function checkUrl(url: string): ValueProblem | undefined {
  if (/^postgres(?:ql)?:\/\//.test(url) && URL.canParse(url)) return undefined;
  return {
    problem: "expected a URL like postgres://user:password@host:5432/database",
    hint: "characters of the password that have a meaning in URLs are percent-encoded",
  };
}

function checkSuffix(suffix: string): ValueProblem | undefined {
  return /^\.[^/\s]+$/.test(suffix) ? undefined : { problem: 'expected the end of a name, with its dot: ".lua"' };
}

function checkRole(role: string): ValueProblem | undefined {
  if (role === "") return { problem: "expected the name of a role" };
  if (Buffer.byteLength(role) > 63) return { problem: "expected a name of at most 63 bytes, which Postgres keeps" };
  const reserved = role.startsWith("pg_") || role === "public" || role === "none";
  return reserved ? { problem: "expected a name that Postgres does not use itself" } : undefined;
}

function checkTerm(term: string): ValueProblem | undefined {
  if (/^[1-9]\d{0,3} (?:hour|day|week|month|year)s?$/.test(term)) return undefined;
  return { problem: 'expected a time such as "30 days", in hours, days, weeks, months or years' };
}

function checkCapability(specifier: string): ValueProblem | undefined {
  const isPath = /^\.\.?\//.test(specifier);
  if (isPath || /^(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*(?:\/[\w./-]+)?$/i.test(specifier)) return undefined;
  return { problem: 'expected the name of an npm package, or a path that begins with "./"' };
}
