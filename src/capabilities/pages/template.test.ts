import assert from "node:assert/strict";
import { test } from "node:test";
import { templateSet } from "./template.ts";

const facts = { nonce: "n0", path: "/p", method: "GET", status: 200 };
const formats = { locale: "en", timeZone: "UTC" };

interface Rendering {
  readonly data?: object;
  readonly partials?: Readonly<Record<string, string>>;
  readonly strict?: boolean;
}

function render(text: string, { data = {}, partials = {}, strict = true }: Rendering = {}): string {
  const files = Object.entries(partials).map(
    ([name, partial]) => [name, { path: `pages/${name}.html`, text: partial }] as const,
  );
  return templateSet(new Map(files), { formats, strict }).compile({ path: "pages/x.html", text })(data, facts);
}

test("values are escaped in text and in quoted attributes", () => {
  const html = render(`<p title="{{x}}">{{x}}</p>`, { data: { x: `<b a='1' b="2">&` } });
  assert.equal(
    html,
    '<p title="&lt;b a&#x3D;&#x27;1&#x27; b&#x3D;&quot;2&quot;&gt;&amp;">&lt;b a&#x3D;&#x27;1&#x27; b&#x3D;&quot;2&quot;&gt;&amp;</p>',
  );
});

test("a layout takes the page, and partials see its data", () => {
  const html = render("{{#> _layout title='T'}}<h1>{{title}}</h1>{{> _item x}}{{/_layout}}", {
    data: { x: { name: "n" } },
    partials: { _layout: "<title>{{title}}</title><body>{{> @partial-block}}</body>", _item: "<i>{{name}}</i>" },
  });
  assert.equal(html, "<title>T</title><body><h1>T</h1><i>n</i></body>");
});

test("a partial may be chosen by the data, among those of the project only", () => {
  const partials = { _a: "<i>a</i>", _b: "<i>b</i>" };
  assert.equal(render("{{> (lookup . 'x')}}", { data: { x: "_b" }, partials }), "<i>b</i>");
  for (const x of ["constructor", "__proto__", "toString", "_c"]) {
    assert.throws(() => render("{{> (lookup . 'x')}}", { data: { x }, partials }), { code: "WD532" });
  }
});

test("an inline partial can be used where it was defined", () => {
  assert.equal(
    render(`{{#*inline "row"}}<i>{{this}}</i>{{/inline}}{{#each xs}}{{> row this}}{{/each}}`, { data: { xs: [1, 2] } }),
    "<i>1</i><i>2</i>",
  );
});

test("a column that is named like a helper is still a column", () => {
  const data = { date: "d", number: 1, json: "j", rows: [{ date: "2", eq: 3 }] };
  assert.equal(
    render("{{date}} {{number}} {{json}}{{#each rows}} {{date}} {{eq}} {{../date}}{{/each}}", { data }),
    "d 1 j 2 3 d",
  );
});

test("columns named constructor and __proto__ are columns, and prototypes stay out of reach", () => {
  const row = JSON.parse(`{"constructor": "c", "__proto__": "p", "x": "s"}`) as object;
  assert.equal(render("{{#with row}}{{constructor}} {{__proto__}}{{/with}}", { data: { row } }), "c p");
  assert.equal(
    render("{{row.x.constructor}}|{{row.toString}}|{{lookup row 'valueOf'}}", {
      data: { row: { x: "s" } },
      strict: false,
    }),
    "||",
  );
});

test("the nonce and the path are there in every depth", () => {
  assert.equal(render("{{#each xs}}{{@nonce}} {{@path}} {{@index}} {{/each}}", { data: { xs: [1] } }), "n0 /p 0 ");
});

// --- names that are not there ---

