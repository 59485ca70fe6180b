import type { Position } from "../../errors/index.ts";

/** Where something declared is written. */
export interface Origin extends Position {
  /** Index into the file's text. */
  readonly index: number;
  /** True for what only a superuser may make: the role that assembles can't, an administrator of the server can. */
  readonly privileged?: true | undefined;
}
