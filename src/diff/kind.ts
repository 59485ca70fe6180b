import type { Loss, Probe } from "./action.ts";
import type { Fact, FactKind } from "./fact.ts";
import type { Model } from "./model.ts";

/** What the engine must know of one kind of fact. Pure: statements are made of facts alone. */
export interface Kind {
  readonly kind: FactKind;
  /** Name of the query in sql/ that reads it, see `Row`; kinds may share one (a row says its kind). */
  readonly query: string;
  /** How COMMENT ON, ALTER … OWNER TO, SECURITY LABEL name it: `table public.account`, `constraint c on public.t`. */
  noun(fact: Fact): string;
  /** How GRANT names it (`table public.account`), where the kind has privileges of its own. */
  grantNoun?(fact: Fact): string;
  create(fact: Fact, context: Context): readonly string[];
  drop(fact: Fact, context: Context): readonly string[];
  /**
   * How `from` becomes `to` in place, when their props differ; "rebuild" when it has to be dropped and made again.
   * Owner, comment and privileges are not the kind's business.
   */
  alter(from: Fact, to: Fact, context: Context): readonly Step[] | "rebuild";
  /**
   * What becomes of a fact of this kind when a fact that it needs is rebuilt (dropped and made again): by default it is
   * rebuilt as well ("rebuild whole": with what it is a part of). Steps put it over to the new one (a column to the new type); they run when the new one exists and
   * before the old one goes.
   */
  follow?(dependent: Follower, context: Context): readonly Step[] | "rebuild" | "rebuild whole" | "keep";
  /**
   * Whether its creation may be written into its parent's CREATE statement: the parent's `create` finds it in
   * `context.inlined(parent)`. "always": there is no other way (attributes of a composite type); "when possible": unless what it
   * needs must come later.
   */
  readonly inline?: ((fact: Fact) => "always" | "when possible" | "never") | undefined;
  /**
   * For what rows are stored as: a rebuild puts the old one aside under another name, makes the new one, puts all that
   * uses it over (`follow`), then drops the old one. The steps of `move` run between (copy rows).
   */
  readonly aside?: Aside | undefined;
  /** Names it occupies that something else could want: two facts with one slot never stand at the same time. */
  slots?(fact: Fact): readonly string[];
  /** What is lost when it goes. */
  loss?(fact: Fact, context: Context): Loss | undefined;
  /** What must hold of the data before it is made on a table that stands already. */
  probes?(fact: Fact, context: Context): readonly Probe[];
  /** True where its probes look at other tables than its parent's, so that they are asked of a new one as well. */
  readonly probesBeyond?: boolean | undefined;
  /** Statements of create that can't run in a transaction block (subscriptions with slots). */
  readonly outside?: boolean | undefined;
  /** `alter … rename to`, for hints and for what differs by its name alone. */
  rename?(from: Fact, to: Fact, context: Context): readonly string[];
  /** The fact once `rename` is done, where names of its own that its props hold change along; `to` when undefined. */
  renamed?(from: Fact, to: Fact): Fact;
  /** True where a pair that differs by its name alone may be renamed without asking: nothing but a definition. */
  readonly renamesFreely?: boolean | undefined;
}

/** A fact that needs another which is rebuilt. */
export interface Follower {
  readonly from: Fact;
  readonly to: Fact;
  /** What is rebuilt. */
  readonly on: Fact;
}

/** How a fact is put aside. */
export interface Aside {
  /** The fact under its temporary name; same key. */
  fact(fact: Fact): Fact;
  statements(fact: Fact, context: Context): readonly string[];
  /** Puts what the old one holds into the new one. */
  move?(old: Fact, to: Fact, context: Context): readonly string[];
  /**
   * Which facts that need it say where its rows are (partitions): those of the new one are made before `move`, what they
   * are parts of in the old one goes only after it.
   */
  holds?(dependent: Fact): boolean;
  /** Which facts that need the new one are made after `move`: they would refuse rows, or do something with them. */
  awaits?(dependent: Fact): boolean;
  /** What the new one has no place for, although those that use the old one come over. */
  losses?(from: Fact, to: Fact, context: Context): readonly Loss[];
  /** What must hold of the data for them to come over. */
  probes?(from: Fact, to: Fact, context: Context): readonly Probe[];
}

/** One alteration in place. */
export interface Step {
  readonly aspect: string;
  readonly statements: readonly string[];
  /** Which of the facts that need this one can't stand while it runs: they are dropped before and made again after. */
  readonly disturbs?: ((dependent: Fact) => boolean) | undefined;
  /**
   * Keys of other facts that the statements change as well (the column in every table that inherits it): what needs
   * those is disturbed like what needs this one.
   */
  readonly reaches?: readonly string[] | undefined;
  /** True for a step that only lets go of something (drop default): it waits for nothing new. */
  readonly releases?: boolean | undefined;
  /** Key of a fact that it lets go of for the steps after it, which take hold of the new one: they wait, that goes. */
  readonly frees?: string | undefined;
  readonly loss?: Loss | undefined;
  readonly probes?: readonly Probe[] | undefined;
  readonly outside?: boolean | undefined;
}

/** What a kind may look at. */
export interface Context {
  readonly from: Model;
  readonly to: Model;
  readonly options: DiffOptions;
  /** Facts that are created within the CREATE statement of their parent, in the order the catalog gives them. */
  inlined(parent: Fact): readonly Fact[];
  /** `@using` of a column's new type, `@backfill` of a new column, by the column's key: SQL as the user wrote it. */
  readonly using: ReadonlyMap<string, string>;
  readonly backfill: ReadonlyMap<string, string>;
  /** True for what is made in this plan, for the first time or again. */
  isMade(key: string): boolean;
  /** True when the fact stands in the database before and after, so that it may hold rows. */
  stands(key: string): boolean;
}

/** How a plan is made. */
export interface DiffOptions {
  /** Keys (`from`) that may be dropped when `to` has them not; all when undefined. Others are reported as unowned. */
  readonly owned?: ((fact: Fact) => boolean) | undefined;
  /** Privileges that may be revoked; all when undefined. */
  readonly ownedPrivilege?: ((fact: Fact, privilege: { grantee: string; privilege: string }) => boolean) | undefined;
  /** Wanted facts that are somebody else's (a migration's): where they differ from what stands, that stays. */
  readonly leftAlone?: ((fact: Fact) => boolean) | undefined;
  readonly using?: ReadonlyMap<string, string> | undefined;
  readonly backfill?: ReadonlyMap<string, string> | undefined;
  /** The role that runs the statements: what it makes belongs to it. */
  readonly role?: string | undefined;
}

/** One row of a kind's query; the reader makes a fact of it. Addresses are those of pg_depend. */
export interface Row {
  readonly kind: FactKind;
  readonly class: string;
  readonly oid: string;
  /** pg_attribute.attnum for columns, else 0. */
  readonly sub: number;
  /** Other addresses that stand for it: a table's row type and its array, a constraint's index, a view's rule. */
  readonly also?: readonly string[] | null;
  readonly schema: string | null;
  readonly relation: string | null;
  readonly name: string;
  readonly args: string | null;
  /** Address of the parent: `class/oid/sub`. */
  readonly parent: string | null;
  readonly owner: string | null;
  readonly comment: string | null;
  readonly acl: Fact["acl"];
  readonly props: Fact["props"];
}