const missing: readonly (readonly [string, object, string, string | undefined, number])[] = [
  ["<p>{{naem}}</p>", { name: 1 }, "naem is not there", "did you mean name?", 6],
  ["{{#each entires}}{{/each}}", { entries: [] }, "entires is not there", "did you mean entries?", 9],
  ["{{#each rows}}{{row}}{{/each}}", { rows: [{ a: 1 }] }, "row is not there", undefined, 17],
  ["{{#each rows as |r|}}{{r.b}}{{/each}}", { rows: [{ a: 1 }] }, "r.b is not there", undefined, 24],
  ["{{#with a}}{{../b}}{{/with}}", { a: 1 }, "../b is not there", undefined, 14],
  ['<a href="{{lnik}}">', { link: "" }, "lnik is not there", "did you mean link?", 12],
];

for (const [text, data, message, hint, column] of missing) {
  test(`in development, ${text} is an error where its name is not there; in production it prints nothing`, () => {
    assert.throws(() => render(text, { data }), {
      code: "WD522",
      message,
      hint,
      position: { file: "pages/x.html", line: 1, column },
    });
    assert.doesNotThrow(() => render(text, { data, strict: false }));
  });
}

const present: readonly (readonly [string, object, string])[] = [
  ["{{a}}", { a: null }, ""],
  ["{{form.x}}{{params.y}}", { form: {}, params: {} }, ""],
  ["{{#if maybe}}yes{{else}}no{{/if}}", {}, "no"],
  ["{{one.x}}", { one: null }, ""],
  ["{{#each xs}}{{else}}none{{/each}}", { xs: [] }, "none"],
  ["{{#each xs as |x i|}}{{i}}{{x}}{{/each}}", { xs: ["a"] }, "0a"],
  ["{{xs.length}}", { xs: [1, 2] }, "2"],
  ["{{#each xs}}{{this}}{{@key}}{{/each}}", { xs: { k: "v" } }, "vk"],
];

for (const [text, data, html] of present) {
  test(`${text} of ${JSON.stringify(data)} is ${JSON.stringify(html)}`, () =>
    assert.equal(render(text, { data }), html));
}

// --- unsafe places ---

const unsafe: readonly (readonly [string, string, number])[] = [
  ["<script>let x = {{x}}</script>", "a value stands inside of <script>", 17],
  ["<script>let x = '{{{x}}}'</script>", "a value stands inside of <script>", 18],
  ["<SCRIPT >{{x}}</script>", "a value stands inside of <script>", 10],
  ["<style>p { color: {{x}} }</style>", "a value stands inside of <style>", 19],
  ["<p onclick=\"f('{{x}}')\">", "a value stands in the attribute onclick", 16],
  ["<p ONCLICK='{{x}}'>", "a value stands in the attribute onclick", 13],
  ['<p style="color: {{x}}">', "a value stands in the attribute style", 18],
  ['<iframe srcdoc="{{x}}">', "a value stands in the attribute srcdoc", 17],
  ['<meta http-equiv=refresh content="0;url={{x}}">', "a value stands in the content of <meta http-equiv>", 41],
  ['<META Content="0;url={{x}}" HTTP-EQUIV="refresh">', "a value stands in the content of <meta http-equiv>", 22],
  [
    '<meta {{#if a}}http-equiv="refresh" {{/if}} content="{{x}}">',
    "a value stands in the content of <meta http-equiv>",
    54,
  ],
  ["<p class={{x}}>", "the attribute class has no quotes around its value", 10],
  ["<p class=a{{x}}>", "the attribute class has no quotes around its value", 11],
  ["<p class= {{x}}>", "the attribute class has no quotes around its value", 11],
  ["<p {{x}}>", "a value stands inside of the tag <p>", 4],
  ['<p {{x}}="1">', "a value stands inside of the tag <p>", 4],
  ['<p data-{{x}}="1">', "a value stands in the name of an attribute of <p>", 9],
  ["<p a {{x}}>", "a value stands inside of the tag <p>", 6],
  ["<{{x}}>", "a value stands in the name of a tag", 2],
  ["<h{{x}}>", "a value stands in the name of a tag", 3],
  ["</h{{x}}>", "a value stands in the name of a tag", 4],
  ["<!-- {{x}} -->", "a value stands in an HTML comment", 6],
  ["<!doctype {{x}}>", "a value stands in a declaration", 11],
  ['<p title="{{{x}}}">', "an unescaped value stands in the attribute title of <p>", 11],
  ["<title>{{{x}}}</title>", "an unescaped value stands inside of <title>", 8],
  ["<xmp>{{x}}</xmp>", "a value stands inside of <xmp>", 6],
  ['<p title="{{#if a}}">{{/if}}', "the branches of {{#if}} end in different places", 11],
  ['{{#each xs}}<p title="{{/each}}', "the branches of {{#each}} end in different places", 1],
  ['<p {{#if a}}on{{/if}}click="{{x}}">', "an attribute's name depends on a block", 22],
  ['<p on{{#if a}}click{{else}}x{{/if}}="1">', "an attribute's name depends on a block", 36],
  ['<a href="javascript:alert(1)">', "javascript: addresses are not allowed", 20],
  ["<a href=' java\nscript:{{x}}'>", "javascript: addresses are not allowed", 7],
  ['<p title="', "the template ends in the attribute title of <p>", 11],
  ["<div", "the template ends in the name of a tag", 5],
  ["<script><!-- <script> --></script>{{x}}", "<!-- inside of <script> is read differently by different parsers", 9],
  ['<title><a href="{{x}}"></title>', "<a inside of <title> is read differently by different parsers", 8],
  ["<p {{> _p}}>", "the partial _p is used inside of the tag <p>", 4],
  ['<p title="{{> _p}}">', "the partial _p is used in the attribute title of <p>", 11],
  ['{{#> _p}}<p title="{{/_p}}', "the block ends in the attribute title of <p>", 1],
];

