import { isEqual } from "../equal.ts";
import type { Fact } from "../fact.ts";
import type { Kind, Step } from "../kind.ts";
import { moveStatements } from "../move.ts";
import { ident, nameOf } from "../name.ts";

interface DictionaryProps {
  readonly template: string;
  /** `language = 'english', stopwords = 'english'`, as Postgres keeps it. */
  readonly options: string | null;
}

interface ConfigurationProps {
  readonly parser: string;
  /** Dictionaries in their order, by type of token. */
  readonly mappings: Readonly<Record<string, readonly string[]>>;
}

/** Text search parsers. */
export const textSearchParser: Kind = {
  ...named("text search parser"),
  create: (fact) => [
    definition(fact, [
      ["start", fact.props["start"]],
      ["gettoken", fact.props["token"]],
      ["end", fact.props["end"]],
      ["headline", fact.props["headline"]],
      ["lextypes", fact.props["types"]],
    ]),
  ],
  alter: () => "rebuild",
};

/** Text search templates. */
export const textSearchTemplate: Kind = {
  ...named("text search template"),
  create: (fact) => [
    definition(fact, [
      ["init", fact.props["init"]],
      ["lexize", fact.props["lexize"]],
    ]),
  ],
  alter: () => "rebuild",
};

/** Text search dictionaries; their options change in place. */
export const textSearchDictionary: Kind = {
  ...named("text search dictionary"),
  create: (fact) => {
    const { template, options } = dictionaryProps(fact);
    const list = [`template = ${template}`, ...(options === null ? [] : [options])];
    return [`create text search dictionary ${nameOf(fact)} (${list.join(", ")})`];
  },
  alter: (from, to) => {
    const [before, after] = [dictionaryProps(from), dictionaryProps(to)];
    if (before.template !== after.template) return "rebuild";
    const wanted = optionNames(after.options);
    const gone = optionNames(before.options).filter((name) => !wanted.includes(name));
    // A name alone takes the option away.
    const list = [...(after.options === null ? [] : [after.options]), ...gone];
    return [{ aspect: "options", statements: [`alter text search dictionary ${nameOf(to)} (${list.join(", ")})`] }];
  },
};

/** Text search configurations with what they do with each type of token. */
export const textSearchConfiguration: Kind = {
  ...named("text search configuration"),
  create: (fact) => {
    const { parser, mappings } = configurationProps(fact);
    return [
      `create text search configuration ${nameOf(fact)} (parser = ${parser})`,
      ...mappingStatements(fact, "add", mappings),
    ];
  },
  alter: (from, to) => {
    const [before, after] = [configurationProps(from), configurationProps(to)];
    return before.parser === after.parser ? mappingSteps(to, before.mappings, after.mappings) : "rebuild";
  },
};

type Mappings = ConfigurationProps["mappings"];

function mappingSteps(fact: Fact, before: Mappings, after: Mappings): readonly Step[] {
  const gone = Object.keys(before).filter((token) => !(token in after));
  const come = pick(after, (token) => !(token in before));
  const changed = pick(after, (token, list) => token in before && !isEqual(before[token], list));
  const drop = `alter text search configuration ${nameOf(fact)} drop mapping for ${gone.map(ident).join(", ")}`;
  const statements = [
    ...(gone.length === 0 ? [] : [drop]),
    ...mappingStatements(fact, "alter", changed),
    ...mappingStatements(fact, "add", come),
  ];
  return [{ aspect: "mappings", statements }];
}

/** One statement for each list of dictionaries. */
function mappingStatements(fact: Fact, verb: "add" | "alter", mappings: Mappings): readonly string[] {
  const byList = Map.groupBy(Object.entries(mappings), ([, dictionaries]) => dictionaries.join(", "));
  return [...byList].map(([dictionaries, entries]) => {
    const tokens = entries.map(([token]) => ident(token)).toSorted();
    return `alter text search configuration ${nameOf(fact)}\n  ${verb} mapping for ${tokens.join(", ")}\n  with ${dictionaries}`;
  });
}

function pick(mappings: Mappings, isWanted: (token: string, list: readonly string[]) => boolean): Mappings {
  return Object.fromEntries(Object.entries(mappings).filter(([token, list]) => isWanted(token, list)));
}

function optionNames(options: string | null): readonly string[] {
  const pairs = (options ?? "").matchAll(/("(?:[^"]|"")+"|[^\s",=]+)\s*=\s*(?:E?'(?:[^'\\]|''|\\.)*'|[^\s,]+)/g);
  return [...pairs].map(([, name = ""]) => name);
}

type TextSearch =
  | "text search parser"
  | "text search template"
  | "text search dictionary"
  | "text search configuration";

function named(
  kind: TextSearch,
): Pick<Kind, "kind" | "query" | "noun" | "drop" | "slots" | "rename"> & { readonly kind: TextSearch } {
  const noun = (fact: Fact): string => `${kind} ${nameOf(fact)}`;
  return {
    kind,
    query: "text-search",
    noun,
    drop: (fact) => [`drop ${noun(fact)}`],
    slots: (fact) => [noun(fact)],
    rename: (from, to) => moveStatements(noun, from, to),
  };
}

function definition(fact: Fact, options: readonly (readonly [string, unknown])[]): string {
  const list = options.flatMap(([name, value]) => (value === null ? [] : [`${name} = ${value as string}`]));
  return `create ${fact.kind} ${nameOf(fact)} (${list.join(", ")})`;
}

function dictionaryProps(fact: Fact): DictionaryProps {
  return fact.props as unknown as DictionaryProps;
}

function configurationProps(fact: Fact): ConfigurationProps {
  return fact.props as unknown as ConfigurationProps;
}
