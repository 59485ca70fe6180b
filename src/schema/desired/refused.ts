import type { Node } from "libpg-query";
import { AppError } from "../../errors/index.ts";
import { nodeKind, type Statement } from "../statement.ts";
import { refuseOutsideTransaction } from "../transactional.ts";

/** WD447 for a statement that declares nothing; WD407 for one that no transaction can hold. */
export function refuseInSchema(statement: Statement): AppError | undefined {
  const hint = hintFor(statement.node);
  if (hint === undefined) return outside(statement);
  const words = statement.text.replaceAll(/\s+/g, " ").slice(0, 40);
  return new AppError("WD447", `this can't stand in schema/: ${words}${statement.text.length > 40 ? "…" : ""}`, {
    detail: "files of schema/ say what is to exist, whatever there is now; howdah finds out what has to be done",
    hint,
    position: statement.source.position(statement.start),
    source: statement.source.text,
  });
}

function outside(statement: Statement): AppError | undefined {
  if ("CreateSubscriptionStmt" in statement.node) return undefined;
  const refused = refuseOutsideTransaction(statement);
  if (refused === undefined || !("IndexStmt" in statement.node)) return refused;
  const { message, detail, position, source } = refused;
  const hint = "leave `concurrently` out: how an index is built is decided when it is";
  return new AppError("WD407", message, { detail, hint, position, source });
}

const data = "rows for development belong in seeds/, rows that every installation needs in a migration";
const once = "what is to be done once belongs in a migration: howdah new migration NAME";
const drop =
  "remove the definition from its file; a hint allows what would lose data, e.g. `-- @drop table public.account`";
const rename = "write the new name where the thing is defined, and `-- @renamed from=old_name` on the line before it";
const role = "all statements run as the database's owner; say whose a thing is by `alter … owner to`";

function hintFor(node: Node): string | undefined {
  if ("VariableSetStmt" in node) {
    const name = node.VariableSetStmt.name ?? "";
    if (name === "role" || name === "session_authorization") return role;
    return name.startsWith("TRANSACTION") ? "remove it: howdah begins and commits" : undefined;
  }
  if ("CreateTableAsStmt" in node && node.CreateTableAsStmt.objtype !== "OBJECT_MATVIEW") {
    return "write the table's columns, since its rows would be data; or write a view";
  }
  if ("CreateSubscriptionStmt" in node)
    return isUnconnected(node.CreateSubscriptionStmt.options) ? undefined : connecting;
  if (isTemporary(node)) return temporary;
  const kind = nodeKind(node);
  return Object.hasOwn(hints, kind) ? hints[kind] : undefined;
}

function isTemporary(node: Node): boolean {
  if ("CreateStmt" in node) return node.CreateStmt.relation?.relpersistence === "t";
  return "ViewStmt" in node && node.ViewStmt.view?.relpersistence === "t";
}

/** Where the files are tried out it would stream from the publisher, and use up what the slot keeps for the real one. */
const connecting = "write `with (connect = false)`: it is compared, and made by hand where it belongs";

function isUnconnected(options: readonly Node[] = []): boolean {
  return options.some((option) => {
    if (!("DefElem" in option) || option.DefElem.defname !== "connect") return false;
    const { arg } = option.DefElem;
    if (arg === undefined) return false;
    if ("String" in arg) return ["false", "off"].includes((arg.String.sval ?? "").toLowerCase());
    if ("Boolean" in arg) return arg.Boolean.boolval !== true;
    return "Integer" in arg && (arg.Integer.ival ?? 0) === 0;
  });
}

const temporary = "what is temporary is made by the session that needs it";

const hints: Readonly<Record<string, string>> = {
  InsertStmt: data,
  UpdateStmt: data,
  DeleteStmt: data,
  MergeStmt: data,
  CopyStmt: data,
  TruncateStmt: data,
  SelectStmt: once,
  CallStmt: once,
  RefreshMatViewStmt: once,
  ReindexStmt: once,
  ClusterStmt: once,
  VacuumStmt: once,
  ExplainStmt: once,
  ExecuteStmt: once,
  PrepareStmt: once,
  DeallocateStmt: once,
  DeclareCursorStmt: once,
  FetchStmt: once,
  LockStmt: once,
  ListenStmt: once,
  UnlistenStmt: once,
  NotifyStmt: once,
  LoadStmt: once,
  CheckPointStmt: once,
  DiscardStmt: once,
  ReassignOwnedStmt: once,
  DropStmt: drop,
  DropRoleStmt: drop,
  DropOwnedStmt: drop,
  DropUserMappingStmt: drop,
  DropTableSpaceStmt: drop,
  DropdbStmt: drop,
  RenameStmt: rename,
  AlterObjectSchemaStmt: rename,
  AlterEnumStmt: "write the label where it belongs in `create type … as enum (…)`",
  TransactionStmt: "remove it: all files are applied in one transaction already",
};
