import type { AssemblyPlan } from "../application/index.ts";
import { errorToJson } from "../errors/index.ts";
import { actionLines, summary } from "./assembly-text.ts";
import type { Paint } from "./paint.ts";
import { columns } from "./text.ts";

/** A plan for people: what is done, what it asks, what belongs to nobody. */
export function planText(plan: AssemblyPlan, paint: Paint): readonly string[] {
  const { questions = [], drift = [], losses = [] } = plan;
  return [
    ...actionLines(plan, paint),
    paint.dim(summary(plan)),
    ...(losses.length === 0
      ? []
      : ["", "with all that was written since:", ...losses.map((loss) => `  ${paint.red(loss)}`)]),
    ...questions.flatMap((question) => ["", ...questionLines(question, paint)]),
    ...(drift.length === 0
      ? []
      : ["", paint.dim("in no file, left alone:"), ...drift.map(({ object }) => `  ${object}`)]),
  ];
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
