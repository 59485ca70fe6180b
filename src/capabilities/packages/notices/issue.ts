import { AppError } from "../../../errors/index.ts";
import { fill, noticeError, textOf, type NoticeFacts } from "./notice.ts";

const TIMEOUT_MS = 10_000;

/**
 * Comments on the issue that a package was deployed for, as `issue-tracker` of ~/.pgpmconfig says: {type: "JIRA", url (of
 * its REST API, e.g. https://jira.example.org/rest/api/2), username, password, comment-body, issue-path-template}.
 *
 * Throws WD653 where the tracker does not take it, WD662 for a setting that is wrong.
 */
export async function commentOnIssue(settings: Readonly<Record<string, unknown>>, facts: NoticeFacts): Promise<void> {
  if (settings["type"] !== "JIRA") throw new AppError("WD662", '"issue-tracker.type": expected "JIRA"');
  const path = textOf(settings, "issue-tracker.issue-path-template", "/issue/{issue}/comment");
  const url =
    textOf(settings, "issue-tracker.url").replace(/\/$/, "") +
    fill(path, { ...facts, issue: encodeURIComponent(facts.issue) });
  const body = fill(
    textOf(settings, "issue-tracker.comment-body", "{package} {version} was deployed to {databases} (commit {vcs})."),
    facts,
  );
  const login = `${textOf(settings, "issue-tracker.username")}:${textOf(settings, "issue-tracker.password")}`;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Basic ${Buffer.from(login).toString("base64")}` },
      body: JSON.stringify({ body }),
      // Credentials are for this host alone.
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok)
      throw new TypeError(`the tracker answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
  } catch (error) {
    throw noticeError(`the comment on ${facts.issue}`, error);
  }
}
