import { randomUUID } from "node:crypto";
import { rename, rm, stat, utimes, writeFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { connect, quoteIdentifier, quoteLiteral, sql, type Connection, type Target } from "../../postgres/index.ts";
import { sqlstateOf } from "../session.ts";
import type { DesiredInput } from "./desired.ts";
import { Lines } from "./lines.ts";

/** A database that is kept for the next time, with what is known of it. */
export interface Kept {
  readonly database: string;
  /** Tells it from any other that bore its name: as long as it is the same, so are its notes. */
  readonly id: string;
  /** What `make` returned when it was made. */
  readonly notes: () => Lines;
  readonly made: boolean;
}

/** How a database is made. */
export interface Recipe {
  readonly database: string;
  /** The database that it begins as a copy of. */
  readonly template: string;
  /**
   * Takes the template itself, which is gone then, where nobody else uses it: copying it takes longer than most edits.
   * `make` has to leave it as it was where it fails.
   */
  readonly takes?: boolean | undefined;
  readonly owner: string;
  /** Fills it; what it returns is kept beside it. */
  make(database: Target): Promise<string>;
}

type ScratchPlace = Pick<DesiredInput, "scratch" | "session" | "cacheFolder">;

/** How many databases of one sort are kept. */
const mostKept = 6;

/**
 * The databases of a scratch server that are kept from one run to the next. Each is made under another name, so that
 * one that bears its name is whole, whatever was killed; an advisory lock lets two processes make one of them once.
 */
export class ScratchServer implements AsyncDisposable {
  readonly #target: Target;
  readonly #session: Connection;
  readonly #folder: string;

  static async open({ scratch, session, cacheFolder }: ScratchPlace): Promise<ScratchServer> {
    // Options of servers and user mappings stand in the notes: passwords.
    await mkdir(cacheFolder, { recursive: true, mode: 0o700 });
    const opened = session?.() ?? connect(scratch, { applicationName: "howdah scratch" });
    return new ScratchServer(scratch, cacheFolder, await opened);
  }

  private constructor(target: Target, folder: string, session: Connection) {
    this.#target = target;
    this.#folder = folder;
    this.#session = session;
  }

  get session(): Connection {
    return this.#session;
  }

  /** The database, if it is there and its notes are. */
  async find(database: string): Promise<Kept | undefined> {
    const [row] = await this.#session.query<{ id: string | null }>(sql`
      select pg_catalog.shobj_description(oid, 'pg_database') as id
      from pg_catalog.pg_database
      where datname = ${database}
    `);
    if (row?.id === undefined || row.id === null) return undefined;
    const { id } = row;
    const opened = this.#notesOf(database, id);
    if (opened === undefined) return undefined;
    opened[Symbol.dispose]();
    const now = new Date();
    await utimes(this.#file(database), now, now).catch(() => {});
    return { database, id, notes: () => this.#notesOf(database, id) ?? Lines.of(""), made: false };
  }

  /** The database, made where it is not there. */
  async ensure(recipe: Recipe): Promise<Kept> {
    const { database } = recipe;
    const known = await this.find(database);
    if (known !== undefined) return known;
    await this.#session.query(sql`select pg_catalog.pg_advisory_lock(${lockClass}, pg_catalog.hashtext(${database}))`);
    try {
      return (await this.find(database)) ?? { database, ...(await this.#make(recipe)), made: true };
    } finally {
      await this.#unlock(database);
    }
  }

  /** The database of this sort that was used last and that nobody is connected to: others can be made from it. */
  async newest(prefix: string): Promise<Kept | undefined> {
    const rows = await this.#session.query<{ name: string }>(sql`
      select datname as name
      from pg_catalog.pg_database as place
      where pg_catalog.starts_with(datname, ${prefix})
        and not exists (select from pg_catalog.pg_stat_activity as session where session.datid = place.oid)
    `);
    const whole = rows.filter(({ name }) => !name.endsWith(unfinished));
    const used = await Promise.all(whole.map(async ({ name }) => ({ name, at: await this.#usedAt(name) })));
    const [last] = used.toSorted((one, other) => other.at - one.at);
    return last === undefined ? undefined : await this.find(last.name);
  }

  /** Drops what was not used for the longest time, and what a run that was killed has left. */
  async tidy(prefix: string, inUse: ReadonlySet<string>): Promise<void> {
    const rows = await this.#session.query<{ name: string }>(sql`
      select datname as name
      from pg_catalog.pg_database
      where pg_catalog.starts_with(datname, ${prefix})
    `);
    const used = await Promise.all(rows.map(async ({ name }) => ({ name, at: await this.#usedAt(name) })));
    const whole = used.filter(({ name }) => !name.endsWith(unfinished)).toSorted((one, other) => other.at - one.at);
    const broken = used.filter(({ name }) => name.endsWith(unfinished));
    for (const { name } of [...whole.slice(mostKept), ...broken]) {
      if (!inUse.has(name)) await this.#dropIdle(name);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.close();
  }

  async #make(recipe: Recipe): Promise<Pick<Kept, "id" | "notes">> {
    const { database, template, takes = false } = recipe;
    await this.#session.execute(`drop database if exists ${quoteIdentifier(database + unfinished)} with (force)`);
    if (!takes) return await this.#makeCopy(recipe);
    if (!(await this.#tryLock(template))) return await this.#makeCopy(recipe);
    try {
      return (await this.#takeOver(recipe)) ?? (await this.#makeCopy(recipe));
    } finally {
      await this.#unlock(template);
    }
  }

  /** Undefined where somebody is connected to the template. A run that is killed leaves an unfinished database. */
  async #takeOver({ database, template, make }: Recipe): Promise<Pick<Kept, "id" | "notes"> | undefined> {
    const temporary = `${database}${unfinished}`;
    const [name, before] = [quoteIdentifier(temporary), quoteIdentifier(template)];
    try {
      await this.#session.execute(`alter database ${before} rename to ${name}`);
    } catch (error) {
      if (sqlstateOf(error) === "55006") return undefined;
      throw error;
    }
    try {
      const notes = await make({ ...this.#target, database: temporary });
      const id = await this.#finish(database, notes);
      await rm(this.#file(template), { force: true });
      return { id, notes: () => Lines.of(notes) };
    } catch (error) {
      await this.#session.execute(`alter database ${name} rename to ${before}`).catch(() => {});
      throw error;
    }
  }

  async #makeCopy({ database, template, owner, make }: Recipe): Promise<Pick<Kept, "id" | "notes">> {
    const temporary = `${database}${unfinished}`;
    const name = quoteIdentifier(temporary);
    // A copy of files: the server never waits for the disk, and what is copied is small.
    const copy = `create database ${name} template ${quoteIdentifier(template)} strategy file_copy`;
    await this.#create(`${copy} owner ${quoteIdentifier(owner)}${template === "template0" ? " encoding 'UTF8'" : ""}`);
    try {
      const notes = await make({ ...this.#target, database: temporary });
      return { id: await this.#finish(database, notes), notes: () => Lines.of(notes) };
    } catch (error) {
      await this.#session.execute(`drop database if exists ${name} with (force)`).catch(() => {});
      throw error;
    }
  }

  /** Gives the database its name, with which it is whole. */
  async #finish(database: string, notes: string): Promise<string> {
    const [name, whole] = [quoteIdentifier(database + unfinished), quoteIdentifier(database)];
    const id = randomUUID();
    await this.#write(database, [`${headOf(id)}\n`, notes]);
    await this.#session.execute(`comment on database ${name} is ${quoteLiteral(id)}`);
    await this.#session.execute(`drop database if exists ${whole} with (force)`);
    await this.#session.execute(`alter database ${name} rename to ${whole}`);
    return id;
  }

  /** A template that somebody is connected to can't be copied: Postgres waits five seconds for him to go. */
  async #create(statement: string): Promise<void> {
    for (let left = 3; ; left--) {
      try {
        await this.#session.execute(statement);
        return;
      } catch (error) {
        if (left === 1 || sqlstateOf(error) !== "55006") throw error;
      }
    }
  }

  async #write(database: string, pieces: readonly string[]): Promise<void> {
    const file = this.#file(database);
    await writeFile(`${file}.new`, pieces, { mode: 0o600 });
    await rename(`${file}.new`, file);
  }

  /** Behind their first line; undefined where they are of another database of that name. */
  #notesOf(database: string, id: string): Lines | undefined {
    const lines = Lines.ofFile(this.#file(database));
    if (lines === undefined || lines.next() === headOf(id)) return lines;
    lines[Symbol.dispose]();
    return undefined;
  }

  async #usedAt(database: string): Promise<number> {
    const found = await stat(this.#file(database)).catch(() => undefined);
    return found?.mtimeMs ?? 0;
  }

  async #dropIdle(database: string): Promise<void> {
    const key = database.endsWith(unfinished) ? database.slice(0, -unfinished.length) : database;
    if (!(await this.#tryLock(key))) return;
    try {
      await this.#session.execute(`drop database if exists ${quoteIdentifier(database)}`);
      await rm(this.#file(database), { force: true });
    } catch (error) {
      // Somebody is connected: the next run finds it again.
      if (sqlstateOf(error) !== "55006") throw error;
    } finally {
      await this.#unlock(key);
    }
  }

  async #tryLock(database: string): Promise<boolean> {
    const [row] = await this.#session.query<{ locked: boolean }>(sql`
      select pg_catalog.pg_try_advisory_lock(${lockClass}, pg_catalog.hashtext(${database})) as locked
    `);
    return row?.locked === true;
  }

  async #unlock(database: string): Promise<void> {
    await this.#session
      .query(sql`select pg_catalog.pg_advisory_unlock(${lockClass}, pg_catalog.hashtext(${database}))`)
      .catch(() => {});
  }

  #file(database: string): string {
    return join(this.#folder, `${database}.json`);
  }
}

/** The first line of a file of notes; the number counts changes of how they are written. */
function headOf(id: string): string {
  return `${id} 3`;
}

const unfinished = "_new";
/** "hwds": the first half of the advisory locks' keys. */
const lockClass = 0x68_77_64_73;
