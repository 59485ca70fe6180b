import { quoteLiteral } from "../postgres/index.ts";
import type { Action } from "./action.ts";
import { isEqual } from "./equal.ts";
import type { Fact, Privilege } from "./fact.ts";
import { isMade, type Fate } from "./fate.ts";
import type { Context } from "./kind.ts";
import { kinds } from "./kinds.ts";
import type { Model } from "./model.ts";
import { ident } from "./name.ts";
import type { Pairing } from "./pairing.ts";
import { bornWith, handedOver, privilegeStatements, type PrivilegeOptions } from "./privileges.ts";

/** Owner, comment and privileges of a fact that was just made: what it is not born with. */
export function attributesOf(fact: Fact, context: Context): readonly string[] {
  const kind = kinds[fact.kind];
  const statements: string[] = [];
  const owner = ownerOf(fact, context.to);
  const maker = context.options.role ?? owner;
  if (fact.owner !== null && fact.owner !== maker) statements.push(ownerStatement(fact, fact.owner));
  if (fact.comment !== null) statements.push(commentStatement(fact));
  const noun = kind.grantNoun?.(fact);
  if (fact.acl !== null && noun !== undefined && maker !== null) {
    const { defaultPrivileges, major } = context.from;
    const born = handedOver(bornWith(fact, defaultPrivileges, maker, major), maker, owner ?? maker);
    statements.push(...privilegeStatements(noun, born, fact.acl, privilegeOptions(fact, context)));
  }
  return statements;
}

/**
 * Changed owners, comments and privileges of what stands before and after; tables before their columns, since revoking
 * from a table revokes from its columns too: what they shall keep is granted again.
 */
export function attributeActions(
  { from, to }: Pairing,
  fates: ReadonlyMap<string, Fate>,
  context: Context,
): readonly Action[] {
  const actions: Action[] = [];
  const revoked = new Map<string, readonly Privilege[]>();
  for (const fact of partsLast(to)) {
    const before = from.facts.get(fact.key);
    const isNew = isMade(fates.get(fact.key));
    const gone = revoked.get(fact.parent ?? "") ?? [];
    if (isNew) actions.push(...grantedAgain(fact, gone, context));
    if (before === undefined || before === fact || isNew || isBare(before, fact)) continue;
    const base = { ...rest, from: before, to: fact, after: [] };
    if (fact.owner !== null && fact.owner !== before.owner && !isOwned(before)) {
      actions.push({
        ...base,
        verb: "alter",
        aspect: "owner",
        id: `owner ${fact.key}`,
        statements: [ownerStatement(fact, fact.owner)],
      });
    }
    if (fact.comment !== before.comment) {
      actions.push({
        ...base,
        verb: "alter",
        aspect: "comment",
        id: `comment ${fact.key}`,
        statements: [commentStatement(fact)],
      });
    }
    const stands = standing(before, fact, context).filter((item) => !isAmong(item, gone));
    const statements = privilegeChange(fact, stands, context);
    revoked.set(
      fact.key,
      stands.filter((item) => !isAmong(item, fact.acl ?? [])),
    );
    if (statements.length > 0)
      actions.push({ ...base, verb: "alter", aspect: "privileges", id: `privileges ${fact.key}`, statements });
  }
  return actions;
}

/** What a new column was given, as far as it was taken from it again together with what its table loses. */
function grantedAgain(fact: Fact, gone: readonly Privilege[], context: Context): readonly Action[] {
  const stands = (fact.acl ?? []).filter((item) => !isAmong(item, gone));
  const statements = gone.length === 0 ? [] : privilegeChange(fact, stands, context);
  if (statements.length === 0) return [];
  const id = `privileges ${fact.key}`;
  return [{ ...rest, verb: "alter", aspect: "privileges", id, after: [], from: fact, to: fact, statements }];
}

/** Most facts are: nothing is said of them that could differ. */
function isBare(before: Fact, fact: Fact): boolean {
  const isOpen = (acl: Fact["acl"]): boolean => acl === null || acl.length === 0;
  return fact.owner === before.owner && fact.comment === before.comment && isOpen(fact.acl) && isOpen(before.acl);
}

/** Columns of views come before the views in a model, sequences before the tables that own them. */
function partsLast({ facts }: Model): readonly Fact[] {
  const all = [...facts.values()];
  const isPart = (fact: Fact): boolean => fact.kind === "column" || isOwned(fact);
  return [...all.filter((fact) => !isPart(fact)), ...all.filter(isPart)];
}

/** A sequence that a column owns always has the owner of the table. */
function isOwned({ kind, parent }: Fact): boolean {
  return kind === "sequence" && parent !== null;
}

/** Parts belong to whom the whole belongs to. */
function ownerOf(fact: Fact, model: Model): string | null {
  const above = fact.owner === null && fact.parent !== null ? model.facts.get(fact.parent) : undefined;
  return above === undefined ? fact.owner : ownerOf(above, model);
}

const rest = { inlined: [], because: undefined, loss: undefined, probes: [], outside: false } as const;

/** What a fact has and may lose, under its owner to be; what others granted by hand is not looked at. */
function standing(before: Fact, fact: Fact, context: Context): readonly Privilege[] {
  const { ownedPrivilege } = context.options;
  const [old, now] = [ownerOf(before, context.from), ownerOf(fact, context.to)];
  const stands = handedOver(before.acl ?? [], old ?? "", now ?? "");
  if (ownedPrivilege === undefined) return stands;
  return stands.filter((item) => ownedPrivilege(before, item) || isAmong(item, fact.acl ?? []));
}

function privilegeChange(fact: Fact, stands: readonly Privilege[], context: Context): readonly string[] {
  const noun = kinds[fact.kind].grantNoun?.(fact);
  if (fact.acl === null || noun === undefined || isEqual(stands, fact.acl)) return [];
  return privilegeStatements(noun, stands, fact.acl, privilegeOptions(fact, context));
}

/** A column's noun is its table: GRANT names the column beside each privilege. */
function privilegeOptions(fact: Fact, { from: { major } }: Context): PrivilegeOptions {
  return { major, owner: fact.owner ?? undefined, column: fact.kind === "column" ? fact.name : undefined };
}

function isAmong(item: Privilege, others: readonly Privilege[]): boolean {
  return others.some((other) => other.grantee === item.grantee && other.privilege === item.privilege);
}

function ownerStatement(fact: Fact, owner: string): string {
  return `alter ${kinds[fact.kind].noun(fact)} owner to ${ident(owner)}`;
}

function commentStatement(fact: Fact): string {
  const text = fact.comment === null ? "null" : quoteLiteral(fact.comment).trimStart();
  return `comment on ${kinds[fact.kind].noun(fact)} is ${text}`;
}
