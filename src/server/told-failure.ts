import type { AppEvent } from "../capability/index.ts";
import { AppErrors, type AppError } from "../errors/index.ts";

/** What the application has told to be broken since the last time that all was well. */
export interface ToldFailure {
  /** Whether it has told this error, when its file was saved. */
  has(error: AppError): boolean;
  /** Ends the subscription. */
  end(): void;
}

/** Remembers it: browsers that follow run into the same page error at once, and one report a save is enough. */
export function toldFailure(events: (listener: (event: AppEvent) => void) => () => void): ToldFailure {
  let told: ReadonlySet<string> = new Set();
  const end = events((event) => {
    if (event.kind === "failed") told = new Set(eachOf(event.error).map(keyOf));
    if (event.kind === "assembled") told = new Set();
  });
  return {
    has: (error) => eachOf(error).every((each) => each.position !== undefined && told.has(keyOf(each))),
    end,
  };
}

function eachOf(error: AppError): readonly AppError[] {
  return error instanceof AppErrors ? error.errors : [error];
}

function keyOf({ code, message, position }: AppError): string {
  return JSON.stringify([code, message, position]);
}
