import { AppError } from "../../../errors/index.ts";
import { parseUrl, type Target } from "../../../postgres/index.ts";

/**
 * A postgres:// URL, or libpq's keywords and values: "host=db1 port=5432 dbname=live user=dba" (PostgreSQL manual,
 * "Keyword/Value Connection Strings"), as the original pgpm took them. Throws WD204, never showing the text.
 */
export function parseConnectionString(text: string): Target {
  if (/^postgres(?:ql)?:\/\//.test(text.trim())) return parseUrl(text);
  const parameters = new URLSearchParams();
  let rest = text.trim();
  while (rest !== "") {
    const match = /^(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))\s*/s.exec(rest);
    if (match === null) throw refused();
    const [whole, key = "", quoted, plain = ""] = match;
    parameters.set(key, (quoted ?? plain).replaceAll(/\\(.)/gs, "$1"));
    rest = rest.slice(whole.length);
  }
  if (parameters.size === 0) throw refused();
  return parseUrl(`postgres://localhost/?${parameters.toString().replaceAll("+", "%20")}`);
}

function refused(): AppError {
  return new AppError("WD204", "the connection string can't be read", {
    detail: 'it is neither a postgres:// URL nor of the form "host=… port=… dbname=… user=…"',
  });
}
