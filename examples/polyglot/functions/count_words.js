// How many words a text has.
//
// @grant anon
// sql: count_words(text text) returns integer immutable strict
export function countWords(text) {
  return text.split(/\s+/).filter((word) => word !== "").length;
}
