import type { Schema, TableItem } from "./item.ts";
import { refusesNull } from "./mend.ts";
import { quoted, text } from "./type.ts";
import { World, type Seen } from "./world.ts";

const count = 3;

/** Rows for the schema before that those after allow as well: keys match by their row, labels are those that stay. */
export function rows(before: Schema, after: Schema): string {
  const [old, now] = [new World(before), new World(after)];
  const tables = old.of("table").filter(({ partitionOf }) => partitionOf === undefined);
  const inserts = tables.flatMap((table) => rowsOf(table, old, now));
  // Foreign keys in circles, triggers: they have their turn when the plan runs.
  return ["begin;", "set local session_replication_role = replica;", ...inserts, ...numbered(old), "commit;"].join(
    "\n",
  );
}

/** Sequences have been used, too. */
function numbered(world: World): readonly string[] {
  const serials = [
    ...world
      .of("table")
      .flatMap(({ id, key }) => (key === undefined || key.value === "none" ? [] : [{ id, name: key.name }])),
    ...world
      .of("column")
      .flatMap(({ table, name, value }) =>
        value.kind === "serial" || value.kind === "identity" ? [{ id: table, name }] : [],
      ),
  ];
  return [
    ...serials.map(
      ({ id, name }) => `select setval(pg_get_serial_sequence(${text(world.name(id))}, ${text(name)}), ${count});`,
    ),
    ...world.of("sequence").map(({ id }) => `select nextval(${text(world.name(id))});`),
  ];
}

function rowsOf(table: TableItem, old: World, now: World): readonly string[] {
  const columns = old.columns(table.id).filter(({ generated }) => generated === undefined);
  const name = old.name(table.id);
  if (columns.length === 0) return Array.from({ length: count }, () => `insert into ${name} default values;`);
  const values = Array.from({ length: count }, (_, index) => {
    const cells = columns.map((column) => cell(column, index + 1, old, now));
    return `(${cells.join(", ")})`;
  });
  const names = columns.map((column) => quoted(column.name)).join(", ");
  return [`insert into ${name} (${names}) overriding system value values\n  ${values.join(",\n  ")};`];
}

function cell(column: Seen, row: number, old: World, now: World): string {
  const canBeNull = row === count && isNullable(column, old) && isNullable(column, now);
  return canBeNull ? "null" : old.value(column.type, row);
}

/** Whatever stands under the column's id, in any table that has it. */
function isNullable(column: Seen, world: World): boolean {
  const own = world.get("column", column.id);
  if (column.isKey || own?.notNull === true || refusesNull(column.type, world)) return false;
  if (own !== undefined && refusesNull(own.type, world)) return false;
  return !world.of("constraint").some(({ rule }) => rule.kind === "primary" && rule.columns.includes(column.id));
}
