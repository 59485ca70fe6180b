import assert from "node:assert/strict";
import { test } from "node:test";
import { templateSet } from "./template.ts";

function render(text: string, data: object = {}, formats = { locale: "en", timeZone: "UTC" }): string {
  const facts = { nonce: "", path: "/", method: "GET", status: 200 };
  return templateSet(new Map(), { formats, strict: true })
    .compile({ path: "pages/x.html", text })(data, facts)
    .replaceAll("\u202F", " ");
}

const conditions: readonly (readonly [string, boolean])[] = [
  ["(eq 1 1)", true],
  [`(eq 1 "1")`, true],
  [`(eq empty "")`, true],
  [`(eq "a" "b")`, false],
  [`(ne "a" "b")`, true],
  ["(lt 2 10)", true],
  [`(lt "2" "10")`, true],
  [`(lt "9007199254740993" "9007199254740992")`, false],
  [`(lt "a" "b")`, true],
  ["(le 2 2)", true],
  ["(gt 10 2)", true],
  ["(ge 1 2)", false],
  ["(not empty)", true],
  ["(not list)", true],
  ["(not 1)", false],
  ["(and 1 2)", true],
  ["(and empty 1)", false],
  ["(and 1 empty)", false],
  ["(or empty 1)", true],
  ["(or empty list)", false],
  [`(includes '["a","b"]' "b")`, true],
  [`(includes '["a","b"]' "c")`, false],
  [`(includes "[broken" "b")`, false],
  ["(includes list 1)", false],
  ["(includes numbers 2)", true],
  ["(includes empty 1)", false],
  ["(and (eq 1 1) (or empty 1))", true],
];

for (const [condition, holds] of conditions) {
  test(`${condition} is ${holds}`, () => {
    assert.equal(
      render(`{{#if ${condition}}}yes{{else}}no{{/if}}`, { empty: null, list: [], numbers: [1, "2"] }),
      holds ? "yes" : "no",
    );
  });
}

const printed: readonly (readonly [string, object, string])[] = [
  [`{{default a "none"}}`, { a: null }, "none"],
  [`{{default a "none"}}`, { a: "" }, "none"],
  [`{{default a "none"}}`, { a: 0 }, "0"],
  [`{{encode a}}`, { a: "a&b/c ?" }, "a%26b%2Fc%20%3F"],
  ["{{date a}}", { a: "2026-11-20" }, "Nov 20, 2026"],
  ["{{date a}}", { a: "2026-11-20T23:30:00" }, "Nov 20, 2026, 11:30 PM"],
  ["{{date a}}", { a: "2026-11-20T23:30:00.123456+01:00" }, "Nov 20, 2026, 10:30 PM"],
  ["{{date a}}", { a: "2026-11-20T23:30:00+00" }, "Nov 20, 2026, 11:30 PM"],
  [`{{date a timeZone="America/New_York"}}`, { a: "2026-11-20T23:30:00+00:00" }, "Nov 20, 2026, 6:30 PM"],
  [`{{date a dateStyle="long" locale="de"}}`, { a: "2026-11-20" }, "20. November 2026"],
  [`{{date a weekday="short"}}`, { a: "2026-11-20" }, "Fri"],
  ["{{date a}}", { a: "infinity" }, "infinity"],
  ["{{date a}}", { a: null }, ""],
  ["{{number a}}", { a: 1234567.5 }, "1,234,567.5"],
  ["{{number a}}", { a: "123456789012345678901234567890" }, "123,456,789,012,345,678,901,234,567,890"],
  [`{{number a minimumFractionDigits=2}}`, { a: "12.30" }, "12.30"],
  [`{{number a style="currency" currency="EUR" locale="de"}}`, { a: 5 }, "5,00\u00A0€"],
  ["{{number a}}", { a: "NaN" }, "NaN"],
  ["{{json a}}", { a: { b: [1, "x"] } }, "{&quot;b&quot;:[1,&quot;x&quot;]}"],
];

for (const [text, data, html] of printed) {
  test(`${text} of ${JSON.stringify(data)}`, () => assert.equal(render(text, data), html));
}

test("moments are shown in the project's time zone and language, dates as they are", () => {
  const formats = { locale: "de", timeZone: "Europe/Berlin" };
  assert.equal(
    render("{{date a}} {{date b}}", { a: "2026-11-20T23:30:00+00:00", b: "2026-11-20" }, formats),
    "21.11.2026, 00:30 20.11.2026",
  );
});

test("a wrong option of a format is an error of the template", () => {
  assert.throws(() => render(`{{date a timeZone="Mars/Olympus"}}`, { a: "2026-11-20T00:00:00Z" }), { code: "WD532" });
});
