/**
 * Which number stands at which address (`class/oid/sub`). Those of the catalog are kept by numbers, which a long list of
 * dependences is looked up in without a text being made for each.
 */
export class Addresses {
  readonly #classes = new Map<number, Map<number, number>>();
  /** Made-up ones: what no pg_depend speaks of. */
  readonly #others = new Map<string, number>();

  set(address: string, number: number): void {
    const parsed = parse(address);
    if (parsed === undefined) this.#others.set(address, number);
    else this.#ofClass(parsed.class).set(parsed.place, number);
  }

  get(address: string): number | undefined {
    const parsed = parse(address);
    if (parsed === undefined) return this.#others.get(address);
    return this.#classes.get(parsed.class)?.get(parsed.place);
  }

  /** A column that is no fact (of an index, of a view) stands for its relation. */
  at(classOid: number, oid: number, sub: number): number | undefined {
    const places = this.#classes.get(classOid);
    return places?.get(oid * columns + sub) ?? (sub === 0 ? undefined : places?.get(oid * columns));
  }

  #ofClass(classOid: number): Map<number, number> {
    const known = this.#classes.get(classOid);
    if (known !== undefined) return known;
    const made = new Map<number, number>();
    this.#classes.set(classOid, made);
    return made;
  }
}

/** More than a relation can have (1,600); oid and column together stay exact in a double. */
const columns = 4096;

function parse(address: string): { readonly class: number; readonly place: number } | undefined {
  const match = /^(\d+)\/(\d+)\/(\d+)$/.exec(address);
  if (match === null) return undefined;
  const sub = Number(match[3]);
  return sub < columns ? { class: Number(match[1]), place: Number(match[2]) * columns + sub } : undefined;
}

/** Calls `found` for each line `class/oid/sub class/oid/sub`. */
export function eachDependence(text: string, found: (numbers: readonly number[]) => void): void {
  const numbers = [0, 0, 0, 0, 0, 0];
  let at = 0;
  let value = 0;
  let isSystem = false;
  for (let index = 0; index <= text.length; index++) {
    const code = index === text.length ? newline : text.charCodeAt(index);
    if (code >= zero) value = value * 10 + code - zero;
    else if (code === minus) isSystem = true;
    else {
      // A system column has no fact of its own: it stands for its relation.
      numbers[at++] = isSystem ? 0 : value;
      value = 0;
      isSystem = false;
      if (code !== newline) continue;
      if (at === 6) found(numbers);
      at = 0;
    }
  }
}

/** Below it are what stands between numbers: the slash, the space and the end of the line. */
const zero = 48;
const minus = 45;
const newline = 10;
