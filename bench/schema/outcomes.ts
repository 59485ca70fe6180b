import type { Changed, Outcome } from "./changes.ts";

/** How often each outcome was a tool's. */
export interface Tally {
  readonly tool: string;
  readonly counts: Readonly<Record<Outcome, number>>;
}

const outcomes = ["identical", "error", "differs", "lost"] as const;

/** One row a tool, in the order in which they were asked. */
export function tally(changed: readonly Changed[]): readonly Tally[] {
  const tools = Object.keys(changed[0]?.outcomes ?? {});
  return tools.map((tool) => {
    const count = (outcome: Outcome): number => changed.filter((row) => row.outcomes[tool] === outcome).length;
    return {
      tool,
      counts: {
        identical: count("identical"),
        error: count("error"),
        differs: count("differs"),
        lost: count("lost"),
      },
    };
  });
}

/** A Markdown table of every change by every tool, and how often each outcome was whose. */
export function table(changed: readonly Changed[]): string {
  const tallies = tally(changed);
  const header = ["change", ...tallies.map(({ tool }) => tool)];
  const each = changed.map(({ change, outcomes: of }) => [change, ...tallies.map(({ tool }) => of[tool] ?? "")]);
  const sums = outcomes.map((outcome) => [`**${outcome}**`, ...tallies.map(({ counts }) => `**${counts[outcome]}**`)]);
  return [header, header.map(() => "---"), ...each, ...sums].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
