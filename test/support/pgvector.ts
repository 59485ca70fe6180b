import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DebSpec } from "./debian-repository.ts";

/** Debian's package of pgvector for PostgreSQL 18 on amd64, as it was signed (PostgreSQL licence). */
export const pgvectorDeb = join(import.meta.dirname, "fixtures/postgresql-18-pgvector_0.8.7-1_amd64.deb");

/** The same for a repository of a test's own. */
export function pgvectorSpec(): DebSpec {
  return {
    name: "postgresql-18-pgvector",
    version: "0.8.7-1",
    depends: "postgresql-18, libc6 (>= 2.38)",
    deb: readFileSync(pgvectorDeb),
  };
}
