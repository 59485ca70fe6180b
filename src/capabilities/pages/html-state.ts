/**
 * Where in an HTML document a place is, as far as escaping is concerned: a small part of the tokenizer of the HTML
 * standard (section 13.2.5), enough to tell text from attributes, scripts and the rest.
 */
export interface HtmlState {
  readonly kind:
    | "text"
    | "tag-open"
    | "tag-name"
    | "tag"
    | "attribute-name"
    | "after-name"
    | "before-value"
    | "value"
    | "comment"
    | "declaration"
    | "raw"
    /** Between branches that end differently inside a tag: only a blank, "/" or ">" may follow. */
    | "tag-break";
  /** The element whose tag, or whose raw content, this is. */
  readonly element: string;
  readonly closing: boolean;
  readonly attribute: string;
  /** `"`, `'` or "" of an attribute's value. */
  readonly quote: string;
  /** What a URL attribute holds so far while its scheme is still open; undefined once it is settled. */
  readonly scheme: string | undefined;
}

/** Why a template's own text can't be followed; `index` counts from the start of the text given. */
export interface HtmlProblem {
  readonly index: number;
  readonly message: string;
  readonly hint: string;
}

export const textState: HtmlState = {
  kind: "text",
  element: "",
  closing: false,
  attribute: "",
  quote: "",
  scheme: undefined,
};

/** Elements whose content is no markup. */
const rawElements = new Set([
  "script",
  "style",
  "xmp",
  "iframe",
  "noembed",
  "noframes",
  "plaintext",
  "title",
  "textarea",
]);

const urlAttributes = new Set(
  "href src action formaction poster cite data background manifest longdesc ping srcset imagesrcset xlink:href".split(
    " ",
  ),
);

/**
 * The state after `text`; calls `report` once at what is dangerous by itself, `watch` after each step that leads
 * elsewhere.
 */
export function advance(
  state: HtmlState,
  text: string,
  report: Report,
  watch: (before: HtmlState, after: HtmlState) => void,
): HtmlState {
  let current = state;
  let at = 0;
  while (at < text.length) {
    const step = next(current, text, at, report);
    if (step.state.kind !== current.kind) watch(current, step.state);
    current = step.state;
    at = step.at;
  }
  return current;
}

/** The state behind two branches, or undefined where they can't be told apart any more. */
export function join(one: HtmlState, other: HtmlState): HtmlState | undefined {
  if (same(one, other)) return one;
  if (
    one.kind === "value" &&
    other.kind === "value" &&
    same({ ...one, scheme: undefined }, { ...other, scheme: undefined })
  ) {
    return { ...one, scheme: one.scheme ?? other.scheme };
  }
  const inTag = (state: HtmlState): boolean =>
    ["tag", "attribute-name", "after-name", "tag-break"].includes(state.kind);
  const alike = one.element === other.element && one.closing === other.closing;
  return inTag(one) && inTag(other) && alike ? { ...one, kind: "tag-break", attribute: "" } : undefined;
}

/** Whether both are the same place. */
export function same(one: HtmlState, other: HtmlState): boolean {
  return (Object.keys(one) as (keyof HtmlState)[]).every((key) => one[key] === other[key]);
}

interface Step {
  readonly state: HtmlState;
  readonly at: number;
}

type Report = (problem: HtmlProblem) => void;
type Stepper = (state: HtmlState, text: string, at: number, report: Report) => Step;

const next: Stepper = (state, text, at, report) => steppers[state.kind](state, text, at, report);

const steppers: Readonly<Record<HtmlState["kind"], Stepper>> = {
  text: (_state, text, at) => fromText(text, at),
  "tag-open": fromTagOpen,
  "tag-name": fromTagName,
  tag: (state, text, at) => fromTag(state, text.charAt(at), at),
  "tag-break": fromTagBreak,
  "attribute-name": fromAttributeName,
  "after-name": fromAfterName,
  "before-value": (state, text, at) => fromBeforeValue(state, text.charAt(at), at),
  value: fromValue,
  comment: (state, text, at) => until(text, at, /--!?>/, state),
  declaration: (state, text, at) => until(text, at, />/, state),
  raw: fromRaw,
};

function fromText(text: string, at: number): Step {
  const open = text.indexOf("<", at);
  if (open === -1) return { state: textState, at: text.length };
  return { state: { ...textState, kind: "tag-open" }, at: open + 1 };
}

function fromTagOpen(state: HtmlState, text: string, at: number): Step {
  const char = text.charAt(at);
  if (/[a-zA-Z]/.test(char)) return { state: { ...state, kind: "tag-name" }, at };
  if (state.closing)
    return char === ">" ? { state: textState, at: at + 1 } : { state: { ...textState, kind: "declaration" }, at };
  if (char === "/") return { state: { ...state, closing: true }, at: at + 1 };
  if (text.startsWith("!--", at)) return afterCommentStart(text, at + 3);
  if (char === "!" || char === "?") return { state: { ...textState, kind: "declaration" }, at: at + 1 };
  return { state: textState, at };
}

