/** What a META.json of PGXN says, of either of its specifications, as far as it counts here. */
export interface Meta {
  readonly name: string;
  readonly version: string;
  /** Hexadecimal, of its zip. */
  readonly digests: Readonly<Partial<Record<"sha1" | "sha256" | "sha512", string>>>;
  /** Ranges of ours, by what is needed: "PostgreSQL", or an extension. */
  readonly requires: ReadonlyMap<string, string>;
  /** Libraries that the server has to load at its start. */
  readonly preload: readonly string[];
}

/** Reads META.json of version 1 or 2 (pgxn.org/spec, pgxn_meta); undefined for what is neither. */
export function readMeta(value: unknown): Meta | undefined {
  const meta = table(value);
  const { name, version } = meta;
  if (typeof name !== "string" || typeof version !== "string") return undefined;
  const isSecond = text(table(meta["meta-spec"])["version"]).startsWith("2.");
  return { name, version, ...(isSecond ? second(meta) : first(meta)) };
}

type Facts = Omit<Meta, "name" | "version">;
type Table = Readonly<Record<string, unknown>>;

function first(meta: Table): Facts {
  const phases = table(meta["prereqs"]);
  const needs = ["runtime", "build", "configure"].flatMap((phase) => entriesOf(table(phases[phase])["requires"]));
  const requires = new Map(needs.map(([name, range]) => [name, rangeOf(range)]));
  return { digests: digestsOf(meta), requires, preload: [] };
}

function second(meta: Table): Facts {
  const dependencies = table(meta["dependencies"]);
  const postgres = table(dependencies["postgres"])["version"];
  const phases = table(dependencies["packages"]);
  const needs = ["run", "build", "configure"].flatMap((phase) => entriesOf(table(phases[phase])["requires"]));
  const extensions = needs.flatMap(([purl, range]) => {
    // Others are packages of systems and languages: whoever builds has them, or the build says what is missing.
    const name = /^pkg:(?:pgxn|postgres)\/([^@?#/]+)/.exec(purl)?.[1];
    return name === undefined ? [] : [[decodeURIComponent(name), rangeOf(range)] as const];
  });
  const modules = Object.entries(table(table(meta["contents"])["modules"]));
  return {
    digests: { ...digestsOf(meta), ...digestsOf(table(payloadOf(meta)["digests"])) },
    requires: new Map([...(postgres === undefined ? [] : [["PostgreSQL", rangeOf(postgres)] as const]), ...extensions]),
    // A comma or a quote would say more than one library to the server.
    preload: modules.flatMap(([name, module]) =>
      table(module)["preload"] === "server" && /^[\w.-]+$/.test(name) ? [name] : [],
    ),
  };
}

/** What PGXN has signed of a release: a JSON Web Signature, whose payload is base64url. */
function payloadOf(meta: Table): Table {
  try {
    const payload = text(table(table(meta["certs"])["pgxn"])["payload"]);
    return table(JSON.parse(Buffer.from(payload, "base64url").toString("utf8")));
  } catch {
    return {};
  }
}

function digestsOf(from: Table): Meta["digests"] {
  const known = (["sha1", "sha256", "sha512"] as const).filter((name) => /^[0-9a-f]+$/i.test(text(from[name])));
  return Object.fromEntries(known.map((name) => [name, text(from[name]).toLowerCase()]));
}

/** PGXN's bare version means "at least", a comma "and"; one version that is excepted (!=) is not understood, and let in. */
function rangeOf(range: unknown): string {
  const parts = String(range)
    .split(",")
    .map((part) => part.trim().replace(/^==/, "="))
    .filter((part) => !part.startsWith("!="));
  return parts.map((part) => (part === "0" || part === "" ? "*" : /^\d/.test(part) ? `>=${part}` : part)).join(" ");
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return Object.entries(table(value));
}

function table(value: unknown): Table {
  return typeof value === "object" && value !== null ? (value as Table) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The versions of a distribution: stable ones, and those of testing and unstable where they are asked for. */
export function readReleases(document: unknown, pre: boolean): readonly string[] {
  const releases = table(table(document)["releases"]);
  const found = (pre ? ["stable", "testing", "unstable"] : ["stable"]).flatMap((status) => {
    const list = releases[status];
    return Array.isArray(list) ? list.map((release) => text(table(release)["version"])) : [];
  });
  return [...new Set(found)].filter((version) => version !== "");
}

/** The distribution that a document of an extension names; undefined where it has no release that counts. */
export function readDistribution(document: unknown, pre: boolean): string | undefined {
  const found = (pre ? ["stable", "testing", "unstable"] : ["stable"]).map((status) =>
    text(table(table(document)[status])["dist"]),
  );
  return found.find((dist) => dist !== "");
}
