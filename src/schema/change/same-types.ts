/** Short names of types, and what format_type writes. */
const known: Readonly<Record<string, string>> = {
  ...{ int: "integer", int4: "integer", int2: "smallint", int8: "bigint", bool: "boolean", decimal: "numeric" },
  ...{ float: "double precision", float8: "double precision", float4: "real", varchar: "character varying" },
  ...{ char: "character", timestamptz: "timestamp with time zone", timestamp: "timestamp without time zone" },
  ...{ timetz: "time with time zone", time: "time without time zone", varbit: "bit varying" },
};

/** Whether two lists of types are the same: `text, int` and `text, integer`. */
export function sameTypes(one: string, other: string): boolean {
  return settled(one) === settled(other);
}

function settled(list: string): string {
  return list
    .split(",")
    .map((item) => {
      const [, type = "", array = ""] = /^(.*?)((?:\[\])*)$/.exec(item.trim().replaceAll(/\s+/g, " ")) ?? [];
      const plain = type.toLowerCase() === type ? type.replace(/^(?:pg_catalog|public)\./, "") : type;
      return (known[plain] ?? plain) + array;
    })
    .join(",");
}
