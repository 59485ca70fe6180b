import type { FastifyInstance } from "fastify";
import { AppError } from "../errors/index.ts";

// Enough for every project of a person at once; past it, something else is wrong.
const portsTried = 100;

/** Listens at the port, or at the next free one behind it; throws WD507. Resolves with the port. */
export async function listen(
  fastify: FastifyInstance,
  host: string,
  port: number,
  nextFreePort: boolean,
): Promise<number> {
  for (let tried = port; ; tried += 1) {
    try {
      await fastify.listen({ host, port: tried });
      const address = fastify.server.address();
      return typeof address === "object" && address !== null ? address.port : tried;
    } catch (error) {
      const { code } = error as { readonly code?: string };
      const more = nextFreePort && code === "EADDRINUSE" && tried < Math.min(port + portsTried, 65_535);
      if (!more) throw refused(error, code, host, port);
    }
  }
}

function refused(error: unknown, code: string | undefined, host: string, port: number): AppError {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: "another process listens there",
    EACCES: "ports below 1024 need privileges",
    EADDRNOTAVAIL: "the host is no address of this machine",
    ENOTFOUND: "there is no such host",
  };
  return new AppError("WD507", `can't listen at ${host}:${port}`, {
    detail: reasons[code ?? ""] ?? (error instanceof Error ? error.message : String(error)),
    hint: "choose another port: server.port in howdah.toml, or --port",
    cause: error,
  });
}

/** The address as a person opens it: a wildcard is shown as localhost. */
export function urlOf(host: string, port: number): string {
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
