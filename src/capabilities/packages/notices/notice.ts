import { AppError } from "../../../errors/index.ts";

/** What a notice tells; each key can stand in its texts as {key}. */
export interface NoticeFacts {
  readonly package: string;
  readonly version: string;
  readonly databases: string;
  readonly mode: string;
  readonly environment: string;
  readonly product: string;
  readonly issue: string;
  readonly issue_link: string;
  readonly vcs: string;
  readonly vcs_link: string;
}

/** {package} {version} → my_api 1.9.0; what is no key of the facts stays as it is. */
export function fill(text: string, facts: NoticeFacts): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, key: string) =>
    Object.hasOwn(facts, key) ? facts[key as keyof NoticeFacts] : whole,
  );
}

/** WD653: the deployment is done, and somebody has not been told. */
export function noticeError(what: string, cause: unknown): AppError {
  return new AppError("WD653", `${what} could not be sent`, {
    detail: cause instanceof Error ? cause.message : String(cause),
    hint: "the deployment itself is done",
    cause,
  });
}

/** A string of the configuration, or WD662 which names its key. */
export function textOf(settings: Readonly<Record<string, unknown>>, path: string, otherwise?: string): string {
  const value = settings[path.slice(path.indexOf(".") + 1)] ?? otherwise;
  if (typeof value === "string" && value !== "") return value;
  throw new AppError("WD662", `"${path}": expected a string`, { hint: "it is read from ~/.pgpmconfig" });
}
