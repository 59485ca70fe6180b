import { AppError, toAppError } from "../errors/index.ts";

/** What went wrong around a cluster, as the AppError that names it: failures of the file system have codes of ours. */
export function clusterError(thrown: unknown): AppError {
  if (thrown instanceof AppError || !(thrown instanceof Error) || !("code" in thrown)) return toAppError(thrown);
  const detail = thrown.message;
  switch (thrown.code) {
    case "ENOSPC":
    case "EDQUOT":
      return new AppError("WD380", "Postgres does not start", {
        detail,
        hint: "the disk is full: make room, then start again",
        cause: thrown,
      });
    default:
      return new AppError("WD370", "the cluster can't be prepared", {
        detail,
        hint: "can this user write to the project's .howdah folder?",
        cause: thrown,
      });
  }
}
