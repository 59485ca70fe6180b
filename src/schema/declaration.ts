import type { ObjectKind } from "../catalog/index.ts";
import type { References } from "./reference.ts";
import type { Statement } from "./statement.ts";

/** What a file of functions/ can hold: objects, and what is said about them. */
export type DeclaredKind = ObjectKind | "comment" | "grant";

/** One statement of a file of functions/: the object it makes, or what it says about one. */
export interface Declaration {
  readonly kind: DeclaredKind;
  /** public.sign(text,text): within its family, only one may bear it. */
  readonly identity: string;
  readonly statement: Statement;
  /** Fingerprint of the statement: only a new one is executed. */
  readonly hash: string;
  readonly references: References;
  /** `-- @adopt` stands before it: an object of that name which howdah did not make is taken over. */
  readonly adopt: boolean;
  /** The declared objects that a comment, grant or index belongs to. */
  readonly parents: readonly Parent[];
  /** SQL that takes a comment or grant back; absent where nothing is to be done. */
  readonly undo?: string | undefined;
  /** How many arguments a call of this routine may have. */
  readonly arity?: { readonly least: number; readonly most: number } | undefined;
}

/** An object named by a comment, grant or index: by its key, or a routine by its bare name. */
export interface Parent {
  readonly key: string;
  readonly byName: boolean;
}

/** What may exist once: routines of all kinds share their names, and so do relations and indexes. */
export function keyOf(kind: DeclaredKind, identity: string): string {
  return `${familyOf(kind)} ${identity}`;
}

function familyOf(kind: DeclaredKind): string {
  switch (kind) {
    case "function":
    case "procedure":
    case "aggregate":
      return "routine";
    case "view":
    case "materialized view":
    case "index":
      return "relation";
    case "trigger":
    case "policy":
    case "comment":
    case "grant":
      return kind;
  }
}

/** What distinguishes one kind of declaration from another; the rest is common. */
export type DeclarationPart = Pick<Declaration, "kind" | "identity"> &
  Partial<Pick<Declaration, "parents" | "undo" | "arity" | "references">>;
