import type { Socket } from "node:net";

/** An AppError on its way through the lease socket. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
}

/** What a supervisor says of its cluster. */
export type SupervisorState =
  /** Data directory or server are on their way: `step` says it in words. */
  | { readonly kind: "starting"; readonly step: string; readonly supervisor: number }
  | {
      readonly kind: "running";
      readonly supervisor: number;
      /** Process id of the postmaster. */
      readonly pid: number;
      readonly port: number;
      readonly version: string;
      /** ISO 8601. */
      readonly startedAt: string;
      /** How often Postgres had to be started again. */
      readonly restarts: number;
      /** The disk is nearly full: new transactions are read-only until there is room again. */
      readonly diskFull: boolean;
    }
  /** `requested` when somebody asked for it, so that lease holders don't start it again. */
  | { readonly kind: "stopping"; readonly requested: boolean }
  | { readonly kind: "failed"; readonly failure: Failure };

/** What is said to a supervisor: one JSON object a line. An open connection that said "hold" is a lease. */
export type LeaseRequest =
  | {
      readonly kind: "hold";
      readonly pid: number;
      readonly version: string;
      readonly settings: Readonly<Record<string, string>>;
      /** The programs that the next start of Postgres runs; of the same version. */
      readonly bin?: string;
    }
  | { readonly kind: "status" }
  /** Ends Postgres, so that it is started again. */
  | { readonly kind: "restart" }
  | { readonly kind: "release" }
  | { readonly kind: "stop" };

/** What a supervisor answers: its state after "hold" and at each change; the others once. */
export type LeaseReply =
  | { readonly kind: "state"; readonly state: SupervisorState }
  | { readonly kind: "status"; readonly state: SupervisorState; readonly leases: readonly number[] }
  | { readonly kind: "refused"; readonly failure: Failure }
  /** The lease is given back and others hold the cluster; without others the connection closes once it stopped. */
  | { readonly kind: "released" };

/** What the program receives on its standard input, as one JSON object. */
export interface SupervisorOptions {
  readonly home: string;
  /** What a new data directory is copied from; needed where there is none. */
  readonly template?: string | undefined;
  readonly installation: {
    readonly provider: string;
    readonly version: string;
    readonly major: number;
    readonly bin: string;
    readonly env: Readonly<Record<string, string>>;
  };
  readonly settings: Readonly<Record<string, string>>;
}

/** The one line that the program prints on its standard output. */
export type SupervisorGreeting =
  /** It holds the lock and its lease socket listens. */
  | { readonly kind: "listening" }
  /** Another supervisor holds the lock. */
  | { readonly kind: "busy" }
  | { readonly kind: "failed"; readonly failure: Failure };

/** Sends one message; a peer that is gone is noticed by the socket's close event. */
export function send(socket: Socket, message: LeaseRequest | LeaseReply): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}

/** Calls `onMessage` for each line that arrives; a line that is not JSON ends the connection. */
export function receive(socket: Socket, onMessage: (message: unknown) => void): void {
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      try {
        onMessage(JSON.parse(line));
      } catch (error) {
        socket.destroy(error as Error);
        return;
      }
    }
  });
}
