import type { CodeEntry } from "./code-entry.ts";

/** Codes of the pages, WD520 to WD549; see codes.ts for the ranges. */
export const pageCodes = {
  WD520: {
    title: "template can't be read",
    explanation:
      "A template in pages/ is no valid Handlebars: a tag is not closed, a block ends under another name than it began " +
      "with, or a helper is called that doesn't exist. The position points at the place.",
    exitCode: 1,
    status: 500,
  },
  WD521: {
    title: "value in an unsafe place of a template",
    explanation:
      "Escaping for HTML makes a value safe in text and in quoted attributes, and nowhere else. Inside <script> or " +
      "<style>, in on… and style attributes, in unquoted attributes and in names of tags and attributes it would let " +
      "data become code, so the template is refused. Put quotes around the attribute; hand data to a script with " +
      "{{json value}} or in a data- attribute; choose between fixed names with {{#if}}. A partial or a layout must " +
      "begin and end in text, outside of any tag, and so must both branches of a block end alike.",
    exitCode: 1,
    status: 500,
  },
  WD522: {
    title: "unknown name in a template",
    explanation:
      "A template prints or walks through a name that its data doesn't have: neither a result of the page's query file, " +
      "nor a column of the row, nor one of params, form, error and path. Usually it is mistyped. In production it " +
      "prints nothing. Ask with {{#if name}} whether an optional name is there.",
    exitCode: 1,
    status: 500,
  },
  WD523: {
    title: "partial not found",
    explanation:
      "{{> name}} and {{#> name}} take files of pages/ whose names begin with an underscore, by their path from pages/ " +
      "without .html: {{> _nav}} is pages/_nav.html, {{> blog/_card}} is pages/blog/_card.html.",
    exitCode: 1,
    status: 500,
  },
  WD524: {
    title: "SQL of a page can't be read",
    explanation:
      "The SQL file of a page has a string, quoted name, dollar quote or comment that never ends, or uses $1 where " +
      "parameters are written :name.",
    exitCode: 1,
    status: 500,
  },
  WD525: {
    title: "result of a page's query has no usable name",
    explanation:
      "Each statement of NAME.query.sql hands its rows to the template under a name, given by a comment before it: " +
      "-- @name entries. A single statement may go without and is called rows. Names are used once, and params, form, " +
      "error and path are taken. After the name, :one asks for a single row (none answers 404) and :optional for one " +
      "row or null.",
    exitCode: 1,
    status: 500,
  },
  WD526: {
    title: "type of a parameter is unclear",
    explanation:
      "Postgres infers the type of a parameter from where it stands, each occurrence on its own. Where nothing tells " +
      "the type, as in `:q is null`, write a cast: `:q::text is null`.",
    exitCode: 1,
    status: 500,
  },
  WD527: {
    title: "value of a parameter is not valid",
    explanation:
      "A value in the address (or the form) can't be read as the type that the page's SQL needs, such as /entry/abc " +
      "where a number is expected.",
    exitCode: 1,
    status: 400,
  },
  WD528: {
    title: "query of a page failed",
    explanation:
      "Postgres refused a statement of a page. The position points into the SQL file, message and hint are Postgres's " +
      "own. A permission error means that the page's role (anon) was granted nothing on that relation: grant it in " +
      "functions/ or a migration, or read it through a function.",
    exitCode: 1,
    status: 500,
  },
  WD529: {
    title: "form can't be read",
    explanation:
      "The body of a POST is no well-formed form, has more fields than allowed, or carries files, which pages don't " +
      "take yet.",
    exitCode: 1,
    status: 400,
  },
  WD530: {
    title: "two files claim one address",
    explanation:
      "Two pages, or a page and an asset, would answer at the same path: about.html and about/index.html, [id].html and " +
      "[name].html in one folder, or pages/about.html and public/about. Rename or remove one of them.",
    exitCode: 1,
    status: 500,
  },
  WD531: {
    title: "file of a page without its page",
    explanation:
      "NAME.query.sql and NAME.post.sql belong to NAME.html beside them, which is missing; error pages and partials " +
      "(404.html, _name.html) have no SQL of their own. A name in brackets is [name], with letters, digits and _.",
    exitCode: 1,
    status: 500,
  },
  WD532: {
    title: "template failed",
    explanation:
      "Rendering a template failed: a helper got a value that it can't work with, or partials include each other.",
    exitCode: 1,
    status: 500,
  },
  WD533: {
    title: "redirect out of the site refused",
    explanation:
      "The column redirect of a page's action may only be a path of this site, beginning with one slash. Anything else " +
      "would let a value of a form send visitors elsewhere. What the action wrote is kept.",
    exitCode: 1,
    status: 500,
  },
  WD534: {
    title: "row not found",
    explanation: "A statement marked :one in a page's query file found no row, so there is no such page.",
    exitCode: 1,
    status: 404,
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
