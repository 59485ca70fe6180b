export { knownLanguages, languageOf } from "./language.ts";
export type { Language } from "./language.ts";
export { readLanguageFacts } from "./language-facts.ts";
export type { LanguageFacts } from "./language-facts.ts";
export { translateFile } from "./translate.ts";
export type { TranslatedFile } from "./translate.ts";
export { textsOfGate } from "./gate-texts.ts";
export { workerSchema } from "./worker-sql.ts";
export type { Gate } from "./worker-sql.ts";
