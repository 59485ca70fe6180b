import { codes, type CodeEntry } from "../../src/errors/index.ts";

/** Floors by the first digit of their codes; see src/errors/codes.ts. */
const groups: readonly (readonly [range: RegExp, title: string])[] = [
  [/^WD0[0-3]/, "Commands"],
  [/^WD0/, "The running application"],
  [/^WD1/, "The project and howdah.toml"],
  [/^WD2/, "Connections and statements"],
  [/^WD3/, "Postgres provisioned"],
  [/^WD4/, "Migrations, functions and roles"],
  [/^WD5[01]/, "The server"],
  [/^WD5/, "Pages"],
  [/^WD6/, "Capabilities"],
  [/^WD7/, "Extensions"],
];

/** The text of docs/errors.md: every code with its explanation. */
export function errorsPage(): string {
  const entries: readonly (readonly [string, CodeEntry])[] = Object.entries(codes);
  const taken = new Set<string>();
  const sections = groups.map(([range, title]) => {
    const own = entries
      .filter(([code]) => range.test(code) && !taken.has(code))
      .toSorted(([one], [other]) => (one < other ? -1 : 1));
    for (const [code] of own) taken.add(code);
    return [`## ${title}`, ...own.map(([code, entry]) => section(code, entry))].join("\n\n");
  });
  const left = entries.filter(([code]) => !taken.has(code));
  if (left.length > 0) throw new Error(`no group for ${left.map(([code]) => code).join(", ")}`);
  return `${[head, ...sections].join("\n\n")}\n`;
}

const head = `# Errors

<!-- Written by scripts/write-docs.ts from src/errors: edit the explanations there. -->

Every error of howdah has a code: WD and three digits. \`howdah explain WD411\` prints what stands here. Codes of five
characters that are not WD (23505, 42P01 …) are Postgres's own: they are passed on beside ours, and the PostgreSQL manual
lists them in appendix A. A code is never given a second meaning.`;

function section(code: string, { title, explanation, exitCode, status }: CodeEntry): string {
  const facts = [`Exit code ${exitCode}`, ...(status === undefined ? [] : [`HTTP status ${status}`])];
  return [`### ${code}`, `**${escape(title)}**`, escape(explanation), `${facts.join(" · ")}.`].join("\n\n");
}

/** Text as Markdown that shows it unchanged. */
function escape(text: string): string {
  return text.replaceAll(/[<*]/g, String.raw`\$&`);
}
