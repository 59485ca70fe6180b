import type { Fact } from "../fact.ts";
import type { Context, Kind } from "../kind.ts";
import { ident, relationOf } from "../name.ts";

interface PublicationProps {
  readonly allTables: boolean;
  readonly insert: boolean;
  readonly update: boolean;
  readonly delete: boolean;
  readonly truncate: boolean;
  readonly viaRoot: boolean;
  /** Generated columns: none, or stored ones (from 18 on). */
  readonly generated: "n" | "s";
}

/** Publications. */
export const publication: Kind = {
  kind: "publication",
  query: "publication",
  noun: (fact) => `publication ${ident(fact.name)}`,
  create: (fact, context) => {
    const parts = contentsOf(fact, context);
    const changed = parameters(born, publicationProps(fact));
    const lines = [
      `create publication ${ident(fact.name)}`,
      ...(parts === "" ? [] : [`  for ${parts}`]),
      ...(changed.length === 0 ? [] : [`  with (${changed.join(", ")})`]),
    ];
    return [lines.join("\n")];
  },
  drop: (fact) => [`drop publication ${ident(fact.name)}`],
  alter: (from, to) => {
    const [before, after] = [publicationProps(from), publicationProps(to)];
    if (before.allTables !== after.allTables) return "rebuild";
    const set = parameters(before, after).join(", ");
    return [{ aspect: "parameters", statements: [`alter publication ${ident(to.name)} set (${set})`] }];
  },
  rename: (from, to) => [`alter publication ${ident(from.name)} rename to ${ident(to.name)}`],
};

const operations = ["insert", "update", "delete", "truncate"] as const;

const born: PublicationProps = {
  allTables: false,
  insert: true,
  update: true,
  delete: true,
  truncate: true,
  viaRoot: false,
  generated: "n",
};

function contentsOf(fact: Fact, context: Context): string {
  if (publicationProps(fact).allTables) return "all tables";
  return context.inlined(fact).map(entryOf).join(", ");
}

function parameters(from: PublicationProps, to: PublicationProps): readonly string[] {
  const published = operations.filter((operation) => to[operation]).join(", ");
  return [
    ...(operations.every((operation) => from[operation] === to[operation]) ? [] : [`publish = '${published}'`]),
    ...(from.viaRoot === to.viaRoot ? [] : [`publish_via_partition_root = ${String(to.viaRoot)}`]),
    ...(from.generated === to.generated
      ? []
      : [`publish_generated_columns = ${to.generated === "s" ? "stored" : "none"}`]),
  ];
}

interface PublicationTableProps {
  /** Null: all, also those that come later. */
  readonly columns: readonly string[] | null;
  readonly where: string | null;
}

/** A table in a publication; its name is the publication. */
export const publicationTable: Kind = {
  ...partOfPublication("publication table"),
  // ALTER PUBLICATION … SET would name all tables anew; between the two nothing is committed.
  alter: (from, to, context) => [
    {
      aspect: "columns and rows",
      statements: [...publicationTable.drop(from, context), ...publicationTable.create(to, context)],
    },
  ],
};

/** All tables of a schema in a publication; its name is the publication. */
export const publicationSchema: Kind = partOfPublication("publication schema");

function partOfPublication(kind: "publication table" | "publication schema"): Kind {
  return {
    kind,
    query: "publication",
    noun: (fact) => `${targetOf(fact)} in publication ${ident(fact.name)}`,
    create: (fact) => [`alter publication ${ident(fact.name)} add ${entryOf(fact)}`],
    drop: (fact) => [`alter publication ${ident(fact.name)} drop ${targetOf(fact)}`],
    alter: () => [],
    inline: () => "when possible",
  };
}

function targetOf(fact: Fact): string {
  return fact.kind === "publication table"
    ? `table ${relationOf(fact)}`
    : `tables in schema ${ident(fact.schema ?? "")}`;
}

/** `table public.account (id, email) where (id > 0)`. */
function entryOf(fact: Fact): string {
  if (fact.kind !== "publication table") return targetOf(fact);
  const { columns, where } = fact.props as unknown as PublicationTableProps;
  const list = columns === null ? "" : ` (${columns.map(ident).join(", ")})`;
  return `${targetOf(fact)}${list}${where === null ? "" : ` where (${where})`}`;
}

function publicationProps(fact: Fact): PublicationProps {
  return fact.props as unknown as PublicationProps;
}
