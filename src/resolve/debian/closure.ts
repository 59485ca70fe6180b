import { AppError } from "../../errors/index.ts";
import { allows, formatAlternatives, parseDependencies, type Alternatives } from "./dependency.ts";
import type { DebianPackage, PackageIndex } from "./package.ts";

/**
 * The packages that meet the roots and all that they depend on, sorted by name: what must be unpacked for their programs to run.
 *
 * Suites are consistent in themselves, so the newest candidate of the first alternative that has one is taken and
 * nothing is tried twice. `without` names packages that are not taken and whose own dependencies are not followed.
 * Throws WD364 for a dependency that no package meets, or that the package taken before does not meet.
 */
export function dependencyClosure(
  roots: readonly Alternatives[],
  index: PackageIndex,
  without: (name: string) => boolean = () => false,
): readonly DebianPackage[] {
  const taken = new Map<string, DebianPackage>();
  const reasons = new Map<string, string>();
  const queue: { readonly from: string; readonly group: Alternatives }[] = [];
  for (const group of roots) queue.push({ from: "", group });
  for (let next = queue.shift(); next; next = queue.shift()) {
    const chosen = choose(next.group, index, taken, without);
    if (chosen === "met") continue;
    if (chosen === undefined) throw unmet(next.group, next.from, reasons, taken, index);
    taken.set(chosen.name, chosen);
    reasons.set(chosen.name, next.from);
    for (const group of parseDependencies(chosen.depends)) queue.push({ from: chosen.name, group });
  }
  return [...taken.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

function choose(
  group: Alternatives,
  index: PackageIndex,
  taken: ReadonlyMap<string, DebianPackage>,
  without: (name: string) => boolean,
): DebianPackage | "met" | undefined {
  const met = group.some((dependency) => {
    const own = taken.get(dependency.name);
    if (own !== undefined && allows(dependency, own.version)) return true;
    return index.providersOf(dependency).some((provider) => taken.get(provider.name) === provider);
  });
  if (met || group.some(({ name }) => without(name))) return "met";
  for (const dependency of group) {
    const candidate = index.candidate(dependency);
    if (candidate === undefined || taken.has(candidate.name)) continue; // another version of it is taken
    if (without(candidate.name)) return "met";
    return candidate;
  }
  return undefined;
}

function unmet(
  group: Alternatives,
  from: string,
  reasons: ReadonlyMap<string, string>,
  taken: ReadonlyMap<string, DebianPackage>,
  index: PackageIndex,
): AppError {
  const wanted = formatAlternatives(group);
  const chain = [wanted];
  for (let name: string | undefined = from; name; name = reasons.get(name)) chain.unshift(name);
  const there = group
    .map(({ name }) => taken.get(name) ?? index.named(name)[0])
    .flatMap((found) => (found ? [`${found.name} ${found.version}`] : []));
  return new AppError("WD364", `the suite has no package for ${wanted}`, {
    detail: `needed by ${chain.join(" → ")}${there.length > 0 ? `\nit has ${there.join(", ")}` : ""}`,
    hint: "is the mirror complete? another one can be named: mirror in [postgres.deb] of howdah.toml",
  });
}
