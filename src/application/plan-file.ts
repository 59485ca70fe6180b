import { readFile } from "node:fs/promises";
import { AppError, errorToJson } from "../errors/index.ts";
import type { AssemblyPlan, ExpectedPlan } from "../schema/index.ts";

/** Of the format; another one is refused. */
const version = 1;

/** A plan as it is kept for review and for `howdah migrate FILE`: JSON text. */
export function planFileOf(plan: AssemblyPlan): string {
  const obstacles = plan.obstacles?.map(errorToJson);
  return `${JSON.stringify({ howdah: version, ...plan, obstacles, warnings: undefined }, undefined, 2)}\n`;
}

/** Reads a kept plan. Throws WD464 for anything else, and for a plan that asks for answers first. */
export async function readPlanFile(path: string): Promise<ExpectedPlan> {
  const plan = parsed(await textOf(path), path);
  const stamp = fieldsOf(plan["stamp"]);
  const { files, database } = stamp;
  if (plan["howdah"] !== version || typeof files !== "string" || typeof database !== "string") throw noPlan(path);
  if (Array.isArray(plan["questions"]) && plan["questions"].length > 0) throw unanswered(path);
  return { files, database, statements: statementsOf(plan["actions"]) };
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new AppError("WD464", `${path} can't be read`, { detail: (error as Error).message, hint: again });
  }
}

function parsed(text: string, path: string): Fields {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    throw noPlan(path);
  }
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function statementsOf(actions: unknown): readonly string[] {
  if (!Array.isArray(actions)) return [];
  return actions.flatMap((action: unknown) => {
    const { statements } = fieldsOf(action);
    return Array.isArray(statements) ? statements.filter((text) => typeof text === "string") : [];
  });
}

const again = "make a new one: howdah plan --out FILE";

function noPlan(path: string): AppError {
  return new AppError("WD464", `${path} is no plan of this howdah`, { hint: again });
}

function unanswered(path: string): AppError {
  return new AppError("WD464", `${path} still asks for answers`, {
    detail: "a plan with open questions can't be applied",
    hint: `write the hints that it shows into the files, and ${again}`,
  });
}
