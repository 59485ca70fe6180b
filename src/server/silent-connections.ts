import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Keeps track of connections; the returned function closes those that have not sent a byte yet. Browsers open such
 * connections ahead, and Node doesn't count them as idle: each would hold a closing server until its deadline.
 */
export function silentConnections(server: Server): () => void {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  return () => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  };
}
