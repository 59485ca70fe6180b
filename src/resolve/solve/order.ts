import { AppError } from "../../errors/index.ts";

/**
 * Names in an order in which each comes behind all that it needs; ties are alphabetical.
 *
 * Throws WD393 for a circle, naming it: "a needs b needs a".
 */
export function installationOrder(needs: ReadonlyMap<string, Iterable<string>>): readonly string[] {
  const order = new Set<string>();
  const visit = (name: string, trail: readonly string[]): void => {
    if (order.has(name)) return;
    if (trail.includes(name)) throw circle([...trail.slice(trail.indexOf(name)), name]);
    for (const need of [...(needs.get(name) ?? [])].toSorted()) visit(need, [...trail, name]);
    order.add(name);
  };
  for (const name of [...needs.keys()].toSorted()) visit(name, []);
  return [...order];
}

function circle(names: readonly string[]): AppError {
  return new AppError("WD393", `packages need each other in a circle: ${names.join(" needs ")}`, {
    hint: "move what both need into a package of its own",
  });
}
