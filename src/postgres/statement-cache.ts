/** A statement that one connection has prepared, or is preparing. */
export interface Statement {
  /** Its name at the server. */
  readonly name: string;
  readonly text: string;
  readonly role: string;
  /** Names of its result's columns; empty where it returns no rows. */
  columns: readonly string[];
  /** Postgres said that it holds it. */
  known: boolean;
}

/**
 * Which statements a connection holds, the least recently used ones leaving first.
 *
 * One for each role and text: schema privileges are checked when a statement is parsed, so a role must not find one
 * that another role had parsed; and a plan under row-level security would be made anew at each change of the role.
 */
export class StatementCache {
  readonly #limit: number;
  /** By text, then by role: the text is a constant of the caller's, whose hash the engine keeps. */
  readonly #statements = new Map<string, Map<string, Statement>>();
  readonly #used = new Map<Statement, number>();
  #clock = 0;
  #named = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The statement of this role and text; a new one is not `known`. */
  take(role: string, text: string): Statement {
    const known = this.#statements.get(text)?.get(role);
    if (known !== undefined) {
      this.#used.set(known, ++this.#clock);
      return known;
    }
    const statement: Statement = { name: `h${++this.#named}`, text, role, columns: [], known: false };
    const roles = this.#statements.get(text) ?? new Map<string, Statement>();
    this.#statements.set(text, roles.set(role, statement));
    this.#used.set(statement, ++this.#clock);
    return statement;
  }

  /** Removes those beyond the limit that were used before `since`, and returns them to be closed. */
  evict(since: number): readonly Statement[] {
    const surplus = this.#used.size - this.#limit;
    if (surplus <= 0) return [];
    const oldest = [...this.#used].filter(([, used]) => used <= since).toSorted(([, a], [, b]) => a - b);
    return this.#remove(oldest.slice(0, surplus).map(([statement]) => statement));
  }

  /** Removes all that Postgres does not hold: their Parse was never sent, failed, or was skipped after an error. */
  removeUnknown(): void {
    this.#remove([...this.#used.keys()].filter((statement) => !statement.known));
  }

  /** How many there are. */
  get size(): number {
    return this.#used.size;
  }

  /** Removes all, and returns those to be closed. */
  clear(): readonly Statement[] {
    return this.#remove([...this.#used.keys()]).filter((statement) => statement.known);
  }

  /** Counts uses: what is taken from now on is younger. */
  get clock(): number {
    return this.#clock;
  }

  #remove(statements: readonly Statement[]): readonly Statement[] {
    for (const statement of statements) {
      const roles = this.#statements.get(statement.text);
      roles?.delete(statement.role);
      if (roles?.size === 0) this.#statements.delete(statement.text);
      this.#used.delete(statement);
    }
    return statements;
  }
}
