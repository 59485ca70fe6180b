/** True for what leaves nothing behind wherever it ends. */
export function isReading(text: string): boolean {
  const statement = text.replace(/^(?:\s*--[^\n]*\n)+/, "").trimStart();
  return (
    /^(?:select|set|reset|show|begin)\b/i.test(statement) ||
    (/^with\b/i.test(statement) && !/\b(?:insert into|update|delete from)\b/i.test(statement))
  );
}
