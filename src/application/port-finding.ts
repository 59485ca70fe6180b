import { createServer } from "node:net";
import { once } from "node:events";
import type { Finding } from "../capability/index.ts";
import type { Project } from "./application.ts";
import { servedAddress } from "./address.ts";
import { homeOf } from "./home.ts";

/** Whether the server's port can be had: free, taken by this project's own server, or by somebody else. */
export async function portFinding(project: Project): Promise<Finding> {
  const { host, port } = project.config.server;
  const name = "server port";
  const served = await servedAddress(homeOf(project));
  if (served !== undefined) return { kind: "ok", name, message: `served at ${served.url} (process ${served.pid})` };
  if (port === 0) return { kind: "ok", name, message: "any free port is taken" };
  const failure = await tryPort(host, port);
  if (failure === undefined) return { kind: "ok", name, message: `port ${port} is free` };
  return {
    kind: "warning",
    name,
    message: `port ${port} on ${host} can't be had: ${failure}`,
    hint: "howdah run takes the next free one; howdah serve needs another server.port in howdah.toml, or --port",
  };
}

async function tryPort(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ host, port });
    await once(server, "listening");
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "EADDRINUSE" ? "it is taken" : message;
  } finally {
    // Let go of before anybody else tries it; a server that never listened closes with an error of its own.
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}