for (const [text, message, column] of unsafe) {
  test(`refused: ${text}`, () => {
    assert.throws(
      () => render(text, { partials: { _p: "x" }, strict: false }),
      (error: { code: string; message: string; position: object }) => {
        assert.equal(error.code, "WD521");
        assert.equal(error.message, message);
        assert.deepEqual(error.position, {
          file: "pages/x.html",
          line: message.startsWith("javascript") && text.includes("\n") ? 2 : 1,
          column,
        });
        return true;
      },
    );
  });
}

const safe: readonly string[] = [
  '<meta http-equiv="refresh" content="5"><meta name="description" content="{{x}}"><meta http-equiv="x">',
  `<p class="a {{#if a}}b{{/if}} c">`,
  `<option {{#if a}}selected{{/if}} value="{{x}}">`,
  `<input {{#if a}}checked{{/if}}>`,
  `<input {{#if a}}value="{{x}}"{{else}}disabled{{/if}} name="n">`,
  `<p title='{{x}}' lang="en">a < {{x}} and b > {{x}}</p>`,
  `<textarea>{{x}}</textarea><title>{{x}}</title>`,
  `<script src="/a.js"></script>{{x}}<style>p{}</style>{{x}}`,
  `<!-- a comment > --> {{x}} <!--> {{x}} <!doctype html>{{x}}`,
  `<a href="/x/{{x}}?q={{x}}#{{x}}">{{x}}</a><br/>{{x}}`,
  `{{!-- <p title=" --}}{{x}}`,
  `<p data-a={{#if a}}"1"{{else}}"2"{{/if}}>`,
];

for (const text of safe) {
  test(`allowed: ${text}`, () => assert.doesNotThrow(() => render(text, { data: { x: "v" } })));
}

// --- addresses ---

