import type { Fact } from "../fact.ts";
import type { ForeignOptions } from "../foreign-options.ts";
import type { RelationOptions } from "../relation-options.ts";

/** What sql/relation.sql reads; what is absent is as usual. */
export interface TableProps {
  readonly unlogged?: true;
  /** State of its inheritance, never a difference by itself. */
  readonly partition?: true;
  readonly partitionKey?: PartitionKey;
  readonly ofType?: string;
  readonly accessMethod?: string;
  readonly tablespace?: string;
  readonly rowSecurity?: true;
  readonly forceRowSecurity?: true;
  readonly replicaIdentity?: "full" | "nothing";
  /** Of foreign tables. */
  readonly server?: string;
  readonly options: RelationOptions;
  readonly foreignOptions: ForeignOptions;
}

/** `RANGE (created_at)`, and the types of the columns it reads. */
export interface PartitionKey {
  readonly definition: string;
  readonly columns: Readonly<Record<string, string>>;
}

/** The props of a table's fact, or a foreign table's. */
export function tableProps(fact: Fact): TableProps {
  return fact.props as unknown as TableProps;
}
