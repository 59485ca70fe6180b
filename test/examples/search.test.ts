import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { testRepository } from "../support/debian-repository.ts";
import { testProjectFolder } from "../support/folder.ts";
import { pgvectorSpec } from "../support/pgvector.ts";
import { startHowdah } from "../support/running-howdah.ts";
import { until } from "../support/until.ts";

const example = join(import.meta.dirname, "..", "..", "examples", "search");
const skip =
  process.platform !== "linux" || process.arch !== "x64" ? "the package of pgvector is for Linux x64" : false;

test("the search: pgvector comes along, and neighbours are served, the nearest first", { skip }, async (t) => {
  const folder = await testProjectFolder(t, "howdah-search-");
  await cp(example, folder, { recursive: true, filter: (path) => !/\.howdah|howdah\.lock/.test(path) });
  const { server, keyring, publish } = await testRepository(t);
  await publish("test", [pgvectorSpec()]);
  const toml = join(folder, "howdah.toml");
  const deb = `{ suite = "test", mirror = "${server.url}", keyring = "${keyring}" }`;
  const text = await readFile(toml, "utf8");
  await writeFile(toml, text.replace('postgres = "18"', `postgres = { version = "18", deb = ${deb} }`));

  await using howdah = await startHowdah(folder);
  const names = async (colour: string): Promise<readonly string[]> => {
    const page = await (await fetch(`${howdah.url}/?colour=${encodeURIComponent(colour)}`)).text();
    return [...page.matchAll(/<\/svg>(\w+) /g)].map(([, name = ""]) => name);
  };
  assert.deepEqual(await names("#dc281e"), ["Poppy", "Brick", "Tangerine", "Mustard", "Plum"]);
  assert.equal((await names("#000000"))[0], "Soot");
  const url = `${howdah.url}/rest/v1/rpc/nearest_paint?colour=%23ffffff&wanted=2`;
  await until("REST has read the schema", async () => (await fetch(url)).status === 200);
  const rows = await fetch(url);
  assert.deepEqual(
    ((await rows.json()) as readonly { readonly name: string }[]).map(({ name }) => name),
    ["Chalk", "Rose"],
  );
  assert.match(await readFile(join(folder, "howdah.lock"), "utf8"), /\[extensions\.vector\]/);
  assert.equal(await howdah.stop(), 0);
});