function fromTagName(state: HtmlState, text: string, at: number): Step {
  const char = text.charAt(at);
  if (/[\s/>]/.test(char)) return { state: { ...state, kind: "tag" }, at };
  return { state: { ...state, element: state.element + char.toLowerCase() }, at: at + 1 };
}

function fromTagBreak(state: HtmlState, text: string, at: number, report: Report): Step {
  if (!/[\s/>]/.test(text.charAt(at))) {
    report({ index: at, message: "an attribute's name depends on a block", hint: "put a blank after the block" });
  }
  return { state: { ...state, kind: "tag" }, at };
}

function fromAttributeName(state: HtmlState, text: string, at: number): Step {
  const char = text.charAt(at);
  if (/[\s/>]/.test(char)) return { state: { ...state, kind: "after-name" }, at };
  if (char === "=") return { state: { ...state, kind: "before-value" }, at: at + 1 };
  return { state: { ...state, attribute: state.attribute + char.toLowerCase() }, at: at + 1 };
}

function fromAfterName(state: HtmlState, text: string, at: number): Step {
  const char = text.charAt(at);
  if (/\s/.test(char)) return { state, at: at + 1 };
  if (char === "=") return { state: { ...state, kind: "before-value" }, at: at + 1 };
  return { state: { ...state, kind: "tag", attribute: "" }, at };
}

/** `<!-->` and `<!--->` are whole comments. */
function afterCommentStart(text: string, at: number): Step {
  const abrupt = /^-?>/.exec(text.slice(at, at + 2));
  if (abrupt) return { state: textState, at: at + abrupt[0].length };
  return { state: { ...textState, kind: "comment" }, at };
}

function fromTag(state: HtmlState, char: string, at: number): Step {
  if (char === ">") return { state: afterTag(state), at: at + 1 };
  if (/[\s/]/.test(char)) return { state, at: at + 1 };
  return { state: { ...state, kind: "attribute-name", attribute: char.toLowerCase() }, at: at + 1 };
}

function afterTag(state: HtmlState): HtmlState {
  const raw = !state.closing && rawElements.has(state.element);
  return raw ? { ...textState, kind: "raw", element: state.element } : textState;
}

function fromBeforeValue(state: HtmlState, char: string, at: number): Step {
  if (/\s/.test(char)) return { state, at: at + 1 };
  if (char === ">") return { state: afterTag(state), at: at + 1 };
  const scheme = urlAttributes.has(state.attribute) ? "" : undefined;
  const quoted = char === '"' || char === "'";
  return { state: { ...state, kind: "value", quote: quoted ? char : "", scheme }, at: quoted ? at + 1 : at };
}

function fromValue(state: HtmlState, text: string, at: number, report: Report): Step {
  const char = text.charAt(at);
  if (state.quote === "" && char === ">") return { state: afterTag(state), at: at + 1 };
  if (state.quote === "" ? /\s/.test(char) : char === state.quote) {
    return { state: { ...state, kind: "tag", attribute: "", quote: "", scheme: undefined }, at: at + 1 };
  }
  if (state.scheme === undefined) return { state, at: at + 1 };
  return { state: { ...state, scheme: extendScheme(state, char, at, report) }, at: at + 1 };
}

function extendScheme(state: HtmlState, char: string, at: number, report: Report): string | undefined {
  // A list of URLs: each of them may begin anywhere, so that it never settles.
  if (state.attribute.endsWith("srcset")) return "";
  if (/[/?#]/.test(char)) return undefined;
  if (char !== ":") return (state.scheme ?? "") + char;
  if (/^(javascript|vbscript)$/i.test((state.scheme ?? "").replaceAll(/[\s\p{Cc}]/gu, ""))) {
    report({
      index: at,
      message: "javascript: addresses are not allowed",
      hint: "listen to the event in a script of public/",
    });
  }
  return undefined;
}

function fromRaw(state: HtmlState, text: string, at: number, report: Report): Step {
  const rest = text.slice(at);
  const end = new RegExp(`</${state.element}(?=[\\s/>])`, "i").exec(rest);
  const content = end ? rest.slice(0, end.index) : rest;
  const hidden = /title|textarea/.test(state.element) ? /<[a-z]/i.exec(content) : /<!--/.exec(content);
  if (hidden) {
    report({
      index: at + hidden.index,
      message: `${hidden[0]} inside of <${state.element}> is read differently by different parsers`,
      hint: "write &lt; in text, and leave comments out of scripts",
    });
  }
  if (!end) return { state, at: text.length };
  return {
    state: { ...textState, kind: "tag", element: state.element, closing: true },
    at: at + end.index + end[0].length,
  };
}

function until(text: string, at: number, end: RegExp, state: HtmlState): Step {
  const found = end.exec(text.slice(at));
  if (!found) return { state, at: text.length };
  return { state: textState, at: at + found.index + found[0].length };
}
