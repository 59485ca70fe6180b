/**
 * The shell script that runs an unpacked Chromium with the libraries and fonts beside it, by the host's own loader and
 * C library. It names no absolute path, so that it works in whichever folder it stands.
 */
export function wrapperScript(triplet: string): string {
  // libpulse's own folder: Debian has written its absolute path into the library.
  const folders = [`usr/lib/${triplet}`, `lib/${triplet}`, `usr/lib/${triplet}/pulseaudio`];
  return `#!/bin/sh
root=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) || exit 1
export LD_LIBRARY_PATH="${folders.map((folder) => `$root/${folder}`).join(":")}"
export FONTCONFIG_FILE="$root/fonts.conf"
exec "$root/usr/lib/chromium/chromium-headless-shell" "$@"
`;
}

/**
 * Makes the unpacked fonts the only ones, so that a picture is the same on every machine. What has no font of its own,
 * `system-ui` among it, is drawn in the last one: else it would be the first file that is found.
 */
export const fontsConfig = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
${[
  ["sans-serif", "Liberation Sans"],
  ["system-ui", "Liberation Sans"],
  ["Arial", "Liberation Sans"],
  ["Helvetica", "Liberation Sans"],
  ["serif", "Liberation Serif"],
  ["Times New Roman", "Liberation Serif"],
  ["monospace", "Liberation Mono"],
  ["Courier New", "Liberation Mono"],
]
  .map(([family, font]) => `  <alias><family>${family}</family><prefer><family>${font}</family></prefer></alias>`)
  .join("\n")}
  <match target="pattern">
    <edit name="family" mode="append_last"><string>Liberation Sans</string></edit>
  </match>
</fontconfig>
`;
