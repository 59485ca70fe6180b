import { Worker } from "node:worker_threads";
import { Mailbox } from "./mailbox.ts";
import type { FromRunner, Runner, ToRunner } from "../runtime/index.ts";

// The compiler leaves names in strings as they are.
const threadFile = new URL(
  import.meta.url.endsWith(".ts") ? "./javascript-thread.ts" : "./javascript-thread.js",
  import.meta.url,
);

/** A thread of this process, with its own heap and its own modules. */
export function javascriptRunner(): Runner {
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const thread = new Worker(threadFile, { workerData: { signal } });
  const mailbox = new Mailbox();
  thread.on("message", (message: FromRunner) => mailbox.put(message));
  thread.on("error", (error) => mailbox.end(`the function's thread ended: ${String(error)}`));
  thread.on("exit", (code) => mailbox.end(`the function's thread ended with ${code}`));
  return {
    language: "javascript",
    modules: new Set(),
    send(message: ToRunner) {
      // A thread's port has no origin.
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      thread.postMessage(message);
      if (message.kind !== "answer") return;
      // The thread sleeps in the middle of the function.
      Atomics.store(signal, 0, 1);
      Atomics.notify(signal, 0);
    },
    next: () => mailbox.next(),
    get ended() {
      return mailbox.ended;
    },
    async kill() {
      mailbox.end("the function was ended");
      await thread.terminate();
    },
  };
}
