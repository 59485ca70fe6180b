import { STATUS_CODES } from "node:http";

/** Where PostgREST's server has another phrase than Node's; of a status that nobody knows it says none. */
const phrases: Readonly<Record<number, string>> = {
  203: "Non-Authoritative",
  413: "Request Entity Too Large",
  414: "Request-URI Too Long",
  416: "Requested Range Not Satisfiable",
  418: "I'm a teapot",
};

/** The phrase of the status line. */
export function reasonOf(status: number): string {
  return phrases[status] ?? STATUS_CODES[status] ?? "";
}
