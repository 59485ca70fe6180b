import assert from "node:assert/strict";
import { test } from "node:test";
import { readForm } from "./form.ts";

const urlencoded = "application/x-www-form-urlencoded";

test("an urlencoded form", async () => {
  assert.deepEqual(
    { ...(await readForm(Buffer.from("a=1+2&b=%C3%A4&c"), urlencoded, 10)) },
    { a: "1 2", b: "ä", c: "" },
  );
});

test("a multipart form of text fields", async () => {
  const form = new FormData();
  form.append("a", "line\r\nä");
  form.append("tags[]", "x");
  form.append("tags[]", "y");
  const { body, type } = await encoded(form);
  assert.deepEqual({ ...(await readForm(body, type, 10)) }, { a: "line\r\nä", tags: '["x","y"]' });
});

test("a file field that was left empty carries no file", async () => {
  const part = 'Content-Disposition: form-data; name="photo"; filename=""\r\nContent-Type: application/octet-stream';
  const body = Buffer.from(`--x\r\n${part}\r\n\r\n\r\n--x--\r\n`);
  assert.deepEqual({ ...(await readForm(body, "multipart/form-data; boundary=x", 10)) }, {});
});

test("a file is refused by the name of its field", async () => {
  const form = new FormData();
  form.append("photo", new File(["x"], "x.png"));
  const { body, type } = await encoded(form);
  await assert.rejects(readForm(body, type, 10), { code: "WD529", message: /the field photo carries a file/ });
});

test("a broken multipart body is refused", async () => {
  for (const [body, type] of [
    ["nothing", "multipart/form-data; boundary=x"],
    ["--x\r\n\r\n--x--", "multipart/form-data"],
    ['--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1', "multipart/form-data; boundary=x"],
    ["", "multipart/form-data; boundary=x"],
  ] as const) {
    await assert.rejects(readForm(Buffer.from(body), type, 10), { code: "WD529", message: "the form can't be read" });
  }
});

test("too many fields are refused", async () => {
  await assert.rejects(readForm(Buffer.from("a&".repeat(11)), urlencoded, 10), {
    code: "WD529",
    detail: "11, of 10 allowed",
  });
});

test("too many fields are refused before they are parsed", async (t) => {
  const parsed = t.mock.method(URLSearchParams.prototype, Symbol.iterator);
  await assert.rejects(readForm(Buffer.from("&".repeat(1000)), urlencoded, 10), { code: "WD529" });
  assert.equal(parsed.mock.callCount(), 0);
  assert.deepEqual({ ...(await readForm(Buffer.from("a=1&".repeat(10)), urlencoded, 10)) }, { a: "1" });
  assert.equal(parsed.mock.callCount(), 1);
});

async function encoded(form: FormData): Promise<{ readonly body: Buffer; readonly type: string }> {
  const response = new Response(form);
  return { body: Buffer.from(await response.arrayBuffer()), type: response.headers.get("content-type") ?? "" };
}
