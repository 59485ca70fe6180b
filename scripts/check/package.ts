import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

/** What the package must hold: each pattern matches one file at least. */
const required = [
  /^bin\/howdah\.js$/,
  /^dist\/index\.js$/,
  /^dist\/index\.d\.ts$/,
  /^dist\/testing\.js$/,
  /^dist\/cli\/main\.js$/,
  /^dist\/cli\/init\/template\/howdah\.toml$/,
  /^dist\/cli\/init\/template\/gitignore$/,
  /^dist\/cli\/psql\/sql\/relations\.sql$/,
  /^dist\/provision\/.*supervisor.*\.js$/,
  /^dist\/capabilities\/pages\/.*\.js$/,
  /^schema\/howdah\.schema\.json$/,
  /^docs\/.+\.md$/,
  /^LICENSE$/,
  /^README\.md$/,
  /^llms\.txt$/,
];

/** What must not leave the repository. */
const forbidden = [/\.test\./, /\.fixture\./, /(^|\/)test\//, /^src\//, /\.tsbuildinfo$/, /(^|\/)\.howdah\//, /\.map$/];

/** Packs the package as it would be published, and says what is wrong with it; "" when nothing is. */
export async function checkPackage(root: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "howdah-pack-"));
  try {
    const packed = spawnSync("npm", ["pack", "--json", "--pack-destination", folder], { cwd: root, encoding: "utf8" });
    if (packed.status !== 0) return `npm pack failed:\n${packed.stdout}${packed.stderr}`;
    const { filename, files } = packResult(packed.stdout);
    const paths = files.map(({ path }) => path);
    return [...contentProblems(paths), ...(await lintProblems(join(folder, filename)))].join("\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface PackResult {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** npm 10 and 11 print a list, npm 12 an object keyed by name. */
function packResult(json: string): PackResult {
  const [result] = Object.values(JSON.parse(json) as Readonly<Record<string, PackResult>>);
  if (result === undefined) throw new Error(`npm pack told of no package: ${json}`);
  return result;
}

function contentProblems(files: readonly string[]): readonly string[] {
  const missing = required.filter((pattern) => !files.some((file) => pattern.test(file)));
  const extra = files.filter((file) => forbidden.some((pattern) => pattern.test(file)));
  return [
    ...missing.map((pattern) => `the package has no file like ${pattern.source}`),
    ...extra.map((file) => `the package must not have ${file}`),
  ];
}

async function lintProblems(tarball: string): Promise<readonly string[]> {
  const { buffer } = new Uint8Array(readFileSync(tarball));
  const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
  return messages.map((message) => formatMessage(message, pkg) ?? message.code);
}
