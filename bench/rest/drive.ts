import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";

/** What one generator sends. */
export interface Shot {
  readonly url: string;
  readonly method?: "POST" | undefined;
  readonly body?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Requests a second, and the time in which 99 of 100 were answered. */
export interface Load {
  readonly rate: number;
  readonly p99Ms: number;
}

/** `connections` clients over `seconds`: wrk where it is installed, else autocannon. Throws where answers are not 2xx. */
export async function drive(shot: Shot, connections: number, seconds: number): Promise<Load> {
  return (await wrk(shot, connections, seconds)) ?? (await cannon(shot, connections, seconds));
}

async function wrk(shot: Shot, connections: number, seconds: number): Promise<Load | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "howdah-wrk-"));
  try {
    const script = join(folder, "shot.lua");
    await writeFile(script, lua(shot));
    const output = await run("wrk", [
      "-t1",
      `-c${connections}`,
      `-d${seconds}s`,
      "--latency",
      "--timeout",
      "10s",
      "-s",
      script,
      shot.url,
    ]);
    if (output === undefined) return undefined;
    if (/Non-2xx or 3xx responses|Socket errors/.test(output)) throw new Error(output);
    const [, amount = "", unit = ""] = /99%\s+([\d.]+)(us|ms|s)/.exec(output) ?? [];
    const factor = { us: 0.001, ms: 1, s: 1000 }[unit] ?? Number.NaN;
    return { rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]), p99Ms: Number(amount) * factor };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function lua({ method, body, headers = {} }: Shot): string {
  const quoted = (text: string): string => `[==[${text}]==]`;
  return [
    `wrk.method = ${quoted(method ?? "GET")}`,
    ...(body === undefined ? [] : [`wrk.body = ${quoted(body)}`, `wrk.headers["Content-Type"] = "application/json"`]),
    ...Object.entries(headers).map(([name, value]) => `wrk.headers[ ${quoted(name)} ] = ${quoted(value)}`),
  ].join("\n");
}

/** Its output; undefined where it is not installed. */
async function run(command: string, args: readonly string[]): Promise<string | undefined> {
  const child = spawn(command, [...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  // A script that it can't read is told there, and then all is sent without headers.
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const found = await Promise.race([once(child, "close").then(() => true), once(child, "error").then(() => false)]);
  if (errors !== "") throw new Error(errors);
  return found ? output : undefined;
}

async function cannon(shot: Shot, connections: number, seconds: number): Promise<Load> {
  const { url, method = "GET", body, headers } = shot;
  const result = await autocannon({
    ...{ url, method, connections, duration: seconds },
    ...(body === undefined ? {} : { body }),
    headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} bad answers, ${result.errors} errors`);
  return { rate: result.requests.average, p99Ms: result.latency.p99 };
}

/** A process that tells its address in its first line. */
export interface Started extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

/** Starts a script of Node and waits for the address that it prints. */
export async function startProcess(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Started> {
  const child = spawn(process.execPath, [...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const [address = ""] = /http:\/\/[^\s"]+/.exec(line.toString()) ?? [];
  return { url: address, pid: child.pid ?? 0, [Symbol.asyncDispose]: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}
