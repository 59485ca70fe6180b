// A peer as a process of its own: hello, bare, transaction or postgraphile.
import { createServer } from "node:http";
import Fastify from "fastify";
import { peerServer } from "./peer-server.ts";

const [kind = "", url = ""] = process.argv.slice(2);

switch (kind) {
  case "hello": {
    const app = Fastify({ logger: false });
    app.get("/", () => ({ hello: "world" }));
    tell(await app.listen({ host: "127.0.0.1", port: 0 }));
    break;
  }
  case "bare":
  case "transaction":
    tell(await peerServer(url, kind).listen({ host: "127.0.0.1", port: 0 }));
    break;
  case "postgraphile": {
    const { grafserv } = await import("postgraphile/grafserv/node");
    const { postgraphile } = await import("postgraphile");
    const { PostGraphileAmberPreset } = await import("postgraphile/presets/amber");
    const { makePgService } = await import("postgraphile/adaptors/pg");
    const preset = {
      extends: [PostGraphileAmberPreset],
      pgServices: [makePgService({ connectionString: url, schemas: ["public"] })],
      grafserv: { graphqlPath: "/graphql" },
      grafast: {
        context: () => ({ pgSettings: { role: "bench_anon", "request.jwt.claims": '{"role":"bench_anon"}' } }),
      },
    };
    const server = createServer();
    await postgraphile(preset).createServ(grafserv).addTo(server);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) tell(`http://127.0.0.1:${address.port}`);
    });
    break;
  }
  default:
    throw new Error(`no such peer: ${kind}`);
}

function tell(address: string): void {
  process.stdout.write(`${address}\n`);
}
