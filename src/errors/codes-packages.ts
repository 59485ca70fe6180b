import type { CodeEntry } from "./code-entry.ts";

/** Codes of SQL packages; see codes.ts for the ranges. */
export const packageCodes = {
  WD640: {
    title: "a folder is not a SQL package",
    explanation:
      "A SQL package is a folder with a manifest: a howdah.toml with a table [package], or the config.json of the original " +
      "pgpm. Name the folder of the package, or create its howdah.toml: [package] with name and version is enough.",
    exitCode: 2,
  },
  WD641: {
    title: "the name of a package's schema is too long",
    explanation:
      "A versioned package is deployed into a schema of its name and version, and Postgres keeps at most 63 bytes of a name: " +
      "it would cut off the rest with a mere notice, so that two versions could mean one schema. Choose a shorter name.",
    exitCode: 1,
  },
  WD642: {
    title: "a package has no such file",
    explanation:
      "`--file` names files of the package, by their paths within its folder, as the plan shows them. The named one is not " +
      "in any of the folders that the manifest lists.",
    exitCode: 2,
  },
  WD643: {
    title: "the package is deployed with another content",
    explanation:
      "Mode safe deploys what is not there yet, and does nothing where everything is there already. The schema of this " +
      "version exists and files differ from those that were deployed (the detail names them), or nothing of howdah's made " +
      "it. Raise the version, or choose what becomes of the schema: --mode overwrite runs the files over it, moderate sets " +
      "it aside under another name, unsafe drops it. Nothing was changed.",
    exitCode: 3,
  },
  WD644: {
    title: "objects outside of the package depend on it",
    explanation:
      "Views, columns, constraints, triggers and bodies written as `begin atomic` are bound to the very objects that they " +
      "were made with. Where mode moderate sets a schema aside, they stay with the old one (--allow-split accepts that); " +
      "where mode unsafe drops it, they fall with it (--cascade-external accepts that). The detail lists them. Nothing was " +
      "changed.",
    exitCode: 3,
  },
  WD645: {
    title: "a table script was edited after it ran",
    explanation:
      "Each file of tables/ runs once in a schema, because what it made holds data. The file differs from what ran, so that a " +
      "new database would differ from this one. Take the old text back, and put the change into a new file. A deployment " +
      "that makes the schema anew, of a new version for instance, runs all of them as they are.",
    exitCode: 3,
  },
  WD646: {
    title: "types need each other in a circle",
    explanation:
      "Types are made in the order of their needs, whatever files they stand in. These need each other, directly or through " +
      "others, so none can be the first. Make one without the attribute that closes the circle, and add it afterwards.",
    exitCode: 1,
  },
  WD647: {
    title: "another deployment holds the lock",
    explanation:
      "Only one deployment at a time changes the packages of a database; this one has waited for its turn in vain. The " +
      "detail names the session that holds the lock. It is released when that deployment ends, or its connection does " +
      "(`select pg_terminate_backend(pid)`).",
    exitCode: 1,
  },
  WD648: {
    title: "no such package is deployed",
    explanation:
      "The database has no package of this name and version (or none in the range that was asked for). The detail lists the " +
      "versions that are deployed; `howdah package list` shows all.",
    exitCode: 1,
  },
  WD649: {
    title: "tables with rows would be dropped",
    explanation:
      "Mode unsafe drops the schema with everything in it, and the tables named in the detail have rows. Use mode overwrite, " +
      "which keeps them, or moderate, which sets them aside; --drop-data accepts the loss. Nothing was changed.",
    exitCode: 3,
  },
  WD651: {
    title: "a role of the package does not exist",
    explanation:
      "The manifest (or the command line) names an owner or roles that may use the package, and the cluster has no role of " +
      "that name. howdah does not create roles for packages: create it, or correct the name.",
    exitCode: 1,
  },
  WD653: {
    title: "a notice of a deployment could not be sent",
    explanation:
      "The package is deployed. The mail (`email` of ~/.pgpmconfig) or the comment on the issue (`issue-tracker`) was not taken " +
      "by its server; the detail is what it said. Nothing is sent again by itself.",
    exitCode: 1,
  },
  WD656: {
    title: "a step of a package failed",
    explanation:
      "Scripts marked `-- no-transaction` run behind the transaction, one statement after the other. One of them failed; all " +
      "else is deployed, and the package is marked IN PROGRESS. Mend what the message says and deploy again: it goes on " +
      "with the failed statement.",
    exitCode: 1,
  },
  WD657: {
    title: "the schema of a package is not dropped",
    explanation:
      "It holds tables, or sessions use it, or other packages or objects outside depend on it. The detail lists all of it. " +
      "Nothing was dropped.",
    exitCode: 3,
  },
  WD660: {
    title: "a query that was to come to 0 has not",
    explanation:
      "`--until-zero` runs a query again and again until the first column of its first row is 0. After 10,000 rounds it was " +
      "not: does each round leave less to be done? What the rounds did is committed.",
    exitCode: 1,
  },
  WD661: {
    title: "the ledger of packages can't be uninstalled by this role",
    explanation:
      "The event triggers that log DDL were made by a superuser, and only a superuser can drop them. Run the command as one. " +
      "The packages themselves always stay.",
    exitCode: 1,
  },
  WD662: {
    title: "the configuration of pgpm is not well formed",
    explanation:
      "~/.pgpmconfig (or the file that --global-config names) lists databases in connection_sets: each has a name, type LIST " +
      "with a payload of objects {host, port, dbname, environment, product, unique_name}, or type RESDB with a " +
      "connection_string and a payload that is a query for the same columns. The message names the key that is wrong.",
    exitCode: 2,
  },
  WD663: {
    title: "no such database in the sets",
    explanation:
      "The environment, product or unique name that was asked for is not among the databases that connection_sets lists. The " +
      "detail shows those that are there.",
    exitCode: 2,
  },
  WD664: {
    title: "some databases failed",
    explanation:
      "The work was done on several databases, one after the other, and failed on at least one. What was committed on the " +
      "others stays. Each failure is told with its own code; a second run does nothing where everything is done already.",
    exitCode: 1,
  },
  WD665: {
    title: "the origin of a package can't be used",
    explanation:
      "In [dependencies] of a package's howdah.toml, npm or git says where another package comes from. What was found there " +
      "has another name or version, or names a folder of its publisher's machine, or two packages name different origins for " +
      "one name. Nothing of it was deployed.",
    exitCode: 2,
  },
  WD666: {
    title: "howdah.lock does not hold what packages need",
    explanation:
      "Outside of development (and with --locked) packages are taken exactly as howdah.lock has them, so that what is " +
      "deployed is what was tried. A package asks for something that is not there: run howdah package fetch where you " +
      "develop, try it, and put howdah.lock under version control.",
    exitCode: 2,
  },
  WD667: {
    title: "an origin has no version in the range",
    explanation:
      "A package asks for a range of versions, and its origin (a package on npm, or the tags of a repository) has none in " +
      "it. The detail shows what is there. Loosen the range, or publish the version.",
    exitCode: 2,
  },
  WD668: {
    title: "a package was not published",
    explanation:
      "The registry refused it, or was not told who publishes. A version that is there can never be replaced: raise the " +
      "version. Names and log-ins are those of npm: npm login, or a token in .npmrc.",
    exitCode: 1,
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
