/** Numbers that decide: given by fast-check, so that a smaller case is one with smaller numbers. */
export class Dice {
  private readonly numbers: readonly number[];
  private index = 0;

  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  next(): number {
    return this.numbers[this.index++ % Math.max(this.numbers.length, 1)] ?? 0;
  }

  pick<T>(list: readonly T[]): T | undefined {
    return list[this.next() % Math.max(list.length, 1)];
  }

  /** True in so many of a hundred cases; false where the number is 0. */
  chance(percent: number): boolean {
    return this.next() % 100 >= 100 - percent;
  }

  /** Some of them, in their order, without one twice. */
  some<T>(list: readonly T[], most: number): readonly T[] {
    const chosen = new Set<T>();
    const count = 1 + (this.next() % most);
    for (let index = 0; index < count; index++) {
      const one = this.pick(list);
      if (one !== undefined) chosen.add(one);
    }
    return list.filter((item) => chosen.has(item));
  }
}

const words = [
  ...["a", "b", "c", "order", "user", "Upper Case", "select", "čeněk", 'we"ird', "quo'te", "x.y", "table", "日本"],
  ...["value", "tab\\le", "1st", "A", "$1", "a_rather_long_name_that_ends_close_to_the_limit_of_it", "id", "note"],
] as const;

/** A name out of a few, odd ones among them; numbered where it is taken. */
export function freeName(dice: Dice, isTaken: (name: string) => boolean): string {
  const word = dice.pick(words) ?? "a";
  for (let index = 0; ; index++) {
    const name = index === 0 ? word : `${word}_${index}`;
    if (!isTaken(name)) return name;
  }
}
