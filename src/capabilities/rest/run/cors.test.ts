import assert from "node:assert/strict";
import { test } from "node:test";
import { corsHeaders, preflight } from "./cors.ts";
import type { HttpRequest } from "./http.ts";

const request = (method: string, headers: HttpRequest["headers"]): HttpRequest => ({
  ...{ method, headers },
  url: "/items",
  rawHeaders: [],
  body: Buffer.alloc(0),
});
const origin = "https://app.example.org";

test("pages of every origin may read the answer unless origins are named", () => {
  const asked = request("GET", { origin });
  assert.deepEqual(corsHeaders(asked, null), [
    ["Access-Control-Allow-Origin", "*"],
    [
      "Access-Control-Expose-Headers",
      "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server, Transfer-Encoding, Range-Unit",
    ],
  ]);
  assert.deepEqual(corsHeaders(asked, [origin]).slice(0, 2), [
    ["Access-Control-Allow-Origin", origin],
    ["Access-Control-Allow-Credentials", "true"],
  ]);
  assert.deepEqual(corsHeaders(asked, ["https://other.example.org"]), []);
  assert.deepEqual(corsHeaders(request("GET", {}), null), []);
});

test("a preflight is answered with what may be sent", () => {
  const asked = request("OPTIONS", {
    origin,
    "access-control-request-method": "POST",
    "access-control-request-headers": "Foo,Bar , authorization",
  });
  assert.deepEqual(preflight(asked, null), {
    status: 200,
    headers: [
      ["Access-Control-Allow-Origin", "*"],
      ["Access-Control-Allow-Methods", "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD"],
      ["Access-Control-Allow-Headers", "Authorization, Foo, Bar, Accept, Accept-Language, Content-Language"],
      ["Access-Control-Max-Age", "86400"],
    ],
    body: "",
  });
});

test("OPTIONS that is no preflight, or asks for what is not allowed, goes on as a request", () => {
  assert.equal(preflight(request("OPTIONS", { origin }), null), undefined);
  const asked = { origin, "access-control-request-method": "TRACE" };
  assert.equal(preflight(request("OPTIONS", asked), null), undefined);
  const foreign = { origin, "access-control-request-method": "GET" };
  assert.equal(preflight(request("OPTIONS", foreign), ["https://other.example.org"]), undefined);
});
