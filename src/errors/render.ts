import { AppErrors, type AppError, type Position } from "./app-error.ts";
import { codeFrame } from "./code-frame.ts";
import { codes } from "./codes.ts";
import type { CodeEntry } from "./code-entry.ts";
import { paint } from "./color.ts";
import { printable } from "./printable.ts";
import { redact } from "./redact.ts";

/** How an error is shown. */
export interface RenderOptions {
  /** Default: no colours; `wantsColor(process.stderr)` knows what a terminal wants. */
  readonly color?: boolean | undefined;
  /** Adds the JavaScript stack and those of its causes: HOWDAH_DEBUG=1. */
  readonly stack?: boolean | undefined;
}

/**
 * An error as a terminal shows it: code and message, file:line:column, code frame, detail, Postgres's context, why it
 * happens, what to do, and the command that explains more. Passwords of URLs are hidden; no trailing newline.
 */
export function renderError(error: AppError, options: RenderOptions = {}): string {
  const color = options.color ?? false;
  if (!(error instanceof AppErrors) || error.errors.length === 1) {
    const only = error instanceof AppErrors ? (error.errors[0] ?? error) : error;
    return [...block(only, options), footer([only.code], color)].join("\n");
  }
  const blocks = error.errors.map((each) => block(each, options).join("\n"));
  const count = paint("bold", `${error.errors.length} errors`, color);
  return [...blocks, `${count}\n${footer(new Set(error.errors.map((each) => each.code)), color)}`].join("\n\n");
}

/** `file:line:column`, as terminals and editors make it a link. */
export function renderPosition(position: Position): string {
  return printable(`${position.file}:${position.line}:${position.column}`);
}

function block(error: AppError, options: RenderOptions): string[] {
  const color = options.color ?? false;
  const lines = [
    `${paint("red", paint("bold", error.code, color), color)} ${paint("bold", safe(error.message), color)}`,
  ];
  if (error.position !== undefined) lines.push(`  ${paint("cyan", renderPosition(error.position), color)}`);
  lines.push(...frameOf(error, color));
  if (error.detail !== undefined) lines.push(...indent(safe(error.detail)));
  lines.push(...postgresContext(error, color));
  lines.push(labelled("why", why(error), "yellow", color));
  if (error.hint !== undefined) lines.push(labelled("hint", safe(error.hint), "green", color));
  if (options.stack === true) lines.push(...indent(stackOf(error)));
  return lines;
}

function frameOf(error: AppError, color: boolean): string[] {
  if (error.position === undefined || error.source === undefined) return [];
  const frame = codeFrame(error.source, error.position, { color });
  return frame === "" ? [] : indent(frame);
}

function postgresContext(error: AppError, color: boolean): string[] {
  const { postgres } = error;
  if (postgres === undefined) return [];
  const lines = [`  ${paint("dim", `SQLSTATE ${safe(postgres.sqlstate)}`, color)}`];
  if (postgres.detail !== undefined && postgres.detail !== error.detail) lines.push(...indent(safe(postgres.detail)));
  if (postgres.where !== undefined) lines.push(...indent(safe(postgres.where)));
  return lines;
}

// The first sentence of the explanation; `howdah explain` prints the rest.
function why(error: AppError): string {
  const entry: CodeEntry = codes[error.code];
  const end = /[.?!](?=\s+[A-Z`"])/.exec(entry.explanation);
  return end === null ? entry.explanation : entry.explanation.slice(0, end.index + 1);
}

function labelled(label: string, text: string, style: "yellow" | "green", color: boolean): string {
  return `  ${paint(style, `${label}:`, color)} ${text.replaceAll("\n", "\n    ")}`;
}

function footer(found: Iterable<string>, color: boolean): string {
  return Array.from(found, (code) => paint("dim", `  howdah explain ${code}`, color)).join("\n");
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by: ${stackOf(error.cause)}` : "";
  return `${safe(error.stack ?? String(error))}${cause}`;
}

function indent(text: string): string[] {
  return text.split("\n").map((line) => `  ${line}`);
}

function safe(text: string): string {
  return printable(redact(text));
}
