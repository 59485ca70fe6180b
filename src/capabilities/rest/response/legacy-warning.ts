import { interfaceVersion } from "../interface-version.ts";
import { headerValue, type Header } from "./rest-response.ts";

/** Warning (RFC 7234, 5.5) for filters, orders and limits that name an embedded resource instead of its alias. */
export function legacyWarning(
  targets: readonly { readonly name: string; readonly alias: string }[],
): readonly Header[] {
  if (targets.length === 0) return [];
  const changes = targets.map(({ name, alias }) => `\`${name}\` to \`${alias}\``).join(", ");
  const text =
    "Embedded resource was referenced by relation name even though it has an alias. " +
    "This is deprecated and will stop working in a future release. " +
    `Update ${changes} in query string filters, orders or limits.`;
  return [["Warning", headerValue(`299 PostgRESTv${interfaceVersion} "${text}"`)]];
}
