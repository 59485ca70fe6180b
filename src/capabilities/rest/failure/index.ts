export { noSchemaCache } from "./connection-failures.ts";
export * from "./own-failures.ts";
export * from "./request-failures.ts";
export { failureBody, failureHeaders, ofRequest, RestFailure, retryAfter } from "./rest-failure.ts";
export type { FailureDetails, FailureExtras } from "./rest-failure.ts";
export {
  ambiguousRelationship,
  ambiguousRoutine,
  noColumn,
  noRelation,
  noRelationship,
  noRoutine,
} from "./schema-failures.ts";
export type { CallRequest, EmbeddingRequest, RelationshipChoice } from "./schema-failures.ts";
export { sqlstateStatus } from "./sqlstate-status.ts";
export { toFailure } from "./to-failure.ts";
