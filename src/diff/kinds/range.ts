import { isEqual } from "../equal.ts";
import type { Fact } from "../fact.ts";
import type { Kind } from "../kind.ts";
import { asideName, moveStatements } from "../move.ts";
import { nameOf, qualified } from "../name.ts";

interface RangeProps {
  readonly subtype: string;
  readonly operatorClass: string;
  /** Null: that of the subtype. */
  readonly collation: string | null;
  readonly canonical: string | null;
  readonly difference: string | null;
  readonly multirange: { readonly schema: string; readonly name: string };
  /** Names of the functions that make one: those of the types, until these are renamed. */
  readonly constructor: string;
  readonly multirangeConstructor: string;
}

/** Range types with their multiranges. */
export const range: Kind = {
  kind: "range",
  query: "type",
  noun: typeNoun,
  grantNoun: typeNoun,
  create: (fact) => [
    `create type ${nameOf(fact)} as range (\n  ${optionsOf(fact).join(",\n  ")}\n)`,
    ...moved(fact, bornNames(fact), namesOf(fact)),
  ],
  drop: (fact) => [`drop type ${nameOf(fact)}`],
  alter: (from, to) => {
    const [before, after] = [propsOf(from), propsOf(to)];
    const { multirange, constructor, multirangeConstructor } = before;
    if (!isEqual({ ...after, multirange, constructor, multirangeConstructor }, before)) return "rebuild";
    return [{ aspect: "name", statements: moved(to, namesOf(from), namesOf(to)) }];
  },
  aside: {
    fact: (fact) => ({ ...fact, name: asideName(fact.name) }),
    statements: (fact) => moved(fact, namesOf(fact), asideNames(namesOf(fact))),
  },
  slots: (fact) => [`type ${nameOf(fact)}`, `type ${placed(propsOf(fact).multirange)}`],
  rename: (from, to) => moved(from, namesOf(from), renamedNames(from, to)),
  renamed: (from, to) => {
    const { multirange, constructor, multirangeConstructor } = renamedNames(from, to);
    return { ...to, props: { ...from.props, multirange, constructor, multirangeConstructor } };
  },
};

interface Place {
  readonly schema: string | null;
  readonly name: string;
}

/** All that bears a name: both types, and the functions that make them, which stand in the schemas of the types. */
interface Names {
  readonly range: Place;
  readonly multirange: Place;
  readonly constructor: string;
  readonly multirangeConstructor: string;
}

function namesOf(fact: Fact): Names {
  const { multirange, constructor, multirangeConstructor } = propsOf(fact);
  return { range: { schema: fact.schema, name: fact.name }, multirange, constructor, multirangeConstructor };
}

function bornNames(fact: Fact): Names {
  const { range: self, multirange } = namesOf(fact);
  return { range: self, multirange, constructor: self.name, multirangeConstructor: multirange.name };
}

function asideNames({ range: self, multirange, constructor, multirangeConstructor }: Names): Names {
  return {
    range: { ...self, name: asideName(self.name) },
    multirange: { ...multirange, name: asideName(multirange.name) },
    constructor: asideName(constructor),
    multirangeConstructor: asideName(multirangeConstructor),
  };
}

/** What was called after the range still is. */
function renamedNames(from: Fact, to: Fact): Names {
  const before = namesOf(from);
  const { multirange } = before;
  const isUsual = multirange.schema === from.schema && multirange.name === usualMultirange(from.name);
  const after = isUsual ? { schema: to.schema, name: usualMultirange(to.name) } : multirange;
  const isMultirangesName = before.multirangeConstructor === multirange.name;
  return {
    range: { schema: to.schema, name: to.name },
    multirange: after,
    constructor: before.constructor === from.name ? to.name : before.constructor,
    multirangeConstructor: isMultirangesName ? after.name : before.multirangeConstructor,
  };
}

/** As Postgres calls it unless it is told: makeMultirangeTypeName() in src/backend/catalog/pg_type.c. */
function usualMultirange(name: string): string {
  return name.includes("range") ? name.replace("range", "multirange") : `${name}_multirange`;
}

/** ALTER TYPE leaves the multirange and the functions where they were. */
function moved(fact: Fact, from: Names, to: Names): readonly string[] {
  const { subtype } = propsOf(fact);
  const type = placed(to.range);
  const move = (noun: (place: Place) => string, before: Place, after: Place): readonly string[] =>
    moveStatements(noun, { ...fact, ...before }, { ...fact, ...after });
  const functions = (signatures: readonly string[], before: Place, after: Place): readonly string[] =>
    signatures.flatMap((args) => move((place) => `function ${placed(place)}(${args})`, before, after));
  return [
    ...move((place) => `type ${placed(place)}`, from.range, to.range),
    ...move((place) => `type ${placed(place)}`, from.multirange, to.multirange),
    ...functions(
      [`${subtype}, ${subtype}`, `${subtype}, ${subtype}, text`],
      { schema: from.range.schema, name: from.constructor },
      { schema: to.range.schema, name: to.constructor },
    ),
    ...functions(
      ["", type, `${type}[]`],
      { schema: from.multirange.schema, name: from.multirangeConstructor },
      { schema: to.multirange.schema, name: to.multirangeConstructor },
    ),
  ];
}

function optionsOf(fact: Fact): readonly string[] {
  const { subtype, operatorClass, collation, canonical, difference } = propsOf(fact);
  return [
    `subtype = ${subtype}`,
    `subtype_opclass = ${operatorClass}`,
    ...(collation === null ? [] : [`collation = ${collation}`]),
    ...(canonical === null ? [] : [`canonical = ${canonical}`]),
    ...(difference === null ? [] : [`subtype_diff = ${difference}`]),
    `multirange_type_name = ${placed(propsOf(fact).multirange)}`,
  ];
}

function placed({ schema, name }: Place): string {
  return qualified(schema, name);
}

function typeNoun(fact: Fact): string {
  return `type ${nameOf(fact)}`;
}

function propsOf(fact: Fact): RangeProps {
  return fact.props as unknown as RangeProps;
}
