import type { CodeEntry } from "./code-entry.ts";

/** Codes of the schema part; see codes.ts for the ranges. */
export const schemaCodes = {
  WD401: {
    title: "a migration's name is not understood",
    explanation:
      "Files of migrations/ are called <number or timestamp>_<name>.sql: 7_add_email.sql, " +
      "20261120093000_add_email.sql. The number decides the order and may have any length; leading zeros do not " +
      "count. Folders inside migrations/ are not read, so a file in one is refused rather than passed over.",
    exitCode: 1,
  },
  WD402: {
    title: "two migrations have one number",
    explanation:
      "Numbers are compared as numbers: 1_a.sql and 01_b.sql are both number 1, and which of them runs first would " +
      "be chance. It happens when two branches are merged. Give the one that has not run anywhere yet another " +
      "number; howdah status shows which have run here, while Postgres runs.",
    exitCode: 3,
  },
  WD403: {
    title: "a migration was edited after it ran",
    explanation:
      "A migration runs once. Databases that have run it would never get the edit, and new ones would get something" +
      " else than those: so an edit is refused. Undo it and write a new migration. While you develop, and as long " +
      "as nobody else has it, the newest migration can be redone: howdah migrate --redo runs what stands below its " +
      "line `-- @down` (write there what undoes it, if nothing does), then the edited file. howdah reset starts over from an empty database. Comments, white space and the -- @down part" +
      " may be edited at any time.",
    exitCode: 3,
  },
  WD404: {
    title: "a migration that has run is missing",
    explanation:
      "The database has run a migration whose file is not there. Most often the files are of an older version or of" +
      " another branch than the database. Bring the file back: its text is kept in the table howdah.migration. In " +
      "development, howdah reset starts over.",
    exitCode: 3,
  },
  WD405: {
    title: "older migrations arrived late",
    explanation:
      "Migrations with lower numbers than the newest applied one were found: they came with a merge. Run after the " +
      "newer ones, they may not do what they would have done before them, and another database may get both in the " +
      "other order. Look at them, then run them with howdah migrate --allow-out-of-order, or give them higher " +
      "numbers. The plan names each that runs out of order.",
    exitCode: 3,
  },
  WD406: {
    title: "a migration can't be redone",
    explanation:
      "howdah migrate --redo undoes the newest applied migration by the -- @down part that was recorded when it " +
      "ran (or by that of the file, where none was), and runs the edited file. It is refused in production, when " +
      "nothing has been applied, and when no statement undoes the migration. Write them below a line that reads " +
      "`-- @down`, and try again, or start over with howdah reset.",
    exitCode: 3,
  },
  WD407: {
    title: "a statement can't run in the assembly's transaction",
    explanation:
      "All files of a project are applied in one transaction, so that all of them count or none. Statements that " +
      "begin or end transactions, and those that Postgres refuses inside one (create index concurrently, vacuum, " +
      "create database, alter system …), therefore can't stand in a file. A migration of its own whose first line is " +
      "`-- no-transaction` runs them one by one, and goes on where it was interrupted; begin and commit can't stand " +
      "there either. Indexes of schema/ need none of this: howdah builds them concurrently where the table is large.",
    exitCode: 3,
  },
  WD410: {
    title: "SQL text can't be parsed",
    explanation:
      "The file is not SQL that PostgreSQL 18 understands; the position is where its parser stopped. Nothing was " +
      "executed. Lines of psql (they begin with a backslash) and data behind `copy … from stdin` are not SQL.",
    exitCode: 1,
  },
  WD411: {
    title: "a statement of a file failed",
    explanation:
      "Postgres refused a statement of a migration, a file of functions/ or a seed, or found a mistake in the body " +
      "of a routine. Message, detail, hint and SQLSTATE are its own; the position is the place in your file. " +
      "Everything was rolled back: the database is as it was, and the last good version goes on serving.",
    exitCode: 1,
  },
  WD412: {
    title: "a statement can't stand in functions/",
    explanation:
      "Files of functions/ say what is to exist: routines, views, materialized views and their indexes, triggers, " +
      "policies, and comments and grants on these. They are replaced whenever they change and dropped when they go." +
      " What is done once (tables, types, data) belongs in a migration; rows for development belong in seeds/.",
    exitCode: 1,
  },
  WD413: {
    title: "something is defined twice",
    explanation:
      "Two statements of functions/ or schema/ define the same object: the same name and, for routines, the same argument " +
      "types. Which of them counts would be chance. Remove one.",
    exitCode: 1,
  },
  WD414: {
    title: "definitions need each other in a circle",
    explanation:
      "Views, and routines whose body stands without quotes (begin atomic), need what they name to exist before " +
      "them. Here a chain of such needs ends where it began, so there is no order in which they could be made. " +
      "Routines whose body stands in quotes may call each other freely: they are checked when all exist.",
    exitCode: 1,
  },
  WD415: {
    title: "an object exists that no file made",
    explanation:
      "A file of functions/ or schema/ defines an object that the database has already, made by a migration, by hand or by " +
      "an extension, and other than the file says. It is never silently changed. `howdah schema pull` writes a table as the " +
      "database has it. To take it over, write a line `-- @adopt` right before the " +
      "definition: from then on the file is its only truth. Otherwise drop or rename the existing one in a " +
      "migration, or choose another name. What belongs to an extension can't be adopted.",
    exitCode: 3,
  },
  WD416: {
    title: "something that is not howdah's depends on an object",
    explanation:
      "A routine or view is to be dropped, or replaced by one that Postgres can't put in its place (another return " +
      "type, other columns), and something that files of functions/ did not make depends on it: a column's default," +
      " a generated column, an index on an expression, a constraint, a view made by a migration or by hand. howdah " +
      "never drops such things and never uses cascade. Change them in a migration first, or keep the old definition" +
      " and give the new one another name.",
    exitCode: 3,
  },
  WD417: {
    title: "a comment, grant or index belongs to nothing in functions/",
    explanation:
      "Comments, grants and indexes in functions/ go with an object that is defined there too: they are put on " +
      "again when it is made again and taken back when they go. For a table or type of a migration, write them in a" +
      " migration. A routine's name alone is enough as long as it has no overloads.",
    exitCode: 1,
  },
  WD418: {
    title: "a policy has no effect",
    explanation:
      "A policy counts only while row security is on for its table; until then everyone with privileges sees every " +
      "row. Write a migration: alter table NAME enable row level security. Where nobody but the owner has privileges, " +
      "a policy may wait for that day.",
    exitCode: 1,
  },
  WD419: {
    title: "an object was changed by hand",
    explanation:
      "A routine that a file of functions/ had made was replaced by hand since. The files are the only truth: the " +
      "definition of the file was put back. A warning: nothing was stopped.",
    exitCode: 1,
  },
  WD420: {
    title: "a seed was edited after it was loaded",
    explanation:
      "Each file of seeds/ is loaded once into each development database, since loading it twice would double its " +
      "rows. An edited one is not loaded again: put what is new into another file, or start over with howdah reset." +
      " A warning: nothing was stopped.",
    exitCode: 1,
  },
  WD421: {
    title: "a file would be ignored",
    explanation:
      "A file stands where howdah reads files, but nothing can read this one: a language in functions/ that no table " +
      "`languages` names, or anything but SQL in schema/. It is refused so that nobody waits for an effect that" +
      " will not come. Documents (README, .md, .txt) are left alone.",
    exitCode: 1,
  },
  WD422: {
    title: "a file is not UTF-8 text",
    explanation: "SQL files are read as UTF-8, and Postgres can't store the character NUL. Save the file as UTF-8.",
    exitCode: 1,
  },
  WD423: {
    title: "seeds were left out",
    explanation:
      "Files of seeds/ are data for development. A database that is reached by a url may be anybody's, production's too: " +
      "they are not loaded there unless howdah migrate --seeds asks for it, each file once. In production " +
      "(HOWDAH_ENV=production) they are never loaded, and nothing is said. A warning: nothing was stopped.",
    exitCode: 1,
  },
  WD430: {
    title: "the schema howdah is not ours",
    explanation:
      "howdah keeps its ledgers in a schema called howdah. This database has one that howdah did not make, and it " +
      "is not taken over. Rename it, or use another database.",
    exitCode: 3,
  },
  WD431: {
    title: "the database is newer than this howdah",
    explanation:
      "A newer howdah has upgraded its own schema in this database; this one does not know what changed and keeps " +
      "its hands off. Upgrade howdah (npm install howdah@latest) wherever it runs against this database.",
    exitCode: 3,
  },
  WD432: {
    title: "another assembly holds the lock",
    explanation:
      "Only one assembly works on a database at a time; this one waited ten minutes for another. A session that " +
      "hangs can be found in pg_stat_activity and ended with pg_terminate_backend: what it had not committed is " +
      "rolled back.",
    exitCode: 1,
  },
  WD433: {
    title: "the database holds another project",
    explanation:
      "A database belongs to one project: what the files of a project don't declare any more is dropped, so that a second " +
      "one would drop the tables of the first. The name in howdah.toml is written down with each release, and another one " +
      "is refused. Give each project a database of its own. Where the project was renamed, `howdah migrate --take-over` " +
      "goes on under the new name; what it would drop is asked as ever.",
    exitCode: 3,
  },
  WD440: {
    title: "roles are missing and can't be made",
    explanation:
      "Each database has an owner, an authenticator and a service role, and requests become anon or authenticated. " +
      "The role that howdah connects as may not make or grant what is missing: an administrator runs the statements" +
      " that the message shows, once. Names of roles that exist already are given in howdah.toml under [roles]; " +
      "owner, authenticator and service may be the connecting role itself.",
    exitCode: 3,
  },
  WD441: {
    title: "a role's name is too long",
    explanation:
      "Postgres cuts names off at 63 bytes. The names of the roles begin with the database's name; give shorter " +
      "ones in howdah.toml under [roles].",
    exitCode: 1,
  },
  WD442: {
    title: "a role is not safe for requests",
    explanation:
      "Requests run as anon or authenticated. A role that is a superuser or bypasses row security would make every " +
      "policy void, so it is refused. Choose other roles in howdah.toml under [roles], or take the attribute away: " +
      "alter role NAME nosuperuser nobypassrls.",
    exitCode: 3,
  },
  WD443: {
    title: "the database is missing",
    explanation:
      "The database does not exist, and howdah may not create it: the connecting role lacks CREATEDB, or creating " +
      "was not asked for. Create it, or name an existing one.",
    exitCode: 3,
  },
  WD444: {
    title: "roles are shared where they should not be",
    explanation:
      "One role is the pool of requests and more: the owner, or the pool of background work, or it may become " +
      "service_role. Row security and grants still hold for what requests become, but a request that escapes its " +
      "role gets more than it should. Give each its own role where you can. A warning: nothing was stopped.",
    exitCode: 1,
  },
  WD445: {
    title: "settings of a login role were reset",
    explanation:
      "The roles that howdah makes to log in with have no settings of their own (alter role … set). Some were found and " +
      "taken off; the detail lists them. A person may have set them: settings for everybody belong to the database " +
      "(alter database … set). Otherwise SQL that ran in a request set them, after it had left the role it was given: " +
      "look for a routine that executes what it is sent. A warning: nothing was stopped, and the pool of requests never " +
      "serves with such settings.",
    exitCode: 1,
  },
  WD446: {
    title: "a hint is not understood",
    explanation:
      "Comments that begin with `-- @` say of a change what the files alone do not tell. `-- @renamed from=old_name`, " +
      "`-- @using expression` and `-- @backfill expression` stand on the line before a column, constraint, label or " +
      "statement, or at the end of its line; anywhere else they name what they are about: `-- @renamed column " +
      "public.account.email from=mail`. `-- @drop column public.account.phone` always does. A hint that is passed over " +
      "could mean lost data, so one that is not understood is refused.",
    exitCode: 1,
  },
  WD447: {
    title: "a statement can't stand in schema/",
    explanation:
      "Files of schema/ say what is to exist: tables, types, indexes, views and whatever else can be created, with " +
      "comments and grants. What has to be done to get there is found out by howdah. Statements that do something once " +
      "belong in a migration, rows for development in seeds/. To rename a thing, write its new name and " +
      "`-- @renamed from=old_name` on the line before it; to drop one, remove its definition.",
    exitCode: 1,
  },
  WD448: {
    title: "a declared thing is a migration's already",
    explanation:
      "Each relation and type has one owner: the migration that made it, or the file of schema/ that declares it. This " +
      "one has two. `howdah schema adopt` moves it into schema/; `-- @adopt` on the line before the definition does the " +
      "same for one. Or remove one of the two.",
    exitCode: 3,
  },
  WD449: {
    title: "a schema is not the project's to declare in",
    explanation:
      "Schemas of capabilities, of howdah and of Postgres itself are changed by their owners alone. Declare things in " +
      "public or in schemas of your own; foreign keys, views and routines may use what stands in the others.",
    exitCode: 1,
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
