import { connect } from "node:net";

export interface RawAnswer {
  /** Everything that came until the connection was closed, as Latin-1. */
  readonly text: string;
  /** Status of the first response; undefined where the connection was closed without one. */
  readonly status: number | undefined;
  /** Each response's status, where several came. */
  readonly statuses: readonly number[];
}

/**
 * Sends bytes as they are to a port of loopback and reads until the other side closes, or `quietMs` after the last
 * bytes came: a client of HTTP would correct what is wrong with them.
 */
export function sendRaw(port: number, bytes: string | Buffer, quietMs = 300): Promise<RawAnswer> {
  const { promise, resolve } = Promise.withResolvers<RawAnswer>();
  const socket = connect({ host: "127.0.0.1", port });
  const chunks: Buffer[] = [];
  const finish = (): void => {
    socket.destroy();
    const text = Buffer.concat(chunks).toString("latin1");
    const statuses = [...text.matchAll(/(?:^|\n)HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
    resolve({ text, status: statuses[0], statuses });
  };
  socket.setTimeout(quietMs, finish);
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("end", finish);
  socket.on("error", finish);
  socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  return promise;
}