const addresses: readonly (readonly [string, string])[] = [
  ["javascript:alert(1)", "#"],
  [" JavaScript:alert(1)", "#"],
  ["java\tscript:alert(1)", "#"],
  ["\u0001javascript:alert(1)", "#"],
  ["vbscript:x", "#"],
  ["data:text/html,<script>alert(1)</script>", "#"],
  [":alert(1)", "#"],
  ["https://example.org/a:b", "https://example.org/a:b"],
  ["/a:b", "/a:b"],
  ["?a:b", "?a:b"],
  ["#a:b", "#a:b"],
  ["page", "page"],
  ["mailto:a@example.org", "mailto:a@example.org"],
  ["data:image/png,AA", "data:image/png,AA"],
];

for (const [value, href] of addresses) {
  test(`the address ${JSON.stringify(value)} becomes ${JSON.stringify(href)}`, () => {
    const html = render(`<a href="{{x}}">`, { data: { x: value } });
    const decoded = html.slice(9, -2).replaceAll("&#x3D;", "=").replaceAll("&lt;", "<").replaceAll("&gt;", ">");
    assert.equal(decoded, href);
  });
}

test("a scheme can't be put together from several values, or from text and a value", () => {
  assert.equal(
    render(`<a href="{{a}}{{b}}">`, { data: { a: "javascript", b: ":alert(1)" } }),
    `<a href="javascript#">`,
  );
  assert.equal(render(`<a href="java{{b}}">`, { data: { b: "script:alert(1)" } }), `<a href="java#">`);
  assert.equal(
    render(`<a href="{{#if a}}{{a}}{{/if}}{{b}}">`, { data: { a: "javascript", b: ":x" } }),
    `<a href="javascript#">`,
  );
  assert.equal(render(`<a href="/{{b}}">`, { data: { b: "javascript:x" } }), `<a href="/javascript:x">`);
});

// --- scripts ---

test("{{json}} hands data to a script, and can't end it", () => {
  const html = render(`<script nonce="{{@nonce}}">const x = {{json x}};</script>`, {
    data: { x: { a: "</script><!--\u2028&" } },
  });
  assert.equal(html, `<script nonce="n0">const x = {"a":"\\u003c/script\\u003e\\u003c!--\\u2028\\u0026"};</script>`);
});

test("{{json}} in an attribute is escaped for the attribute", () => {
  assert.equal(render(`<p data-x="{{json x}}">`, { data: { x: ['"'] } }), `<p data-x="[&quot;\\&quot;&quot;]">`);
});

// --- what can't be compiled ---

const broken: readonly (readonly [string, string, RegExp, number, number])[] = [
  ["<p>\n  {{#if a}}\n</p>", "WD520", /can't be read/, 3, 5],
  ["<p>\n  {{#if a}} {{/each}}", "WD520", /can't be read/, 2, 6],
  ["<p>\n<b>{{ a", "WD520", /can't be read/, 2, 7],
  ["x {{shout a}}", "WD520", /no helper named shout/, 1, 5],
  ["x {{#shout a}}{{/shout}}", "WD520", /no block helper named shout/, 1, 6],
  ["{{eq (qe a 1) 1}}", "WD520", /no helper named qe/, 1, 7],
  ["{{> _nva}}", "WD523", /no partial named _nva/, 1, 5],
  ["{{* decorator}}", "WD520", /decorators/, 1, 1],
];

for (const [text, code, message, line, column] of broken) {
  test(`broken: ${JSON.stringify(text)}`, () => {
    assert.throws(() => render(text, { partials: { _nav: "x" } }), {
      code,
      message,
      position: { file: "pages/x.html", line, column },
    });
  });
}

test("an error inside of a partial points into the partial", () => {
  assert.throws(() => render("{{> _p}}", { partials: { _p: "<p>\n<script>{{x}}</script>" } }), {
    code: "WD521",
    position: { file: "pages/_p.html", line: 2, column: 9 },
  });
});

test("partials that include each other end in an error, not in a crash", () => {
  assert.throws(() => render("{{> _a}}", { partials: { _a: "{{> _b}}", _b: "{{> _a}}" } }), {
    code: "WD532",
    message: /without end/,
  });
});
