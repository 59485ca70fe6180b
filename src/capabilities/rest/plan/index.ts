export { planRequest } from "./plan-request.ts";
export type { PlanContext } from "./plan-context.ts";
export type {
  CallPlan,
  DatabasePlan,
  Handler,
  InfoPlan,
  InspectPlan,
  MutatePlan,
  ReadPlan,
  RestPlan,
} from "./rest-plan.ts";
