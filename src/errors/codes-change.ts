import type { CodeEntry } from "./code-entry.ts";

/** Codes of changes to declared objects: planning and applying what schema/ says. */
export const changeCodes = {
  WD460: {
    title: "changes need each other",
    explanation:
      "Two or more changes each need the other to be made first, so there is no order to make them in. Make the change " +
      "in two steps: first what the others need, howdah migrate, then the rest.",
    exitCode: 3,
  },
  WD461: {
    title: "a change needs an answer",
    explanation:
      "The files don't say what is meant: a column that is gone and one that is new may be one column renamed, or two. " +
      "Nothing was changed. On a terminal howdah migrate asks, and writes the answer into the file; elsewhere write " +
      "one of the hints that the error shows. `-- @renamed from=old_name` on the line before the new one keeps the data; " +
      "`-- @drop column public.account.old_name` gives it up. A hint works once and is harmless afterwards.",
    exitCode: 3,
  },
  WD462: {
    title: "data would be lost",
    explanation:
      "The change would drop or narrow something that may hold data. Nothing was changed. Each loss needs a hint of its " +
      "own that names it: `-- @drop column public.account.phone` anywhere in schema/. A hint works once and is harmless " +
      "afterwards.",
    exitCode: 3,
  },
  WD463: {
    title: "rows are in the way of a change",
    explanation:
      "What the files ask for can't hold for the rows that are there: a null in a column that becomes not null, a " +
      "duplicate under a unique constraint, a reference to nothing, a value that can't be cast. It was found before " +
      "anything ran, and nothing was changed; the detail shows the first such row. Mend the rows in a migration, or say " +
      "how to: `-- @using expression` for a new type, `-- @backfill expression` for a new column that is not null.",
    exitCode: 3,
  },
  WD464: {
    title: "a plan does not fit the database",
    explanation:
      "A plan is made for one state of the database and of the files. One of them has changed since, so the plan would " +
      "do something else than what was reviewed. Nothing was changed. Make a new one: howdah plan --out FILE.",
    exitCode: 3,
  },
  WD465: {
    title: "the result is not what the files say",
    explanation:
      "After its changes howdah reads the whole database again, by other means, and compares it with what the files " +
      "mean. Something differs, so everything was rolled back. This is a mistake of howdah: please report it with what " +
      "`howdah plan --sql` prints. As a way out, make the change in a migration.",
    exitCode: 1,
  },
  WD466: {
    title: "the database has drifted",
    explanation:
      "The database holds something that no file says, or lacks something that they do: somebody changed it by hand. " +
      "What nobody owns is never dropped. Take it into schema/ or a migration, or drop it with a hint that names it: " +
      "`-- @drop index public.account_email_idx`.",
    exitCode: 1,
  },
  WD467: {
    title: "a hint matches nothing",
    explanation:
      "A hint names something that is neither there nor was there: most often a typing error. It is refused rather than " +
      "passed over, since passing over a rename means losing a column. Correct the name, or remove the hint.",
    exitCode: 3,
  },
  WD468: {
    title: "schema/ holds something that howdah can't compare",
    explanation:
      "Objects of this kind can't be declared: howdah has no way to see whether they differ, and does not pretend to. " +
      "Make it in a migration.",
    exitCode: 3,
  },
  WD469: {
    title: "there is no place to try the schema out",
    explanation:
      "What the files of schema/ mean is found out by Postgres itself, in a database that is thrown away: howdah keeps a " +
      "small server for it in .howdah/scratch, or joins the one that HOWDAH_SCRATCH_URL names. Neither could be had; the " +
      "detail says why. The server of the project's own database is never taken: what belongs to a whole cluster, roles " +
      "above all, would be made there by a plan.",
    exitCode: 1,
  },
  WD470: {
    title: "the owner may not do this, and nobody else is to",
    explanation:
      "Statements run as the role <db>_owner. Roles, event triggers, languages, untrusted extensions and other owners need " +
      "more: on a cluster of howdah's the superuser makes them. Where a url leads to somebody's server, the role that " +
      "has connected runs nothing of schema/ under its own name unless `as_admin = true` stands under [schema] in howdah.toml.",
    exitCode: 3,
  },
  WD471: {
    title: "something was changed by hand and is as the files say again",
    explanation:
      "The files are the same as at the last release, and the database was not what they say: somebody had changed what " +
      "they declare. `howdah migrate` has made it theirs again, and tells what that was; `howdah drift` tells it without " +
      "changing anything. What is to stay belongs into the files. What is in no file at all is never touched.",
    exitCode: 1,
  },
  WD472: {
    title: "what was dropped can't be put back",
    explanation:
      "`howdah schema trash --restore NUMBER` writes kept rows into the table of their name, and kept values into the column of " +
      "theirs: both have to be declared and there again. Values find their rows by the primary key; without one they are left in " +
      "howdah.trash_row.",
    exitCode: 1,
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
