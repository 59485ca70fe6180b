import type { AlterTableCmd, ColumnDef, Constraint, Node, RangeVar } from "libpg-query";
import type { FactKind } from "../../diff/index.ts";
import { locator, type Statement } from "../statement.ts";
import { strings } from "../syntax.ts";
import { tokens } from "../token.ts";
import type { Unit } from "./unit.ts";

/** Where a statement names something that it makes. */
export interface Place {
  readonly kinds: readonly (FactKind | "label")[];
  /** Where it may be, the likeliest first; null for what lives in no schema. */
  readonly schemas: readonly (string | null)[];
  readonly relation: string | null;
  /** Undefined where Postgres chose the name. */
  readonly name: string | undefined;
  /** Of a constraint without a name: pg_constraint.contype; of an index, "i". */
  readonly type?: string | undefined;
  /** Index into the file's text. */
  readonly index: number;
  /** The column that a constraint is written behind. */
  readonly column?: string | undefined;
}

/** What a statement makes, as far as its syntax tells, each at its own line. */
export function placesOf({ statement, session }: Pick<Unit, "statement" | "session">): readonly Place[] {
  return known.get(statement) ?? new Reader(statement, session.schemas).read();
}

const known = new WeakMap<Statement, readonly Place[]>();

/** Notes what was read before: the statement is not looked into for it. */
export function keepPlaces(statement: Statement, places: readonly Place[]): void {
  known.set(statement, places);
}

class Reader {
  readonly #statement: Statement;
  readonly #schemas: readonly string[];
  readonly #locate: (location: number) => number;

  constructor(statement: Statement, schemas: readonly string[]) {
    this.#statement = statement;
    this.#schemas = schemas;
    this.#locate = locator(statement);
  }

  read(): readonly Place[] {
    const { node } = this.#statement;
    if ("CreateStmt" in node) return this.#table("table", node.CreateStmt.relation, node.CreateStmt.tableElts);
    if ("CreateForeignTableStmt" in node) {
      const { base } = node.CreateForeignTableStmt;
      return this.#table("foreign table", base?.relation, base?.tableElts);
    }
    if ("AlterTableStmt" in node) return this.#alteration(node.AlterTableStmt.relation, node.AlterTableStmt.cmds ?? []);
    if ("IndexStmt" in node) return [this.#index(node.IndexStmt.idxname, namesOf(node.IndexStmt.relation))];
    return this.#type(node) ?? this.#relation(node) ?? this.#part(node) ?? this.#global(node) ?? this.#other(node);
  }

  #own(kinds: Place["kinds"], names: readonly string[]): Place {
    return this.#named(kinds, names, null, this.#statement.start);
  }

