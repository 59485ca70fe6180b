import { connect, type Target } from "../postgres/index.ts";
import { sqlstateOf } from "./session.ts";

/**
 * Which of the logins Postgres lets in with their password, by the name of the role.
 *
 * Told by logging in: who is no superuser can't see what is stored. Only a password that Postgres calls wrong counts
 * against a login. What comes behind it (a database that is not there yet, no CONNECT) or what no password would mend
 * (pg_hba.conf, a role without LOGIN) is another matter.
 */
export async function acceptedLogins(logins: readonly Target[]): Promise<ReadonlySet<string>> {
  const accepted = await Promise.all(logins.map(isAccepted));
  return new Set(logins.filter((_, at) => accepted[at]).map((login) => login.user));
}

const invalidPassword = "28P01";

async function isAccepted(login: Target): Promise<boolean> {
  try {
    await using _session = await connect(login, { applicationName: "howdah prepare" });
    return true;
  } catch (error) {
    return sqlstateOf(error) !== invalidPassword;
  }
}
