import Handlebars from "handlebars";
import { AppError, nearest } from "../../errors/index.ts";
import type { SourceFile } from "./source-place.ts";
import { positionAt } from "./source-place.ts";
import { checkTemplate, type NameSite } from "./template-check.ts";
import { innerHelpers, templateHelpers, type Formats } from "./template-helpers.ts";
import type { Program } from "./template-syntax.ts";

/** What a template sees beside its data, in every depth: {{@nonce}}, {{@path}}, {{@method}}, {{@status}}. */
export interface TemplateFacts {
  readonly nonce: string;
  readonly path: string;
  readonly method: string;
  readonly status: number;
}

/** A template, compiled: data → HTML. Throws WD522 (development) and WD532. */
export type Template = (data: object, facts: TemplateFacts) => string;

export interface TemplateOptions {
  readonly formats: Formats;
  /** True: names that the data doesn't have are errors, with the nearest name; false: they print nothing. */
  readonly strict: boolean;
}

/** The templates of one state of the project: its partials, and what compiles a page against them. */
export interface TemplateSet {
  /** Throws WD520, WD521 and WD523 with the position. */
  compile(file: SourceFile): Template;
  /** Compiles every partial, so that a broken one that no page uses is found too. */
  checkPartials(): void;
}

/** Partials by name: "_nav" is pages/_nav.html. */
export function templateSet(partials: ReadonlyMap<string, SourceFile>, options: TemplateOptions): TemplateSet {
  return new Templates(partials, options);
}

// The default, said aloud: without it Handlebars also warns on the console.
const ownPropertiesOnly = { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false };

class Templates implements TemplateSet {
  readonly #env = Handlebars.create();
  readonly #sites: NameSite[] = [];
  readonly #partials: ReadonlyMap<string, SourceFile>;
  readonly #strict: boolean;
  readonly #known: ReadonlySet<string>;
  readonly #names: ReadonlySet<string>;
  readonly #registered = new Set<string>();

  constructor(partials: ReadonlyMap<string, SourceFile>, options: TemplateOptions) {
    this.#partials = partials;
    this.#strict = options.strict;
    const helpers = templateHelpers(options.formats);
    this.#known = new Set(Object.keys(helpers));
    this.#env.unregisterHelper("log");
    this.#env.registerHelper({ ...helpers, ...innerHelpers, "@value": this.#lookup });
    this.#names = new Set(partials.keys());
  }

  compile(file: SourceFile): Template {
    const render = this.#compile(file);
    return (data, facts) => {
      try {
        return render(data, { ...ownPropertiesOnly, data: { ...facts } });
      } catch (error) {
        throw renderingError(error, file);
      }
    };
  }

