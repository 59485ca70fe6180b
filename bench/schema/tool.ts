/** What turns one database's schema into another's: howdah, or a peer. */
export interface Tool {
  readonly name: string;
  /** The statements, as one text, that take the first to the second. */
  plan(from: string, to: string): Promise<string>;
  /** Plans and applies, with all that the tool calls unsafe allowed. */
  change(from: string, to: string, renames: readonly Rename[]): Promise<void>;
}

/** Keys of facts before and after: what a hint says. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

/** What a process of its own is asked to do; see tool-main.ts. */
export interface ToolRequest {
  readonly what: "plan" | "change";
  readonly from: string;
  readonly to: string;
  readonly renames?: readonly Rename[];
}

/** What it answers. */
export interface ToolAnswer {
  readonly error?: string | undefined;
  readonly ms: number;
  /** The most memory that the process has held so far. */
  readonly megabytes: number;
}
