import type { AssemblyPlan, ProjectPlan } from "../application/index.ts";
import { errorToJson } from "../errors/index.ts";
import { actionLines, summary } from "./assembly-text.ts";
import type { Paint } from "./paint.ts";
import { columns, count } from "./text.ts";

/** A plan for people: what is done, what it asks, what belongs to nobody. */
export function planText(plan: ProjectPlan, paint: Paint): readonly string[] {
  const { questions = [], drift = [], losses = [] } = plan;
  return [
    ...besideLines(plan, paint),
    ...actionLines(plan, paint),
    paint.dim(wholeSummary(plan)),
    ...(losses.length === 0
      ? []
      : ["", "with all that was written since:", ...losses.map((loss) => `  ${paint.red(loss)}`)]),
    ...questions.flatMap((question) => ["", ...questionLines(question, paint)]),
    ...(drift.length === 0
      ? []
      : ["", paint.dim("in no file, left alone:"), ...drift.map(({ object }) => `  ${object}`)]),
  ];
}

/** Extensions, and what capabilities would do: "deploy  package price 1.1.0  packages/price/howdah.toml", its parts below. */
export function besideLines({ extensions, foreseen }: ProjectPlan, paint: Paint): readonly string[] {
  const rows = [
    ...extensions.map(({ kind, name, version, path }) => [
      kind === "create" ? paint.green(kind) : paint.yellow(kind),
      ["extension", name, path ?? version].filter((each) => each !== undefined).join(" "),
      paint.dim("howdah.lock"),
    ]),
    ...foreseen.map(({ verb, object, file }) => [paint.green(verb), object, paint.dim(file)]),
  ];
  const below = [...extensions.map((): readonly string[] => []), ...foreseen.map(({ lines }) => lines)];
  return columns(rows).flatMap((line, at) => [line, ...(below[at] ?? []).map((each) => `    ${paint.dim(each)}`)]);
}

/** "1 extension, 2 changes"; "nothing to do" for an empty plan. */
export function wholeSummary(plan: ProjectPlan): string {
  const nouns = [...plan.extensions.map(() => "extension"), ...plan.foreseen.map(({ object }) => object.split(" ")[0])];
  const beside = [...Map.groupBy(nouns, (noun = "") => noun)].map(([noun, { length }]) => count(length, noun));
  if (beside.length === 0) return summary(plan);
  return [...beside, ...(plan.actions.length === 0 ? [] : [summary(plan)])].join(", ");
}

/** A plan for programs. */
export function planJson(plan: AssemblyPlan): unknown {
  return { ...plan, obstacles: plan.obstacles?.map(errorToJson), warnings: undefined };
}

/** A question with every possible answer: the line to write, and where. */
function questionLines(question: NonNullable<AssemblyPlan["questions"]>[number], paint: Paint): readonly string[] {
  const { message, answers, amount } = question;
  return [
    `${paint.yellow("?")} ${message}${amount === undefined ? "" : paint.dim(`: ${amount}`)}`,
    ...columns(
      answers.map(({ label, hint, at }) => [
        `    ${hint}`,
        paint.dim(`${label}; ${at === undefined ? "anywhere in schema/" : `before ${at.file}:${at.line}`}`),
      ]),
    ),
  ];
}
