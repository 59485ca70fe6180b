import { AppError } from "../../errors/index.ts";
import type { Answer, Question } from "./question.ts";

/** A question as an error that shows every possible answer; `textOf` gives the text of a file. */
export function lossError(question: Question, textOf: (file: string) => string | undefined): AppError {
  const { kind, message, amount, answers } = question;
  const at = answers[0]?.at;
  return new AppError(kind === "rename" ? "WD461" : "WD462", message, {
    detail: amount,
    hint: answers.map(lineOf).join("\n"),
    position: at,
    source: at === undefined ? undefined : textOf(at.file),
  });
}

function lineOf({ label, hint, at }: Answer): string {
  return `${hint}\n  ${label}; write it ${at === undefined ? "anywhere in schema/" : `on the line before ${at.file}:${at.line}`}`;
}
