import { isEqual } from "./equal.ts";
import { keyOf, type Fact } from "./fact.ts";
import type { Model } from "./model.ts";

/** What renames are followed by. */
export interface NamingInput {
  readonly live: Model;
  /** The wanted model with the renames undone: where live agrees with it, only names differ from what is wanted. */
  readonly reversed: Model;
  /** Pairs that were asked for: as they are, as they are wanted. */
  readonly asked: readonly { readonly from: Fact; readonly to: Fact }[];
  /** Live key → fact of the reversed model that differs by its name alone. */
  readonly free: ReadonlyMap<string, Fact>;
  /** The wanted fact that a reversed one is. */
  readonly wantedOf: (base: Fact) => Fact | undefined;
}

/** Gives live facts the names that they will have once the renames are done. */
export class Naming {
  private readonly known = new Map<string, Fact>();
  private readonly input: NamingInput;
  /** Qualified names of types, as they are and as they will be: signatures are made of them. */
  private readonly types: readonly (readonly [string, string])[];

  constructor(input: NamingInput) {
    this.input = input;
    const named = input.asked.filter(({ from }) => from.relation === null);
    this.types = named.map(({ from, to }) => [`${from.schema ?? ""}.${from.name}`, `${to.schema ?? ""}.${to.name}`]);
  }

  translate(fact: Fact): Fact {
    const known = this.known.get(fact.key);
    if (known !== undefined) return known;
    const base = this.input.reversed.facts.get(fact.key) ?? this.input.free.get(fact.key);
    const to = base === undefined ? undefined : this.input.wantedOf(base);
    const made = base === undefined || to === undefined ? this.underNewNames(fact) : asWanted(fact, base, to);
    this.known.set(fact.key, made);
    return made;
  }

  /** What is wanted no longer, at the place where it stands by then. */
  private underNewNames(fact: Fact): Fact {
    const parent = fact.parent === null ? undefined : this.input.live.facts.get(fact.parent);
    const above = parent === undefined ? undefined : this.translate(parent);
    const inside = above === undefined || fact.relation === null ? undefined : above;
    const schema = inside === undefined ? this.schemaOf(fact) : inside.schema;
    const relation = inside === undefined ? fact.relation : (inside.relation ?? inside.name);
    const args =
      fact.args === null ? null : this.types.reduce((text, [old, now]) => text.replaceAll(old, now), fact.args);
    const identity = { kind: fact.kind, schema, relation, name: fact.name, args };
    return { ...fact, ...identity, key: keyOf(identity), parent: above?.key ?? fact.parent };
  }

  private schemaOf({ schema }: Fact): string | null {
    if (schema === null) return null;
    const key = keyOf({ kind: "schema", schema: null, relation: null, name: schema, args: null });
    const fact = this.input.live.facts.get(key);
    return fact === undefined ? schema : this.translate(fact).name;
  }
}

/** Where live and the reversed wanted model agree, nothing but names differs from what is wanted. */
function asWanted(live: Fact, base: Fact, to: Fact): Fact {
  const props = Object.fromEntries(
    Object.entries(live.props).map(([name, value]) => [
      name,
      isEqual(value, base.props[name]) ? to.props[name] : value,
    ]),
  );
  const { kind, key, schema, relation, name, args, parent } = to;
  return { ...live, kind, key, schema, relation, name, args, parent, props };
}
