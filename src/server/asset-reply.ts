import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import mime from "mime";
import { chooseEncoding, isCompressible } from "../capability/index.ts";
import { AppError } from "../errors/index.ts";
import type { Tree } from "../project/index.ts";
import type { Asset, Encoding } from "./asset-store.ts";
import { parseRange, type ByteRange } from "./byte-range.ts";

// Below it, headers weigh more than what compression saves.
const smallestCompressedBytes = 1024;

export interface AssetReplyOptions {
  readonly tree: Tree;
  readonly mode: "development" | "production";
}

/** Answers GET and HEAD with an asset: preconditions, range, encoding, in the order of RFC 9110, 13.2.2. */
export async function replyWithAsset(
  asset: Asset,
  request: FastifyRequest,
  reply: FastifyReply,
  options: AssetReplyOptions,
): Promise<FastifyReply> {
  const type = mediaType(asset.entry.path);
  const compressible =
    asset.entry.bytes >= smallestCompressedBytes && isCompressible(type) && asset.content("identity") !== undefined;
  const { range: asked } = request.headers;
  const encoding =
    compressible && asked === undefined
      ? chooseEncoding(request.headers["accept-encoding"], ["br", "gzip"])
      : "identity";
  reply.headers({
    "content-type": type,
    etag: tagOf(asset, encoding),
    "last-modified": asset.entry.modifiedAt.toUTCString(),
    "cache-control": cacheControl(asset.entry.path, options.mode),
    "accept-ranges": "bytes",
  });
  if (compressible) reply.header("vary", "accept-encoding");
  if (isUnchanged(asset, request)) return reply.code(304).removeHeader("content-type").send();
  const range = asked === undefined || !rangeApplies(asset, request) ? undefined : parseRange(asked, asset.entry.bytes);
  if (range === "unsatisfiable") {
    reply.header("content-range", `bytes */${asset.entry.bytes}`);
    throw new AppError("WD512", "the range lies beyond the file");
  }
  return range ? sendRange(asset, range, request, reply, options) : sendWhole(asset, encoding, request, reply, options);
}

async function sendWhole(
  asset: Asset,
  encoding: Encoding,
  request: FastifyRequest,
  reply: FastifyReply,
  options: AssetReplyOptions,
): Promise<FastifyReply> {
  if (encoding !== "identity") reply.header("content-encoding", encoding);
  const content = asset.content(encoding);
  if (content) return reply.send(await content);
  reply.header("content-length", String(asset.entry.bytes));
  return reply.send(request.method === "HEAD" ? nothing() : options.tree.stream(asset.entry.path));
}

async function sendRange(
  asset: Asset,
  range: ByteRange,
  request: FastifyRequest,
  reply: FastifyReply,
  options: AssetReplyOptions,
): Promise<FastifyReply> {
  reply.code(206).headers({
    "content-range": `bytes ${range.start}-${range.end}/${asset.entry.bytes}`,
    "content-length": String(range.end - range.start + 1),
  });
  if (request.method === "HEAD") return reply.send(nothing());
  const content = asset.content("identity");
  if (content) return reply.send((await content).subarray(range.start, range.end + 1));
  return reply.send(options.tree.stream(asset.entry.path, range));
}

/** The body of an answer to HEAD: a stream, because Fastify would set the length of any other empty body to 0. */
function nothing(): Readable {
  return Readable.from([]);
}

// Each encoding is another sequence of bytes, so a strong tag of its own.
function tagOf(asset: Asset, encoding: Encoding): string {
  return encoding === "identity" ? `"${asset.hash}"` : `"${asset.hash}-${encoding}"`;
}

/** If-None-Match decides where it is there, If-Modified-Since only otherwise (RFC 9110, 13.1.3). */
function isUnchanged(asset: Asset, request: FastifyRequest): boolean {
  const tags = request.headers["if-none-match"];
  if (tags !== undefined) {
    if (tags.trim() === "*") return true;
    return tags.split(",").some((tag) => new RegExp(`^(?:W/)?"${asset.hash}(?:-br|-gzip)?"$`).test(tag.trim()));
  }
  const since = Date.parse(request.headers["if-modified-since"] ?? "");
  return seconds(asset.entry.modifiedAt.getTime()) <= seconds(since);
}

/** If-Range: a range of what the client has, or all of what is new; a weak tag never matches (RFC 9110, 13.1.5). */
function rangeApplies(asset: Asset, request: FastifyRequest): boolean {
  const condition = request.headers["if-range"];
  if (condition === undefined || Array.isArray(condition)) return condition === undefined;
  if (condition.startsWith('"')) return condition === tagOf(asset, "identity");
  return seconds(Date.parse(condition)) === seconds(asset.entry.modifiedAt.getTime());
}

function seconds(time: number): number {
  return Math.floor(time / 1000);
}

/** The media type after the name's ending, with UTF-8 for text. */
export function mediaType(path: string): string {
  const type = mime.getType(path) ?? "application/octet-stream";
  return /^text\/|[/+](json|xml)$|javascript$/.test(type) ? `${type}; charset=utf-8` : type;
}

/** A name with a hash in it (app-3f9a01bc.js) never changes its content; others are asked for again after a minute. */
function cacheControl(path: string, mode: "development" | "production"): string {
  if (mode === "development") return "no-cache";
  const hashed = /[.-](?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{8,64}\.[a-z0-9.]+$/i.test(path);
  return hashed ? "public, max-age=31536000, immutable" : "public, max-age=60";
}
