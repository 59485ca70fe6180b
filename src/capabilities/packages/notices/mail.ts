import { AppError } from "../../../errors/index.ts";
import { fill, noticeError, textOf, type NoticeFacts } from "./notice.ts";

const TIMEOUT_MS = 10_000;

/**
 * Mails that a package was deployed, as `email` of ~/.pgpmconfig says: {type: "SMTP", host, port, TLS, from, to, subject,
 * body, credentials: {username, password}}. With TLS nothing is sent in the clear (port 465 at once, others by STARTTLS).
 *
 * Throws WD653 where the server does not take it, WD662 for a setting that is wrong.
 */
export async function sendMail(settings: Readonly<Record<string, unknown>>, facts: NoticeFacts): Promise<void> {
  if (settings["type"] !== "SMTP") throw new AppError("WD662", '"email.type": expected "SMTP"');
  const message = {
    from: textOf(settings, "email.from"),
    to: recipients(settings["to"]),
    subject: fill(textOf(settings, "email.subject", "{package} {version} is deployed"), facts),
    text: fill(textOf(settings, "email.body", "{package} {version} was deployed to {databases} (mode {mode})."), facts),
  };
  const host = textOf(settings, "email.host");
  const port = Number(settings["port"] ?? 25);
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({
    ...{ host, port, secure: settings["TLS"] === true && port === 465 },
    ...{ requireTLS: settings["TLS"] === true && port !== 465, ignoreTLS: settings["TLS"] === false },
    ...{ connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS },
    auth: credentials(settings["credentials"]),
  });
  try {
    await transport.sendMail(message);
  } catch (error) {
    throw noticeError("the mail", error);
  } finally {
    transport.close();
  }
}

function recipients(to: unknown): string[] {
  const list = typeof to === "string" ? to.split(/[,;]\s*/) : to;
  if (Array.isArray(list) && list.length > 0 && list.every((each) => typeof each === "string")) return list;
  throw new AppError("WD662", '"email.to": expected an address, or an array of them');
}

function credentials(value: unknown): { readonly user: string; readonly pass: string } | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const settings = value as Readonly<Record<string, unknown>>;
  return { user: textOf(settings, "credentials.username"), pass: textOf(settings, "credentials.password") };
}
