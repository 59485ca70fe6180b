import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../errors/index.ts";
import type { Provider, ResolvedPostgres } from "../provider.ts";
import { providerFor, withAlternatives } from "./select.ts";

const context = { cache: "/nowhere" };
const linux = { os: "linux", arch: "x64", libc: "glibc" } as const;

function providing(name: Provider["name"], result: ResolvedPostgres | AppError): Provider {
  return {
    name,
    features: { start: true, versions: true },
    resolve: async () => {
      if (result instanceof AppError) throw result;
      return result;
    },
    install: async () => assert.fail("nothing is to be installed"),
  };
}

const none = new AppError("WD360", 'provider "embedded" has no Postgres 17.11', {
  detail: "it has 17.10",
  hint: "the nearest is 17.10",
});
const nothing = providing("system", new AppError("WD360", "no Postgres 17 is installed"));
const installed = providing("system", {
  provider: "system",
  version: "17.11",
  source: "/usr/lib/postgresql/17",
  artifacts: [],
});

test("each name gives its provider, and url gives none", () => {
  for (const provider of ["embedded", "deb", "system"] as const)
    assert.equal(providerFor({ provider })?.name, provider);
  assert.equal(providerFor({ provider: "url" }), undefined);
});

test("a version that is not there is refused with what the other providers have", async () => {
  await assert.rejects(
    withAlternatives(providing("embedded", none), { platform: linux, system: nothing }).resolve("17.11", context),
    {
      code: "WD360",
      message: 'provider "embedded" has no Postgres 17.11',
      detail:
        'it has 17.10\nprovider "system" finds none: no Postgres 17 is installed\nprovider "deb" has the newest Postgres 17 (Debian trixie)',
      hint: 'the nearest is 17.10; or set provider = "deb" in [postgres] of howdah.toml',
    },
  );
});

test("an installed Postgres is offered before Debian's packages", async () => {
  await assert.rejects(
    withAlternatives(providing("embedded", none), { platform: linux, system: installed }).resolve("17.11", context),
    {
      detail: /provider "system" has Postgres 17\.11 \(\/usr\/lib\/postgresql\/17\)/,
      hint: /set provider = "system"/,
    },
  );
});

test("where nothing would work, nothing is promised", async () => {
  const mac = { os: "darwin", arch: "arm64", libc: undefined } as const;
  await assert.rejects(
    withAlternatives(providing("embedded", none), { platform: mac, system: nothing }).resolve("17.11", context),
    {
      detail: /provider "deb" has nothing for darwin-arm64$/,
      hint: "the nearest is 17.10",
    },
  );
});

test("every other error passes unchanged", async () => {
  const offline = new AppError("WD351", "registry.example can't be reached");
  await assert.rejects(withAlternatives(providing("embedded", offline)).resolve("17", context), offline);
});
