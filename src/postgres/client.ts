import type { Socket } from "node:net";
import pg from "pg";
import { AppError } from "../errors/index.ts";
import { fromConnecting } from "./driver-error.ts";
import type { Target } from "./target.ts";
import { tlsOptions } from "./tls.ts";

export interface ClientOptions {
  readonly applicationName: string;
  readonly connectTimeoutMs: number;
  /** Cancels every statement that runs longer, also when howdah itself is gone; a default of the session. */
  readonly statementTimeoutMs?: number | undefined;
  /** Makes the socket, where it is to be another than the driver's own. */
  readonly stream?: (() => Socket) | undefined;
}

/**
 * A connected client of the driver; throws WD201 when Postgres can't be reached, WD202 when it refuses.
 *
 * Everything comes from the target: PGHOST, PGPASSWORD, PGOPTIONS and the like of this process are not read.
 */
export async function connectClient(target: Target, options: ClientOptions): Promise<pg.Client> {
  const client = new pg.Client({
    host: target.host,
    port: target.port,
    database: target.database,
    user: target.user,
    // As a function: an empty password would make the driver look into PGPASSWORD and ~/.pgpass.
    password: () => target.password ?? "",
    // A blank would be enough to keep the driver from PGOPTIONS, but poolers such as PgBouncer refuse to be sent any.
    ...(process.env["PGOPTIONS"] === undefined ? {} : { options: " " }),
    ssl: tlsOptions(target),
    ...(options.stream === undefined ? {} : { stream: options.stream }),
    sslnegotiation: "postgres",
    enableChannelBinding: true,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  // The loss of an idle session is an event of the driver; what is asked of it next fails with WD201.
  client.on("error", () => {});
  const bound = target.channelBinding === "require" ? watchBinding(client) : undefined;
  try {
    await client.connect();
  } catch (error) {
    throw fromConnecting(error, target);
  }
  if (bound?.() === false) {
    await client.end();
    throw new AppError("WD202", "the server offers no channel binding", {
      detail: "channel_binding=require was asked for",
      hint: "it needs TLS and a password stored as SCRAM-SHA-256",
    });
  }
  return client;
}

/** Notes whether the server offered SCRAM-SHA-256-PLUS over TLS, which the driver then always takes. */
function watchBinding(client: pg.Client): () => boolean {
  let offered = false;
  client.connection.on("authenticationSASL", (message: { readonly mechanisms: readonly string[] }) => {
    offered = message.mechanisms.includes("SCRAM-SHA-256-PLUS");
  });
  return () => offered;
}
