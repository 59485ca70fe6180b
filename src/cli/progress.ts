import type { Paint } from "./paint.ts";

/** Bytes arriving, as the provision floor reports them. */
export interface Download {
  readonly what: string;
  readonly receivedBytes: number;
  readonly totalBytes: number | undefined;
}

/** What is going on: one line that rewrites itself on a terminal, plain lines elsewhere. */
export interface Progress {
  /** A step begins, e.g. "starting PostgreSQL 18.4"; it is told when it takes its time, in the place of the one before. */
  step(text: string): void;
  download(progress: Download): void;
  /** Removes the line, so that other output can follow. */
  clear(): void;
}

export interface ProgressOptions {
  readonly stream: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };
  readonly paint: Paint;
  /** Nothing at all, e.g. with --json in a terminal. */
  readonly quiet?: boolean;
  readonly now?: () => number;
}

const redrawMs = 80;
/** Most steps are over before anybody could read them. */
const patienceMs = { live: 120, plain: 400 };
const barWidth = 24;

/** Progress on a stream: a live line where it is a terminal, otherwise a line per step and download. */
export function createProgress(options: ProgressOptions): Progress {
  if (options.quiet === true) return { step() {}, download() {}, clear() {} };
  const live = options.stream.isTTY === true && process.env["TERM"] !== "dumb";
  return live ? patient(liveProgress(options), patienceMs.live) : patient(plainProgress(options), patienceMs.plain);
}

/** Tells a step only when nothing followed it in time. */
function patient(progress: Progress, waitMs: number): Progress {
  let waiting: NodeJS.Timeout | undefined;
  return {
    step(text) {
      clearTimeout(waiting);
      waiting = setTimeout(() => progress.step(text), waitMs).unref();
    },
    download(download) {
      clearTimeout(waiting);
      progress.download(download);
    },
    clear() {
      clearTimeout(waiting);
      progress.clear();
    },
  };
}

function liveProgress({ stream, paint, now = Date.now }: ProgressOptions): Progress {
  let shown = false;
  let drawnAt = 0;
  const draw = (text: string) => {
    drawnAt = now();
    shown = true;
    stream.write(`\r\x1b[2K${text}`);
  };
  return {
    step: (text) => draw(`  ${paint.dim(`${text} …`)}`),
    download(progress) {
      const complete = progress.receivedBytes === progress.totalBytes;
      if (!complete && now() - drawnAt < redrawMs) return;
      draw(`  ${bar(progress, paint, stream.columns ?? 80)}`);
    },
    clear() {
      if (shown) stream.write("\r\x1b[2K");
      shown = false;
    },
  };
}

function plainProgress({ stream }: ProgressOptions): Progress {
  // Several may arrive side by side: each is told once.
  const told = new Set<string>();
  return {
    step: (text) => void stream.write(`${text}\n`),
    download(progress) {
      if (told.has(progress.what)) return;
      told.add(progress.what);
      const size = progress.totalBytes === undefined ? "" : ` (${megabytes(progress.totalBytes)} MB)`;
      stream.write(`downloading ${progress.what}${size}\n`);
    },
    clear() {},
  };
}

/** "PostgreSQL 18.4  ━━━━━━━━────────  8.2 of 23.7 MB", cut to the width of the terminal. */
function bar(progress: Download, paint: Paint, columns: number): string {
  const { what, receivedBytes, totalBytes } = progress;
  if (totalBytes === undefined || totalBytes === 0) return `${what}  ${paint.dim(`${megabytes(receivedBytes)} MB`)}`;
  const numbers = `${megabytes(receivedBytes).padStart(megabytes(totalBytes).length)} of ${megabytes(totalBytes)} MB`;
  const width = Math.min(barWidth, columns - what.length - numbers.length - 8);
  if (width < 4) return `${what.slice(0, Math.max(0, columns - numbers.length - 6))}  ${numbers}`;
  const done = Math.round(width * Math.min(1, receivedBytes / totalBytes));
  return `${what}  ${paint.cyan("━".repeat(done))}${paint.dim("─".repeat(width - done))}  ${paint.dim(numbers)}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
