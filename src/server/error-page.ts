import { STATUS_CODES } from "node:http";
import { codes, errorToJson, type AppError, type CodeEntry, type ErrorCode, type ErrorJson } from "../errors/index.ts";
import { publicMessage, statusOf } from "./problem.ts";

/** The page of an error for strangers: what they may know, and the id to ask about. */
export function plainErrorPage(error: AppError, requestId: string, nonce: string): string {
  const status = statusOf(error);
  const title = STATUS_CODES[status] ?? "Error";
  const message = publicMessage(error) ?? "something went wrong on our side";
  return document(
    title,
    nonce,
    `<section><p class="code">${status}</p><h1>${title}</h1><p>${escapeHtml(sentence(message))}</p></section>` +
      `<footer>${error.code} · request ${escapeHtml(requestId)}</footer>`,
  );
}

/**
 * The page of an error in development: everything that is known, and the same as data for the client script, which
 * shows it over a page that stands already, and loads the page again when it is mended.
 */
export function openErrorPage(error: AppError, requestId: string, nonce: string): string {
  const json = errorToJson(error);
  const parts = [
    ...(json.errors ?? [json]).map(errorSection),
    `<footer>${statusOf(error)} ${STATUS_CODES[statusOf(error)] ?? ""} · request ${escapeHtml(requestId)}</footer>`,
    `<script type="application/json" id="howdah-error">${scriptJson(json)}</script>`,
  ];
  return document(json.message, nonce, parts.join("\n"));
}

function errorSection(json: ErrorJson): string {
  const { position } = json;
  const entry: CodeEntry = codes[json.code as ErrorCode];
  const parts = [
    `<section><p class="code">${json.code} <span>${escapeHtml(entry.title)}</span></p>`,
    `<h1>${escapeHtml(json.message)}</h1>`,
    position ? `<p class="place">${escapeHtml(`${position.file}:${position.line}:${position.column}`)}</p>` : "",
    json.frame === undefined ? "" : `<pre>${escapeHtml(json.frame)}</pre>`,
    json.detail === undefined ? "" : `<p>${escapeHtml(json.detail)}</p>`,
    json.hint === undefined ? "" : `<p class="hint">${escapeHtml(json.hint)}</p>`,
    `<p class="explain"><code>howdah explain ${json.code}</code></p></section>`,
  ];
  return parts.join("\n");
}

/** The colours of the overlay of client.js, in light and dark; no font, script or image from anywhere. */
const style = `:root{color-scheme:light dark}
body{font:16px/1.55 system-ui,sans-serif;margin:0;padding:8vh 1.5rem 4rem;color:light-dark(#232323,#f2f2f2);
background:light-dark(#f6f5f3,#101010)}
section,footer{box-sizing:border-box;max-width:60rem;margin:0 auto 1rem}
section{padding:1.5rem 2rem;border-top:4px solid light-dark(#d64545,#ff5c5c);border-radius:6px;
background:light-dark(#fff,#181818);box-shadow:0 1px 3px rgb(0 0 0/12%)}
footer{padding:0 2rem;font-size:.8125rem}
footer,.code span,.explain{color:light-dark(#6b6b6b,#a0a0a0)}
h1{font-size:1.375rem;line-height:1.3;margin:.25rem 0 .5rem;overflow-wrap:anywhere}
p{margin:.5rem 0;white-space:pre-wrap;overflow-wrap:anywhere}
pre{margin:1rem 0;padding:.85rem 1rem;overflow:auto;border-radius:4px;background:light-dark(#f4f2ee,#262626)}
pre,code,.place{font:.875rem/1.5 ui-monospace,monospace}
.code{margin:0;font-weight:600;color:light-dark(#b3261e,#ff8a8a)}.code span{font-weight:400}
.place{color:light-dark(#1d5fa8,#9cc7ff)}.hint{font-weight:600}.explain{margin-top:1rem;font-size:.875rem}`;

function document(title: string, nonce: string, body: string): string {
  return (
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">` +
    `<title>${escapeHtml(title)}</title><style nonce="${nonce}">${style}</style></head>\n<body>${body}</body></html>\n`
  );
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}

function scriptJson(value: object): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
