import { formatPackageVersion, readPackageVersion, type PackageVersion } from "../../resolve/index.ts";

/**
 * A version as whoever makes an extension writes it: "0.8.7", "1.6", "2.23.1+dfsg", "1.8.0~rc0", "8.4.8.10". What Debian has
 * taken counts as released. What has more than three numbers is compared by the first three; what is none at all as 0.0.0.
 */
export function readExtensionVersion(text: string): PackageVersion {
  const plain = text.replace(/[+](?:dfsg|ds|debpgdg|git|deb).*$/i, "").replace(/~.*$/, "");
  const three = /^v?\d+(?:\.\d+){3,}/.test(plain) ? plain.replace(/^(v?\d+(?:\.\d+){2}).*$/, "$1") : plain;
  return readPackageVersion(three) ?? { major: 0, minor: 0, patch: 0, pre: [] };
}

/** The range that `howdah add` writes for a version: what stays compatible with it. */
export function rangeFor(version: PackageVersion): string {
  const { major, minor, pre } = version;
  if (pre.length > 0) return `^${formatPackageVersion(version)}`;
  return major > 0 ? `^${major}.${minor}` : `^0.${minor}`;
}
