import { join } from "node:path";
import type { Place } from "../sources/source.ts";
import type { Headers } from "./headers.ts";

/**
 * The text of a pg_config for a build: headers and makefiles where they are, and everything that `make install` writes below
 * `staging`, so that nothing of it can reach the server's own folders.
 */
export function pgConfig({ installation }: Place, { server, pgxs }: Headers, staging: string): string {
  const to = join(staging, "installed");
  const answers: Readonly<Record<string, string>> = {
    bindir: join(to, "bin"),
    docdir: join(to, "doc"),
    htmldir: join(to, "doc"),
    includedir: join(server, ".."),
    pkgincludedir: join(server, ".."),
    "includedir-server": server,
    libdir: join(to, "lib"),
    pkglibdir: join(to, "lib"),
    localedir: join(to, "locale"),
    mandir: join(to, "man"),
    sharedir: join(to, "share"),
    sysconfdir: join(to, "etc"),
    pgxs: join(pgxs, "src", "makefiles", "pgxs.mk"),
    configure: "",
    cc: "cc",
    cppflags: "-D_GNU_SOURCE",
    cflags: "-O2",
    cflags_sl: "-fPIC",
    ldflags: "",
    ldflags_ex: "",
    ldflags_sl: "",
    libs: "-lm",
    version: `PostgreSQL ${installation.version}`,
  };
  const cases = Object.entries(answers).map(([name, value]) => `  --${name}) printf '%s\\n' ${quoted(value)} ;;`);
  return ["#!/bin/sh", 'for word in "$@"; do case "$word" in', ...cases, "  *) exit 1 ;;", "esac; done", ""].join("\n");
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
