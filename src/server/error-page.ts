import { STATUS_CODES } from "node:http";
import { codes, errorToJson, type AppError, type CodeEntry, type ErrorCode, type ErrorJson } from "../errors/index.ts";
import { publicMessage, statusOf } from "./problem.ts";

/** The page of an error for strangers: what they may know, and the id to ask about. */
export function plainErrorPage(error: AppError, requestId: string, nonce: string): string {
  const status = statusOf(error);
  const title = STATUS_CODES[status] ?? "Error";
  const message = publicMessage(error) ?? "Something went wrong on our side.";
  return document(
    title,
    nonce,
    `<h1>${title}</h1><p>${escapeHtml(sentence(message))}</p><p class="facts">${error.code} · request ${escapeHtml(requestId)}</p>`,
  );
}

/**
 * The page of an error in development: everything that is known, and the same as data for the client script, which
 * shows it over a page that stands already, and loads the page again when it is mended.
 */
export function openErrorPage(error: AppError, requestId: string, nonce: string): string {
  const json = errorToJson(error);
  const parts = [
    `<p class="facts">${statusOf(error)} · request ${escapeHtml(requestId)}</p>`,
    ...(json.errors ?? [json]).map(errorSection),
    `<script type="application/json" id="howdah-error">${scriptJson(json)}</script>`,
  ];
  return document(json.message, nonce, parts.join("\n"));
}

function errorSection(json: ErrorJson): string {
  const { position } = json;
  const entry: CodeEntry = codes[json.code as ErrorCode];
  const parts = [
    `<p class="facts">${json.code} · ${escapeHtml(entry.title)}</p>`,
    `<h1>${escapeHtml(json.message)}</h1>`,
    position ? `<p class="place">${escapeHtml(`${position.file}:${position.line}:${position.column}`)}</p>` : "",
    json.frame === undefined ? "" : `<pre>${escapeHtml(json.frame)}</pre>`,
    json.detail === undefined ? "" : `<p>${escapeHtml(json.detail)}</p>`,
    json.hint === undefined ? "" : `<p class="hint">${escapeHtml(json.hint)}</p>`,
    `<p class="facts">howdah explain ${json.code}</p>`,
  ];
  return parts.join("\n");
}

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:10vh auto;padding:0 1.5rem;color:#1c1c1c;
background:#fff}h1{font-size:1.5rem;overflow-wrap:anywhere}pre{background:#f4f2ee;padding:1rem;overflow:auto;font:14px/1.5
ui-monospace,monospace}.facts{color:#6b6b6b;font-size:.875rem}.place{font-family:ui-monospace,monospace}.hint{font-weight:600}
@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}pre{background:#242424}.facts{color:#a0a0a0}}`;

function document(title: string, nonce: string, body: string): string {
  return (
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
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