  checkPartials(): void {
    for (const [name, file] of this.#partials) this.#register(name, file);
  }

  #compile(file: SourceFile): Handlebars.TemplateDelegate<object> {
    const program = parse(file);
    checkTemplate(file, program, {
      helpers: this.#known,
      partials: new Set([...this.#names, ...inlineNames(program)]),
      sites: this.#strict ? this.#sites : undefined,
    });
    for (const name of choosesPartial(program) ? this.#names : usedPartials(program)) {
      const partial = this.#partials.get(name);
      if (partial) this.#register(name, partial);
    }
    return this.#env.compile<object>(program, {
      knownHelpers: Object.fromEntries(Object.keys(this.#env.helpers).map((name) => [name, true])),
      knownHelpersOnly: true,
      preventIndent: true,
    });
  }

  #register(name: string, file: SourceFile): void {
    if (this.#registered.has(name)) return;
    this.#registered.add(name);
    try {
      this.#env.registerPartial(name, this.#compile(file));
    } catch (error) {
      this.#registered.delete(name);
      throw error;
    }
  }

  /** {{name}} where the name has to be there: null is a value, undefined is a name that nobody gave. */
  readonly #lookup = (value: unknown, parent: unknown, index: unknown): unknown => {
    if (value !== undefined || parent === null) return value;
    const site = this.#sites[index as number];
    if (site === undefined) return value;
    const names = typeof parent === "object" ? Object.keys(parent) : [];
    const near = nearest(site.name, names);
    throw new AppError("WD522", `${site.path} is not there`, {
      detail: names.length === 0 ? "nothing is there to take it from" : `there are ${names.join(", ")}`,
      hint: near === undefined ? undefined : `did you mean ${near}?`,
      position: { file: site.file.path, line: site.loc.start.line, column: site.loc.start.column + 1 },
      source: site.file.text,
    });
  };
}

function parse(file: SourceFile): Program {
  try {
    return Handlebars.parse(file.text, { srcName: file.path }) as unknown as Program;
  } catch (error) {
    throw syntaxError(error as Error & { readonly lineNumber?: number; readonly column?: number }, file);
  }
}

/** The parser tells the place of a mismatch as numbers, that of any other error as a drawing in its message. */
function syntaxError(
  error: Error & { readonly lineNumber?: number; readonly column?: number },
  file: SourceFile,
): AppError {
  const lines = error.message.split("\n");
  const line = error.lineNumber ?? Number(/on line (\d+)/.exec(lines[0] ?? "")?.[1] ?? 1);
  const drawn = error.lineNumber === undefined && lines.length >= 4;
  const message = drawn ? (lines.at(-1) ?? "") : error.message.replace(/ - \d+:\d+$/, "");
  const column = drawn ? drawnColumn(lines, line, file) : (error.column ?? 0) + 1;
  return new AppError("WD520", "the template can't be read", {
    detail: message,
    hint: "every {{#block}} is closed by {{/block}}, every {{ by }}",
    position: { file: file.path, line, column },
    source: file.text,
    cause: error,
  });
}

/** The drawing shows up to 20 characters before the place, without line ends, and a caret: found again in the file. */
function drawnColumn(lines: readonly string[], line: number, file: SourceFile): number {
  const [, shown = "", caret = ""] = lines;
  const before = shown.slice(0, caret.indexOf("^")).replace(/^\.\.\./, "");
  const start = file.text
    .split("\n")
    .slice(0, line - 1)
    .join("\n").length;
  for (let index = Math.max(0, start - 200); index <= file.text.length; index += 1) {
    const tail = file.text.slice(Math.max(0, index - before.length - 40), index).replaceAll(/\r?\n/g, "");
    const position = positionAt(file, index);
    if (position.line === line && tail.endsWith(before)) return position.column;
    if (position.line > line) break;
  }
  return 1;
}

function renderingError(error: unknown, file: SourceFile): AppError {
  if (error instanceof AppError) return error;
  const endless = error instanceof RangeError;
  return new AppError("WD532", endless ? "partials include each other without end" : "the template failed", {
    detail: error instanceof Error ? error.message : String(error),
    position: { file: file.path, line: 1, column: 1 },
    source: file.text,
    cause: error,
  });
}

function usedPartials(node: unknown): ReadonlySet<string> {
  return collect(node, (part) => (isPartial(part) ? nameIn(part["name"]) : undefined));
}

/** `{{> (lookup …)}}`: which partial it is shows only while rendering. */
function choosesPartial(node: unknown): boolean {
  const chosen = collect(node, (part) =>
    isPartial(part) && (part["name"] as { readonly type?: unknown }).type === "SubExpression" ? "chosen" : undefined,
  );
  return chosen.size > 0;
}

function isPartial(part: Readonly<Record<string, unknown>>): boolean {
  return part["type"] === "PartialStatement" || part["type"] === "PartialBlockStatement";
}

function inlineNames(node: unknown): ReadonlySet<string> {
  return collect(node, (part) => {
    if (part["type"] !== "DecoratorBlock") return undefined;
    return nameIn((part["params"] as readonly unknown[])[0]);
  });
}

function nameIn(node: unknown): string | undefined {
  const { original, value } = (node ?? {}) as { readonly original?: unknown; readonly value?: unknown };
  const name = value ?? original;
  return typeof name === "string" ? name : undefined;
}

function collect(
  node: unknown,
  pick: (part: Readonly<Record<string, unknown>>) => string | undefined,
): ReadonlySet<string> {
  const found = new Set<string>();
  const walk = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    if (Array.isArray(part)) return part.forEach(walk);
    const name = pick(part as Readonly<Record<string, unknown>>);
    if (name !== undefined) found.add(name);
    Object.values(part).forEach(walk);
  };
  walk(node);
  return found;
}
