// The development client: takes what changed into the open page, and shows errors over it.
// Served at /_howdah/client.js; never in production. See live.ts for the messages.
// idiomorph is served beside this script, and stands elsewhere on the disk.
const { Idiomorph } = await import(new URL("idiomorph.js", import.meta.url));

const ours = document.querySelector('script[src="/_howdah/client.js"]');
const posted = ours.dataset.method !== "GET";
const storageKey = `howdah:${location.pathname}`;
let state = ours.dataset.state;
let failure = null;
let pageError = readError(document);
let work = Promise.resolve();

function connect(delay) {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/_howdah/live`);
  let opened = false;
  socket.addEventListener("message", ({ data }) => {
    opened = true;
    receive(JSON.parse(data));
  });
  socket.addEventListener("close", () => {
    const wait = opened ? 200 : Math.min(delay * 1.5, 2000);
    setTimeout(() => connect(wait), wait);
  });
}

function receive(message) {
  failure = message.failure;
  drawOverlay();
  if (message.state === state) return;
  state = message.state;
  // One after the other: a morph that overtakes another would bring back what is old.
  work = work.then(() => refresh(message.refresh ?? "page")).catch((error) => console.warn("howdah:", error));
}

async function refresh(kind) {
  if (kind === "reload") return reload();
  swapStyles();
  if (kind === "page") await morphPage();
}

/** Asks for every stylesheet of ours again; the old one goes when the new one has come. */
function swapStyles() {
  for (const link of document.querySelectorAll('link[rel~="stylesheet"][href]')) {
    const url = new URL(link.href);
    if (url.origin !== location.origin) continue;
    const next = link.cloneNode();
    url.searchParams.set("howdah", state);
    next.href = url.href;
    next.addEventListener("load", () => link.remove());
    next.addEventListener("error", () => next.remove());
    link.after(next);
  }
}

async function morphPage() {
  const response = await fetch(location.href, { headers: { accept: "text/html" }, cache: "no-store" });
  const fresh = new DOMParser().parseFromString(await htmlOf(response), "text/html");
  const error = readError(fresh);
  const shown = readError(document);
  if (shown) return JSON.stringify(error) === JSON.stringify(shown) ? undefined : reload();
  if (error) {
    pageError = error;
    return drawOverlay();
  }
  if (!isHtml(response) || response.redirected || scriptsOf(fresh) !== scriptsOf(document)) return reload();
  pageError = null;
  drawOverlay();
  alignWithDocument(fresh);
  const kept = captureForms(posted);
  const place = captureFocus();
  const [left, top] = [scrollX, scrollY];
  Idiomorph.morph(document.documentElement, fresh.documentElement, {
    head: { style: "merge" },
    ignoreActiveValue: true,
    callbacks: {
      beforeNodeRemoved: (node) => node.nodeName !== "HOWDAH-OVERLAY",
      // What the user has opened stays open.
      beforeAttributeUpdated: (name, node) => !(name === "open" && /^(DETAILS|DIALOG)$/.test(node.nodeName)),
    },
  });
  restoreForms(kept);
  restoreFocus(place);
  scrollTo({ left, top, behavior: "instant" });
}

function isHtml(response) {
  return (response.headers.get("content-type") ?? "").startsWith("text/html");
}

/** The document's policy knows the nonce it came with, and no other: the new page takes that one. */
async function htmlOf(response) {
  const html = await response.text();
  const nonce = /'nonce-([^']+)'/.exec(response.headers.get("content-security-policy") ?? "")?.[1];
  return nonce ? html.replaceAll(nonce, ours.nonce) : html;
}

/** What runs on a page: when that changes, only loading it anew gives the new behaviour. */
function scriptsOf(page) {
  return [...page.querySelectorAll("script")]
    .filter((script) => script.getAttribute("src") !== "/_howdah/client.js")
    .map((script) => `${script.getAttribute("src")} ${script.textContent}`)
    .join("\n");
}

/** Stylesheets that were swapped keep their address. */
function alignWithDocument(fresh) {
  const current = new Map();
  for (const link of document.querySelectorAll('link[rel~="stylesheet"][href]')) {
    current.set(plainAddress(link.getAttribute("href")), link.getAttribute("href"));
  }
  for (const link of fresh.querySelectorAll('link[rel~="stylesheet"][href]')) {
    link.setAttribute("href", current.get(plainAddress(link.getAttribute("href"))) ?? link.getAttribute("href"));
  }
}

function plainAddress(href) {
  const url = new URL(href, location.href);
  url.searchParams.delete("howdah");
  return url.href;
}

// --- what forms hold ---

const silent = new Set(["hidden", "submit", "button", "reset", "image", "file"]);

function controls() {
  return [...document.querySelectorAll("input, textarea, select")].filter((control) => !silent.has(control.type));
}

/** Names a control so that it is found in another version of the page. */
function keysOf(list) {
  const seen = new Map();
  return list.map((control) => {
    const form = control.form ? control.form.id || control.form.getAttribute("action") || "form" : "";
    const choice = /^(radio|checkbox)$/.test(control.type) ? control.getAttribute("value") : "";
    const key = JSON.stringify([form, control.name || control.id, control.type, choice]);
    seen.set(key, (seen.get(key) ?? 0) + 1);
    return `${key}#${seen.get(key)}`;
  });
}

function valueOf(control) {
  if (/^(radio|checkbox)$/.test(control.type)) return control.checked;
  if (control.localName === "select") return [...control.selectedOptions].map((option) => option.value);
  return control.value;
}

