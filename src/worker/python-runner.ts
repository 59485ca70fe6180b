import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Mailbox } from "./mailbox.ts";
import type { FromRunner, Runner, ToRunner } from "../runtime/index.ts";

/** A Python process of its own; `python` is the interpreter. */
export function pythonRunner(python: string): Runner {
  const script = fileURLToPath(new URL("./python-process.py", import.meta.url));
  const child = spawn(python, ["-u", script], { stdio: ["pipe", "pipe", "inherit"] });
  const mailbox = new Mailbox();
  createInterface({ input: child.stdout }).on("line", (line) => mailbox.put(JSON.parse(line) as FromRunner));
  child.on("error", (error) => mailbox.end(`${python} does not start: ${error.message}`));
  child.on("exit", (code, signal) => mailbox.end(`the function's process ended with ${code ?? signal}`));
  // Its end is told by "exit".
  child.stdin.on("error", () => {});
  return {
    language: "python",
    modules: new Set(),
    send: (message: ToRunner) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    next: () => mailbox.next(),
    get ended() {
      return mailbox.ended;
    },
    async kill() {
      mailbox.end("the function was ended");
      child.kill("SIGKILL");
    },
  };
}
