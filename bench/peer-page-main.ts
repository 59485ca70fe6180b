// The hand-written peer as a process of its own; see peer-page-server.ts.
import { join } from "node:path";
import type { Target } from "../src/postgres/index.ts";
import { peerPageServer } from "./peer-page-server.ts";

const pages = process.env["PEER_PAGES"]!;
const server = peerPageServer(JSON.parse(process.env["PEER_TARGET"]!) as Target, {
  template: join(pages, "index.html"),
  layout: join(pages, "_layout.html"),
  query: join(pages, "index.query.sql"),
});
process.stdout.write(`${await server.listen({ host: "127.0.0.1", port: 0 })}\n`);
process.once("SIGTERM", () => void server.close());