function isTouched(control) {
  if (/^(radio|checkbox)$/.test(control.type)) return control.checked !== control.defaultChecked;
  if (control.localName !== "select") return control.value !== control.defaultValue;
  const standard = [...control.options].filter((option) => option.defaultSelected).map((option) => option.value);
  if (standard.length === 0 && !control.multiple)
    standard.push(...[...control.options].slice(0, 1).map((o) => o.value));
  return JSON.stringify(standard) !== JSON.stringify(valueOf(control));
}

/** Values that the user has put in; all of them on the answer to a POST, where the server has put them in again. */
function captureForms(everything) {
  const list = controls();
  const keys = keysOf(list);
  return list.flatMap((control, index) =>
    everything || isTouched(control)
      ? [{ key: keys[index], type: control.type, value: valueOf(control), control }]
      : [],
  );
}

function restoreForms(kept) {
  const list = controls();
  const keys = keysOf(list);
  for (const { key, type, value, control } of kept) {
    const target = control?.isConnected ? control : list[keys.indexOf(key)];
    if (!target || target.type !== type) continue;
    if (typeof value === "boolean") target.checked = value;
    else if (Array.isArray(value)) for (const option of target.options) option.selected = value.includes(option.value);
    else if (target.value !== value) target.value = value;
  }
}

function captureFocus() {
  const active = document.activeElement;
  const list = controls();
  const index = list.indexOf(active);
  if (index === -1) return null;
  return { key: keysOf(list)[index], control: active, start: active.selectionStart, end: active.selectionEnd };
}

function restoreFocus(place) {
  if (!place) return;
  const list = controls();
  const target = place.control?.isConnected ? place.control : list[keysOf(list).indexOf(place.key)];
  if (!target) return;
  if (document.activeElement !== target) target.focus({ preventScroll: true });
  // Only text fields have a caret that can be set.
  if (typeof place.start === "number" && target.selectionStart !== null)
    target.setSelectionRange(place.start, place.end);
}

// --- loading anew ---

function reload() {
  const forms = captureForms(posted).filter(({ type }) => type !== "password");
  const focus = captureFocus();
  const saved = {
    forms: forms.map(({ key, type, value }) => ({ key, type, value })),
    focus: focus && { ...focus, control: undefined },
    scroll: [scrollX, scrollY],
  };
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(saved));
  } catch {
    // Storage is full or forbidden: the page is loaded without what was typed.
  }
  // Reloading the answer to a POST would ask whether to send the form again.
  if (posted) location.replace(location.pathname + location.search);
  else location.reload();
}

function restoreAfterReload() {
  const saved = JSON.parse(sessionStorage.getItem(storageKey) ?? "null");
  sessionStorage.removeItem(storageKey);
  if (!saved) return;
  restoreForms(saved.forms);
  restoreFocus(saved.focus);
  scrollTo({ left: saved.scroll[0], top: saved.scroll[1], behavior: "instant" });
}

// --- errors ---

function readError(page) {
  const data = page.getElementById("howdah-error");
  return data ? JSON.parse(data.textContent) : null;
}

function drawOverlay() {
  document.querySelector("howdah-overlay")?.remove();
  // The page of an error shows its error itself.
  const error = failure ?? (readError(document) ? null : pageError);
  if (!error) return;
  const host = document.createElement("howdah-overlay");
  const root = host.attachShadow({ mode: "open" });
  // A style element would need the page's nonce; a constructed sheet needs none.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(overlayStyle);
  root.adoptedStyleSheets = [sheet];
  const box = add(root, "section", "");
  box.setAttribute("role", "alertdialog");
  box.setAttribute("aria-label", "error");
  const close = add(box, "button", "×");
  close.title = "hide (Esc)";
  close.addEventListener("click", () => host.remove());
  for (const one of error.errors ?? [error]) drawError(box, one);
  document.documentElement.append(host);
}

function drawError(box, error) {
  add(box, "p", error.code, "code");
  add(box, "h1", error.message);
  const { position } = error;
  if (position) add(box, "p", `${position.file}:${position.line}:${position.column}`, "place");
  if (error.frame) add(box, "pre", error.frame);
  if (error.detail) add(box, "p", error.detail);
  if (error.hint) add(box, "p", error.hint, "hint");
}

function add(parent, name, text, className) {
  const element = document.createElement(name);
  element.textContent = text;
  if (className) element.className = className;
  parent.append(element);
  return element;
}

const overlayStyle = `
  :host { all: initial; position: fixed; inset: 0; z-index: 2147483647; background: rgb(0 0 0 / 55%); overflow: auto; }
  section { position: relative; box-sizing: border-box; max-width: 60rem; margin: 6vh auto; padding: 1.5rem 2rem;
    background: #181818; color: #f2f2f2; border-top: 4px solid #ff5c5c; border-radius: 6px; font: 15px/1.5 system-ui, sans-serif; }
  h1 { font-size: 1.25rem; margin: 0.25rem 0 0.5rem; overflow-wrap: anywhere; }
  p { margin: 0.4rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
  pre { background: #262626; padding: 0.75rem 1rem; overflow: auto; font: 13px/1.5 ui-monospace, monospace; }
  .code { color: #ff8a8a; font-weight: 600; margin: 0; }
  .place { font-family: ui-monospace, monospace; color: #9cc7ff; }
  .hint { font-weight: 600; }
  button { all: unset; position: absolute; top: 0.75rem; right: 1rem; font-size: 1.5rem; cursor: pointer; padding: 0 0.4rem; }
  button:focus-visible { outline: 2px solid #9cc7ff; }
`;

addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelector("howdah-overlay")?.remove();
});

// Last, because it uses what is defined above.
restoreAfterReload();
connect(200);
