import { AppError } from "../../errors/index.ts";
import { fieldsOf, type Fields } from "./request.ts";

/** The media types of forms that pages read. */
export const formTypes: readonly string[] = ["application/x-www-form-urlencoded", "multipart/form-data"];

/** The fields of a form's body; throws WD529 for a broken one, for files and for too many fields. */
export async function readForm(body: Buffer, contentType: string, maxFields: number): Promise<Fields> {
  const entries = contentType.startsWith("multipart/")
    ? await multipartEntries(body, contentType)
    : [...new URLSearchParams(body.toString("utf8"))];
  if (entries.length > maxFields) {
    throw new AppError("WD529", "the form has too many fields", {
      detail: `${entries.length}, of ${maxFields} allowed`,
    });
  }
  return fieldsOf(entries);
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
