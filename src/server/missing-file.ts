import { pathSegments } from "../capability/index.ts";

/**
 * The file of the project that would answer at a path: pages/blog/new.html for /blog/new, public/logo.svg for /logo.svg;
 * undefined where no file can (hidden names, other spellings).
 */
export function missingFile(path: string): string | undefined {
  const segments = pathSegments(path)?.filter((segment, index, all) => segment !== "" || index < all.length - 1);
  if (segments === undefined || segments.some((segment) => /^$|^[._]|[/\\[\]\p{Cc}]/u.test(segment))) return undefined;
  const name = segments.length === 0 ? "index" : segments.join("/");
  if (name.endsWith(".html")) return `pages/${name}`;
  return /\.\w+$/.test(name) ? `public/${name}` : `pages/${name}.html`;
}
