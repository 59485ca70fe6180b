import { AppError } from "../../errors/index.ts";
import { fieldsOf, type Fields } from "./request.ts";

/** The media types of forms that pages read. */
export const formTypes: readonly string[] = ["application/x-www-form-urlencoded", "multipart/form-data"];

/** The fields of a form's body; throws WD529 for a broken one, for files and for too many fields. */
export async function readForm(body: Buffer, contentType: string, maxFields: number): Promise<Fields> {
  const entries = contentType.startsWith("multipart/")
    ? await multipartEntries(body, contentType)
    : urlencodedEntries(body, maxFields);
  refuseMoreThan(maxFields, entries.length);
  return fieldsOf(entries);
}

/** Counted before they are parsed: URLSearchParams takes seconds for the 500,000 fields that 1 MB can hold. */
function urlencodedEntries(body: Buffer, maxFields: number): readonly (readonly [string, string])[] {
  let fields = 1;
  for (const byte of body) if (byte === ampersand) fields += 1;
  // A last "&" begins no field.
  refuseMoreThan(maxFields, body.at(-1) === ampersand ? fields - 1 : fields);
  return [...new URLSearchParams(body.toString("utf8"))];
}

const ampersand = 0x26;

function refuseMoreThan(maxFields: number, fields: number): void {
  if (fields <= maxFields) return;
  throw new AppError("WD529", "the form has too many fields", { detail: `${fields}, of ${maxFields} allowed` });
}

/** Node's own parser (WHATWG Fetch, formData); the server has limited the body's size before. */
async function multipartEntries(body: Buffer, contentType: string): Promise<readonly (readonly [string, string])[]> {
  const form = await parseMultipart(body, contentType);
  return [...form].flatMap(([name, value]) => {
    if (typeof value === "string") return [[name, value] as const];
    // What a browser sends for a file field that was left empty.
    if (value.size === 0 && value.name === "") return [];
    throw new AppError("WD529", `the field ${name} carries a file, and pages take no files yet`, {
      hint: "leave the file out, or take it in a route of server.ts",
    });
  });
}

async function parseMultipart(body: Buffer, contentType: string): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(body), { headers: { "content-type": contentType } }).formData();
  } catch (error) {
    throw new AppError("WD529", "the form can't be read", {
      detail: "its body is no multipart/form-data",
      cause: error,
    });
  }
}
