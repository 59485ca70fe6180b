import assert from "node:assert/strict";
import { test } from "node:test";
import { localPath } from "./response.ts";

const within: readonly (readonly [string, string])[] = [
  ["/", "/"],
  ["/a/b?c=d&e=%2F#f", "/a/b?c=d&e=%2F#f"],
  ["/ä b", "/%C3%A4%20b"],
  ["/a/../b", "/b"],
  ["/a:b@c", "/a:b@c"],
  ["/x//y", "/x//y"],
];

const outside = [
  "",
  "a",
  "//evil.example",
  "///evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "/\r\nSet-Cookie: a=b",
  "https://evil.example",
  "javascript:alert(1)",
  "/..//evil.example",
  "/.//evil.example",
  "/a/..//evil.example",
  "/%2e%2e//evil.example",
  " /a",
];

for (const [redirect, path] of within) {
  test(`a redirect to ${redirect} stays`, () => assert.equal(localPath(redirect), path));
}

for (const redirect of outside) {
  test(`a redirect to ${JSON.stringify(redirect)} is refused`, () => assert.equal(localPath(redirect), undefined));
}
