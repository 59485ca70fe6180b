import type { CommanderError } from "commander";
import { AppError } from "../errors/index.ts";

/** What commander says about wrong arguments as WD002, its "(Did you mean run?)" as the hint. */
export function rejectedUsage(error: CommanderError): AppError {
  if (error.code === "commander.help") return new AppError("WD002", "no command given", { hint: listHint });
  const [first = "", ...rest] = error.message.split("\n");
  const meant = /\(Did you mean (?:one of )?(.+?)\?\)/.exec(rest.join("\n"))?.[1];
  const message = first.replace(/^error: /, "").replaceAll("'", '"');
  return new AppError("WD002", message, { hint: meant === undefined ? listHint : `did you mean "${meant}"?` });
}

const listHint = "`howdah --help` lists the commands, `howdah COMMAND --help` the options of one";
