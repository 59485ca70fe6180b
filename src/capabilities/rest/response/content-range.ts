import type { RowRange } from "../request/index.ts";

/** `0-9/100`, or `0-9` of an unknown number; a star where there are no rows, and where nobody counted. */
export function contentRange(first: number, last: number, total: number | null): string {
  const rows = total !== 0 && first <= last ? `${first}-${last}` : "*";
  return `${rows}/${total ?? "*"}`;
}

/** The status and Content-Range of a page of rows. */
export function pageRange(
  { offset }: RowRange,
  pageCount: number,
  totalCount: number | null,
): { readonly status: 200 | 206 | 416; readonly range: string } {
  const range = contentRange(offset, offset + pageCount - 1, totalCount);
  if (totalCount === null) return { status: 200, range };
  if (offset > totalCount) return { status: 416, range };
  return { status: pageCount < totalCount ? 206 : 200, range };
}
