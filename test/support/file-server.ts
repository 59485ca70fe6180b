import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** A web server on loopback that serves what the test puts into it. */
export interface FileServer {
  /** http://127.0.0.1:<port>, without a slash at the end. */
  readonly url: string;
  /** Path, with its leading slash → content. What is not there is answered with 404. */
  readonly files: Map<string, Buffer>;
  /** Paths of the requests so far. */
  readonly requests: string[];
  /** Answers instead of the files where it returns true: for everything that can go wrong. */
  answer: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Ends it before the test does: nothing listens on its address any more. */
  stop(): Promise<void>;
}

/** Starts a FileServer that ends with the test. */
export async function fileServer(t: TestContext): Promise<FileServer> {
  const files = new Map<string, Buffer>();
  const requests: string[] = [];
  const http = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "");
    requests.push(path);
    if (server.answer?.(request, response)) return;
    const content = files.get(path);
    response.writeHead(content ? 200 : 404, content && { "content-length": content.length }).end(content);
  });
  const stop = async (): Promise<void> => {
    http.closeAllConnections();
    await new Promise((done) => http.close(done));
  };
  await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
  const { port } = http.address() as AddressInfo;
  const server: FileServer = { url: `http://127.0.0.1:${port}`, files, requests, answer: undefined, stop };
  t.after(stop);
  return server;
}