  #type(node: Node): readonly Place[] | undefined {
    if ("CreateEnumStmt" in node) return this.#enum(strings(node.CreateEnumStmt.typeName));
    if ("CreateRangeStmt" in node) return [this.#own(["range"], strings(node.CreateRangeStmt.typeName))];
    if ("CreateDomainStmt" in node) {
      const { domainname, constraints } = node.CreateDomainStmt;
      const names = strings(domainname);
      return [this.#own(["domain"], names), ...this.#constraints(constraints, names, "domain constraint")];
    }
    if (!("CompositeTypeStmt" in node)) return undefined;
    const { typevar, coldeflist = [] } = node.CompositeTypeStmt;
    const names = namesOf(typevar);
    return [this.#own(["composite type"], names), ...this.#columns(coldeflist, names, "attribute")];
  }

  #relation(node: Node): readonly Place[] | undefined {
    if ("ViewStmt" in node) return [this.#own(["view"], namesOf(node.ViewStmt.view))];
    if ("CreateSeqStmt" in node) return [this.#own(["sequence"], namesOf(node.CreateSeqStmt.sequence))];
    if (!("CreateTableAsStmt" in node)) return undefined;
    return [this.#own(["materialized view"], namesOf(node.CreateTableAsStmt.into?.rel))];
  }

  /** What belongs to a relation and is a statement of its own. */
  #part(node: Node): readonly Place[] | undefined {
    const part = (kind: FactKind, relation: RangeVar | undefined, name = ""): readonly Place[] => {
      return [this.#below([kind], namesOf(relation), name, this.#statement.start)];
    };
    if ("CreateTrigStmt" in node) return part("trigger", node.CreateTrigStmt.relation, node.CreateTrigStmt.trigname);
    if ("RuleStmt" in node) return part("rule", node.RuleStmt.relation, node.RuleStmt.rulename);
    if (!("CreatePolicyStmt" in node)) return undefined;
    return part("policy", node.CreatePolicyStmt.table, node.CreatePolicyStmt.policy_name);
  }

  /** What lives in no schema. */
  #global(node: Node): readonly Place[] | undefined {
    const global = (kind: FactKind, name = ""): readonly Place[] => {
      return [{ kinds: [kind], schemas: [null], relation: null, name, index: this.#statement.start }];
    };
    if ("CreateSchemaStmt" in node) return global("schema", node.CreateSchemaStmt.schemaname ?? roleName(node));
    if ("CreateExtensionStmt" in node) return global("extension", node.CreateExtensionStmt.extname);
    if ("CreateRoleStmt" in node) return global("role", node.CreateRoleStmt.role);
    if ("CreateEventTrigStmt" in node) return global("event trigger", node.CreateEventTrigStmt.trigname);
    if ("CreatePublicationStmt" in node) return global("publication", node.CreatePublicationStmt.pubname);
    if ("CreateFdwStmt" in node) return global("foreign data wrapper", node.CreateFdwStmt.fdwname);
    return "CreateForeignServerStmt" in node ? global("server", node.CreateForeignServerStmt.servername) : undefined;
  }

  #other(node: Node): readonly Place[] {
    if ("CreateStatsStmt" in node) return [this.#own(["statistics"], strings(node.CreateStatsStmt.defnames))];
    if ("CreateConversionStmt" in node) {
      return [this.#own(["conversion"], strings(node.CreateConversionStmt.conversion_name))];
    }
    if ("CreateOpClassStmt" in node)
      return [this.#own(["operator class"], strings(node.CreateOpClassStmt.opclassname))];
    if ("CreateOpFamilyStmt" in node) {
      return [this.#own(["operator family"], strings(node.CreateOpFamilyStmt.opfamilyname))];
    }
    if (!("DefineStmt" in node)) return [];
    const kind = definitions[node.DefineStmt.kind ?? ""];
    return kind === undefined ? [] : [this.#own(kind, strings(node.DefineStmt.defnames))];
  }

  #named(kinds: Place["kinds"], names: readonly string[], relation: string | null, index: number): Place {
    return { kinds, schemas: this.#schemasOf(names), relation, name: names.at(-1) ?? "", index };
  }

  #schemasOf(names: readonly string[]): readonly string[] {
    return names.length > 1 ? [names.at(-2) ?? ""] : this.#schemas;
  }

  #at(location: number | undefined): number {
    const { start } = this.#statement;
    return location === undefined ? start : start + this.#locate(location);
  }

  #table(kind: FactKind, relation: RangeVar | undefined, elements: readonly Node[] = []): readonly Place[] {
    const names = namesOf(relation);
    return [
      this.#named([kind], names, null, this.#statement.start),
      ...this.#columns(elements, names, "column"),
      ...this.#constraints(elements, names, "constraint"),
    ];
  }

  #columns(elements: readonly Node[], names: readonly string[], kind: "column" | "attribute"): readonly Place[] {
    return elements.flatMap((element) => ("ColumnDef" in element ? this.#column(element.ColumnDef, names, kind) : []));
  }

  #column(column: ColumnDef, names: readonly string[], kind: "column" | "attribute"): readonly Place[] {
    const { colname = "", location, constraints } = column;
    const place = this.#below([kind], names, colname, this.#at(location));
    const defaults = (constraints ?? []).flatMap((item) => ("Constraint" in item ? [item.Constraint] : []));
    const made = defaults.filter(({ contype }) => contype === "CONSTR_DEFAULT" || contype === "CONSTR_GENERATED");
    return [
      place,
      ...made.map((constraint) => this.#below(["default"], names, colname, this.#at(constraint.location))),
      ...this.#constraints(constraints, names, "constraint").map((item) => ({ ...item, column: colname })),
    ];
  }

  #below(kinds: Place["kinds"], names: readonly string[], name: string, index: number): Place {
    return { kinds, schemas: this.#schemasOf(names), relation: names.at(-1) ?? "", name, index };
  }

  #constraints(
    elements: readonly Node[] | undefined,
    names: readonly string[],
    kind: "constraint" | "domain constraint",
  ): readonly Place[] {
    return (elements ?? []).flatMap((element) =>
      "Constraint" in element ? this.#constraint(element.Constraint, names, kind) : [],
    );
  }

  #constraint(constraint: Constraint, names: readonly string[], kind: FactKind): readonly Place[] {
    const type = types[constraint.contype ?? ""];
    if (type === undefined) return [];
    const kinds: FactKind[] = "pux".includes(type) ? [kind, "index"] : [kind];
    const relation = names.at(-1) ?? "";
    const { conname: name, location } = constraint;
    return [{ kinds, schemas: this.#schemasOf(names), relation, name, type, index: this.#at(location) }];
  }

  #alteration(relation: RangeVar | undefined, commands: readonly Node[]): readonly Place[] {
    const names = namesOf(relation);
    return commands.flatMap((command) =>
      "AlterTableCmd" in command ? this.#command(command.AlterTableCmd, names) : [],
    );
  }

  #command({ subtype, def, name = "" }: AlterTableCmd, names: readonly string[]): readonly Place[] {
    if (subtype === "AT_ColumnDefault") return [this.#below(["default"], names, name, this.#statement.start)];
    if (def === undefined) return [];
    if ("ColumnDef" in def && subtype === "AT_AddColumn") return this.#column(def.ColumnDef, names, "column");
    return "Constraint" in def ? this.#constraint(def.Constraint, names, "constraint") : [];
  }

  /** An index stands in the schema of its table, and is told apart from the others there by its name alone. */
  #index(name: string | undefined, names: readonly string[]): Place {
    const relation = names.at(-1) ?? "";
    return {
      kinds: ["index"],
      schemas: this.#schemasOf(names),
      relation,
      name,
      type: "i",
      index: this.#statement.start,
    };
  }

  /** The tree does not say where a label stands: its strings are counted. */
  #enum(names: readonly string[]): readonly Place[] {
    const { text, start, node } = this.#statement;
    const labels = "CreateEnumStmt" in node ? strings(node.CreateEnumStmt.vals) : [];
    const literals = tokens(text).filter((token) => token.kind === "string");
    return [
      this.#own(["enum"], names),
      ...labels.map((label, at) => this.#below(["label"], names, label, start + (literals[at]?.start ?? 0))),
    ];
  }
}

function namesOf(relation: RangeVar | undefined): readonly string[] {
  const { schemaname, relname = "" } = relation ?? {};
  return schemaname === undefined ? [relname] : [schemaname, relname];
}

/** `create schema authorization r` is called as the role is. */
function roleName(node: Extract<Node, { CreateSchemaStmt: unknown }>): string {
  return node.CreateSchemaStmt.authrole?.rolename ?? "";
}

/** pg_constraint.contype */
const types: Readonly<Record<string, string>> = {
  CONSTR_PRIMARY: "p",
  CONSTR_UNIQUE: "u",
  CONSTR_FOREIGN: "f",
  CONSTR_CHECK: "c",
  CONSTR_EXCLUSION: "x",
  CONSTR_NOTNULL: "n",
};

const definitions: Readonly<Record<string, readonly FactKind[]>> = {
  OBJECT_AGGREGATE: ["aggregate"],
  OBJECT_OPERATOR: ["operator"],
  OBJECT_TYPE: ["base type", "shell type"],
  OBJECT_COLLATION: ["collation"],
  OBJECT_TSPARSER: ["text search parser"],
  OBJECT_TSTEMPLATE: ["text search template"],
  OBJECT_TSDICTIONARY: ["text search dictionary"],
  OBJECT_TSCONFIGURATION: ["text search configuration"],
};
