import type { CodeEntry } from "./code-entry.ts";

/** Codes of what is resolved, fetched and unpacked (the second half of WD3xx); see codes.ts for the ranges. */
export const resolveCodes = {
  WD350: {
    title: "not a Postgres version",
    explanation:
      'A Postgres version is asked for as a major ("18", the newest 18.x that the provider has) or as a major and a ' +
      'minor ("17.10", exactly that one). Ranges, operators and three numbers are not understood: Postgres has none.',
    exitCode: 2,
  },
  WD351: {
    title: "a registry or mirror can't be reached",
    explanation:
      "The host that serves the download did not answer: there is no network, its name is not known, a proxy or a " +
      "firewall is in between, or its certificate is not trusted. Several attempts were made. npm's own configuration " +
      "(registry, proxy, cafile, in .npmrc or npm_config_…) and HTTP_PROXY, HTTPS_PROXY, NO_PROXY and " +
      "NODE_EXTRA_CA_CERTS are honoured. What is in howdah's cache already is used without any network.",
    exitCode: 1,
  },
  WD352: {
    title: "a registry or mirror refused",
    explanation:
      "The host answered with an HTTP status that is no success: 404 where it does not have what was asked for, 401 or " +
      "403 where it wants credentials (npm's own, in .npmrc), 5xx where it is in trouble itself. Look at the address " +
      "in the detail; a private registry may simply not mirror this package.",
    exitCode: 1,
  },
  WD353: {
    title: "a download is not what it should be",
    explanation:
      "The bytes that arrived do not have the hash that the registry, the signed index or howdah.lock promised. They " +
      "were removed and never used. A proxy that rewrites downloads or a half-updated mirror are the usual reasons: " +
      "try again, then compare with another network. If the hash in howdah.lock is the odd one out, somebody changed " +
      "a published file: don't take the new hash before you know why.",
    exitCode: 1,
  },
  WD354: {
    title: "the disk is full",
    explanation:
      "No space was left (or a quota was reached) while something was written to howdah's cache. What was half-written " +
      "has been removed. Make room, or set HOWDAH_CACHE to a folder on another disk. An unpacked Postgres takes 60 MB " +
      "(embedded) to 250 MB (deb).",
    exitCode: 1,
  },
  WD355: {
    title: "a transfer broke off",
    explanation:
      "The connection ended, or stayed silent for too long, before all bytes had arrived, several times over. Nothing of " +
      "it was used. Run the command again; files that had arrived completely are not fetched twice.",
    exitCode: 1,
  },
  WD356: {
    title: "an archive was refused",
    explanation:
      "The archive is damaged, or one of its members would be written outside of the folder it is unpacked into (an " +
      "absolute path, a '..' or a link that leads out). Nothing of it was used. Its hash was right, so this is how it " +
      "was published: tell its publisher.",
    exitCode: 1,
  },
  WD357: {
    title: "the cache can't be used",
    explanation:
      "howdah's cache folder can't be written, or, when howdah runs as root, the unprivileged user that the server runs " +
      "as can't reach it: every folder above it must be open to others (o+x). Set HOWDAH_CACHE to an absolute folder " +
      "that fits, e.g. /var/cache/howdah.",
    exitCode: 1,
  },
  WD358: {
    title: "interrupted",
    explanation: "The work was called off, usually by Ctrl-C. Nothing half-done is left that a later run would use.",
    exitCode: 1,
  },
  WD359: {
    title: "an answer makes no sense",
    explanation:
      "What a registry or mirror sent is not what its protocol says: not JSON, not a Debian index, or without the hash " +
      "that a download is checked against. A captive portal or a proxy's own page is the usual reason.",
    exitCode: 1,
  },
  WD360: {
    title: "no such Postgres version here",
    explanation:
      "The provider has no build of the version that howdah.toml asks for. The detail lists the nearest ones it has. " +
      "Minor versions lag behind Postgres's own in the embedded builds, and a Debian suite carries one version only, " +
      'the newest: ask for the major alone ("18") unless you need an exact one.',
    exitCode: 1,
  },
  WD361: {
    title: "the provider has no build for this platform",
    explanation:
      "Neither the embedded builds nor Debian's packages exist for every machine: both need glibc (not musl, as in " +
      "Alpine Linux), and Debian's packages need Linux on x64 or arm64. Use a Postgres of the system's own (provider = " +
      '"system") or one that runs elsewhere (provider = "url").',
    exitCode: 1,
  },
  WD362: {
    title: "a Debian release is not signed by a trusted key",
    explanation:
      "Everything that is taken from a Debian mirror hangs on the signature of its InRelease file. It is missing, does " +
      "not match, or was made by a key that is not in the keyring. Nothing was used. Debian's own keys come with howdah; " +
      "for any other repository name its key file: keyring in [postgres.deb] of howdah.toml.",
    exitCode: 1,
  },
  WD363: {
    title: "a Debian release is out of date",
    explanation:
      "The release file of this suite says that it is no longer valid (Valid-Until): the mirror has stopped following " +
      "Debian, or this machine's clock is wrong. An old release is refused because it would hide security updates. Use " +
      "another mirror: mirror in [postgres.deb] of howdah.toml. Where an old release is meant (a snapshot of the " +
      "archive), accept_expired = true in the same table takes it.",
    exitCode: 1,
  },
  WD364: {
    title: "a Debian package's dependency can't be met",
    explanation:
      "A package depends on another (or on a version of it) that none of the asked suites has. Debian's own suites are " +
      "complete, except sid for hours at a time; a private mirror may be partial.",
    exitCode: 1,
  },
  WD365: {
    title: "a Debian package has moved on",
    explanation:
      "The mirror no longer has this version of the package: Debian keeps the newest one only. Resolve again (remove " +
      "the Postgres entry from howdah.lock, or name the newer minor version in howdah.toml), and keep howdah's cache " +
      "where machines must install the same version later.",
    exitCode: 1,
  },
  WD366: {
    title: "an installed Postgres does not run",
    explanation:
      "Postgres was fetched and unpacked, but its server program could not tell its version: usually the machine's C " +
      "library is too old (the embedded builds need glibc 2.27), the file system forbids programs (noexec), or a " +
      "security policy stops them. The detail shows what it said.",
    exitCode: 1,
  },
  WD390: {
    title: "not a version",
    explanation:
      "The version of a package is three numbers, as semver.org describes them: 1.9.0, with -rc.1 behind them for a " +
      "pre-release. The original pgpm's way of writing them, 01_09_00, is read too.",
    exitCode: 2,
  },
  WD391: {
    title: "not a range of versions",
    explanation:
      "What a package asks of another is a range: ^1.4 (what may not break), ~1.4.2, >=1.5.0 <2, 1.4.x, =1.4.2, 1.2 - " +
      "1.4, several with || between them, x for any. The original pgpm's ways (1_2_3, 01_02_XX, >=1_2_0) are read too. A " +
      "whole version means itself alone; a pre-release is taken only where one is asked for.",
    exitCode: 2,
  },
  WD392: {
    title: "no versions satisfy all requirements",
    explanation:
      "Packages require each other in ranges, and no choice of versions meets all of them at once. The detail derives it " +
      "step by step from what the packages themselves say: loosen one of the requirements that it names, or publish a " +
      "version that meets them.",
    exitCode: 1,
  },
  WD393: {
    title: "packages need each other in a circle",
    explanation:
      "A package can be put into a database only when all that it needs is there, so packages that need each other, " +
      "directly or through others, can't be deployed at all. The message names the circle. Move what both need into a " +
      "package of its own.",
    exitCode: 1,
  },
  WD394: {
    title: "a repository has no such revision",
    explanation:
      "Git knows neither a branch nor a tag of that name in the repository. A commit has to be named by all of its 40 digits, " +
      "because servers give out whole names only.",
    exitCode: 2,
  },
} as const satisfies Readonly<Record<string, CodeEntry>>;
