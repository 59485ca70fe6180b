import { AppErrors, type AppError } from "../errors/index.ts";

/** Throws what was found in one pass: nothing, one error as itself, several as AppErrors. */
export function throwAll(errors: readonly AppError[]): void {
  const [first, ...rest] = errors;
  if (first === undefined) return;
  throw rest.length === 0 ? first : new AppErrors([first, ...rest]);
}
