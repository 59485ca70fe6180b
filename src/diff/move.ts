import { createHash } from "node:crypto";
import { quoteLiteral } from "../postgres/index.ts";
import type { Fact } from "./fact.ts";
import { ident } from "./name.ts";

/** `alter … set schema` and `alter … rename to`, as far as the two differ; `noun` names the object as it is then. */
export function moveStatements(noun: (fact: Fact) => string, from: Fact, to: Fact): readonly string[] {
  const moved = { ...from, schema: to.schema };
  return [
    ...(from.schema === to.schema ? [] : [`alter ${noun(from)} set schema ${ident(to.schema ?? "")}`]),
    ...(from.name === to.name ? [] : [`alter ${noun(moved)} rename to ${ident(to.name)}`]),
  ];
}

/** A text as a string constant, without the space that quoteLiteral puts before an E''. */
export function literal(text: string): string {
  return quoteLiteral(text).trimStart();
}

/** A name under which something waits until nothing needs it any more; at most 63 bytes long. */
export function asideName(name: string): string {
  return suffixed(name, "__aside");
}

/** A longer name of at most 63 bytes. What is cut off is told apart by a digest: two long names may begin alike. */
export function suffixed(name: string, suffix: string): string {
  if (Buffer.byteLength(name) + suffix.length <= 63) return name + suffix;
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 8);
  let kept = name;
  while (Buffer.byteLength(kept) > 63 - suffix.length - digest.length) kept = [...kept].slice(0, -1).join("");
  return kept + digest + suffix;
}
