/** One entry of an Accept header with its weight. */
export interface Preference {
  readonly value: string;
  /** 0 to 1; 0 refuses. */
  readonly q: number;
}

/** The entries of Accept or Accept-Encoding (RFC 9110, 12.4.2); what has no valid weight is left out. */
export function preferences(header: string): readonly Preference[] {
  return header.split(",").flatMap((part) => {
    const [value = "", ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    const q = weight === undefined ? 1 : /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(weight) ? Number(weight) : Number.NaN;
    return value === "" || Number.isNaN(q) ? [] : [{ value, q }];
  });
}

/** Whether a client would rather have HTML than JSON: browsers name text/html, programs send nothing or any type. */
export function prefersHtml(accept: string | undefined): boolean {
  if (accept === undefined || !accept.includes("text/html")) return false;
  const entries = preferences(accept);
  const weight = (...names: readonly string[]): number =>
    Math.max(0, ...entries.filter(({ value }) => names.includes(value)).map(({ q }) => q));
  return weight("text/html") > 0 && weight("text/html") >= weight("application/json", "application/problem+json");
}
