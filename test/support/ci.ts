/** True in continuous integration, where a skipped test is a failure. */
export function isCi(env: NodeJS.ProcessEnv): boolean {
  return (env["CI"] ?? "") !== "" && env["CI"] !== "false";
}
