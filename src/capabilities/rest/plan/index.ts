export { writeCursor } from "./keyset.ts";
export { planRequest } from "./plan-request.ts";
export type { PermittedColumns, PlanContext } from "./plan-context.ts";
export type {
  CallPlan,
  DatabasePlan,
  Handler,
  InfoPlan,
  InspectPlan,
  KeysetPlan,
  MutatePlan,
  ReadPlan,
  RestPlan,
} from "./rest-plan.ts";
