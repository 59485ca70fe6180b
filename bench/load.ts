import { spawnSync } from "node:child_process";
import autocannon from "autocannon";

/** Requests per second of `connections` clients over `seconds`: by wrk where it is installed, else by autocannon. */
export async function load(url: string, connections: number, seconds: number): Promise<number> {
  return wrk(url, connections, seconds) ?? (await cannon(url, connections, seconds));
}

// wrk is C: on two cores it leaves more of them to the server than a generator in JavaScript does.
function wrk(url: string, connections: number, seconds: number): number | undefined {
  const result = spawnSync("wrk", ["-t1", `-c${connections}`, `-d${seconds}s`, url], { encoding: "utf8" });
  if (result.error !== undefined || result.status !== 0) return undefined;
  if (/Non-2xx or 3xx responses|Socket errors/.test(result.stdout)) throw new Error(result.stdout);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(result.stdout)?.[1]);
}

async function cannon(url: string, connections: number, seconds: number): Promise<number> {
  const result = await autocannon({ url, connections, duration: seconds });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} bad answers, ${result.errors} errors`);
  return result.requests.average;
}
