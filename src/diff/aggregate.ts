import type { Fact } from "./fact.ts";
import { literal } from "./move.ts";
import { nameOf } from "./name.ts";

type Modify = "r" | "s" | "w";

interface AggregateProps {
  /** pg_get_function_arguments, with ORDER BY between direct and aggregated ones. */
  readonly arguments: string;
  /** pg_aggregate.aggkind: n normal, o ordered-set, h hypothetical-set. */
  readonly aggregate: "n" | "o" | "h";
  readonly parallel: "u" | "r" | "s";
  readonly transition: string;
  readonly state: string;
  readonly stateSize: number;
  readonly final: string | null;
  readonly finalExtra: boolean;
  readonly finalModify: Modify;
  readonly combine: string | null;
  readonly serialize: string | null;
  readonly deserialize: string | null;
  readonly initial: string | null;
  readonly movingTransition: string | null;
  readonly movingInverse: string | null;
  readonly movingState: string | null;
  readonly movingStateSize: number;
  readonly movingFinal: string | null;
  readonly movingFinalExtra: boolean;
  readonly movingFinalModify: Modify;
  readonly movingInitial: string | null;
  readonly sort: string | null;
}

/** What stands behind CREATE [OR REPLACE] of an aggregate: Postgres itself deparses none. */
export function aggregateDefinition(fact: Fact): string {
  const props = fact.props as unknown as AggregateProps;
  const args = props.arguments === "" ? "*" : props.arguments;
  return `aggregate ${nameOf(fact)}(${args}) (\n  ${optionsOf(props).join(",\n  ")}\n)`;
}

function optionsOf(props: AggregateProps): readonly string[] {
  return [
    `sfunc = ${props.transition}`,
    `stype = ${props.state}`,
    ...(props.stateSize === 0 ? [] : [`sspace = ${props.stateSize}`]),
    ...option("finalfunc", props.final),
    ...(props.finalExtra ? ["finalfunc_extra"] : []),
    ...modify("finalfunc_modify", props.final, props.finalModify),
    ...option("combinefunc", props.combine),
    ...option("serialfunc", props.serialize),
    ...option("deserialfunc", props.deserialize),
    ...option("initcond", quoted(props.initial)),
    ...movingOptionsOf(props),
    ...option("sortop", props.sort),
    ...(props.parallel === "u" ? [] : [`parallel = ${props.parallel === "s" ? "safe" : "restricted"}`]),
    ...(props.aggregate === "h" ? ["hypothetical"] : []),
  ];
}

function movingOptionsOf(props: AggregateProps): readonly string[] {
  return [
    ...option("msfunc", props.movingTransition),
    ...option("minvfunc", props.movingInverse),
    ...option("mstype", props.movingState),
    ...(props.movingStateSize === 0 ? [] : [`msspace = ${props.movingStateSize}`]),
    ...option("mfinalfunc", props.movingFinal),
    ...(props.movingFinalExtra ? ["mfinalfunc_extra"] : []),
    ...modify("mfinalfunc_modify", props.movingFinal, props.movingFinalModify),
    ...option("minitcond", quoted(props.movingInitial)),
  ];
}

function option(name: string, value: string | null): readonly string[] {
  return value === null ? [] : [`${name} = ${value}`];
}

/** Always written out: what is the default depends on the kind of aggregate. */
function modify(name: string, routine: string | null, value: Modify): readonly string[] {
  return routine === null ? [] : [`${name} = ${modifications[value]}`];
}

function quoted(text: string | null): string | null {
  return text === null ? null : literal(text);
}

const modifications = { r: "read_only", s: "shareable", w: "read_write" } as const;
