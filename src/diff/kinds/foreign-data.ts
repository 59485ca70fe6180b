import { quoteLiteral } from "../../postgres/index.ts";
import { isEqual } from "../equal.ts";
import type { Fact } from "../fact.ts";
import { changedForeignOptions, foreignOptions, type ForeignOptions } from "../foreign-options.ts";
import type { Kind, Step } from "../kind.ts";
import { ident, nameOf } from "../name.ts";

interface RoutineName {
  readonly schema: string;
  readonly name: string;
}

interface WrapperProps {
  readonly handler: RoutineName | null;
  readonly validator: RoutineName | null;
  readonly options: ForeignOptions;
}

/** Foreign data wrappers that no extension brought. */
export const foreignDataWrapper: Kind = {
  kind: "foreign data wrapper",
  query: "foreign-data",
  noun: (fact) => `foreign data wrapper ${ident(fact.name)}`,
  grantNoun: (fact) => `foreign data wrapper ${ident(fact.name)}`,
  create: (fact) => {
    const { handler, validator, options } = wrapperProps(fact);
    const routines = [
      ...(handler === null ? [] : [` handler ${nameOf(handler)}`]),
      ...(validator === null ? [] : [` validator ${nameOf(validator)}`]),
    ];
    return [`create foreign data wrapper ${ident(fact.name)}${routines.join("")}${foreignOptions(options)}`];
  },
  drop: (fact) => [`drop foreign data wrapper ${ident(fact.name)}`],
  alter: (from, to) => {
    const [before, after] = [wrapperProps(from), wrapperProps(to)];
    const changes = [
      changedRoutine("handler", before.handler, after.handler),
      changedRoutine("validator", before.validator, after.validator),
      changedForeignOptions(before.options, after.options),
    ].join("");
    return step("definition", `alter foreign data wrapper ${ident(to.name)}${changes}`);
  },
  rename: (from, to) => [`alter foreign data wrapper ${ident(from.name)} rename to ${ident(to.name)}`],
};

function changedRoutine(word: string, from: RoutineName | null, to: RoutineName | null): string {
  if (isEqual(from, to)) return "";
  return to === null ? ` no ${word}` : ` ${word} ${nameOf(to)}`;
}

interface ServerProps {
  readonly wrapper: string;
  readonly type: string | null;
  readonly version: string | null;
  readonly options: ForeignOptions;
}

/** Foreign servers. */
export const server: Kind = {
  kind: "server",
  query: "foreign-data",
  noun: (fact) => `server ${ident(fact.name)}`,
  grantNoun: (fact) => `foreign server ${ident(fact.name)}`,
  create: (fact) => {
    const { wrapper, type, version, options } = serverProps(fact);
    const lines = [
      `create server ${ident(fact.name)}`,
      ...(type === null ? [] : [`  type ${quoteLiteral(type).trimStart()}`]),
      ...(version === null ? [] : [`  version ${quoteLiteral(version).trimStart()}`]),
      `  foreign data wrapper ${ident(wrapper)}`,
    ];
    return [[...lines, ...(isEqual(options, {}) ? [] : [` ${foreignOptions(options)}`])].join("\n")];
  },
  drop: (fact) => [`drop server ${ident(fact.name)}`],
  alter: (from, to) => {
    const [before, after] = [serverProps(from), serverProps(to)];
    if (before.wrapper !== after.wrapper || before.type !== after.type) return "rebuild";
    // There is no way back to a server without version: an empty one would not be the same.
    if (before.version !== null && after.version === null) return "rebuild";
    const version = before.version === after.version ? "" : ` version ${quoteLiteral(after.version ?? "").trimStart()}`;
    const options = changedForeignOptions(before.options, after.options);
    return step("definition", `alter server ${ident(to.name)}${version}${options}`);
  },
  rename: (from, to) => [`alter server ${ident(from.name)} rename to ${ident(to.name)}`],
};

interface MappingProps {
  /** True where the reader may not see the options, which often are passwords. */
  readonly hidden: boolean;
  readonly options: ForeignOptions;
}

/** User mappings; the name is the server, args the user, "" for PUBLIC. The noun never shows an option. */
export const userMapping: Kind = {
  kind: "user mapping",
  query: "foreign-data",
  noun: (fact) => `user mapping ${mappingOf(fact)}`,
  create: (fact) => [`create user mapping ${mappingOf(fact)}${foreignOptions(mappingProps(fact).options)}`],
  drop: (fact) => [`drop user mapping ${mappingOf(fact)}`],
  alter: (from, to) => {
    const [before, after] = [mappingProps(from), mappingProps(to)];
    // What can't be seen can't be compared: the reader lists it among what it does not know.
    if (before.hidden || after.hidden) return [];
    return step(
      "options",
      `alter user mapping ${mappingOf(to)}${changedForeignOptions(before.options, after.options)}`,
    );
  },
};

function mappingOf(fact: Fact): string {
  const user = fact.args ?? "";
  return `for ${user === "" ? "public" : ident(user)} server ${ident(fact.name)}`;
}

function step(aspect: string, statement: string): readonly Step[] {
  return [{ aspect, statements: [statement] }];
}

function wrapperProps(fact: Fact): WrapperProps {
  return fact.props as unknown as WrapperProps;
}

function serverProps(fact: Fact): ServerProps {
  return fact.props as unknown as ServerProps;
}

function mappingProps(fact: Fact): MappingProps {
  return fact.props as unknown as MappingProps;
}
