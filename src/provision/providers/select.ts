import { AppError } from "../../errors/index.ts";
import type { PostgresConfig } from "../../project/index.ts";
import { parseVersionRequest } from "../../resolve/index.ts";
import type { Provider, ProviderContext } from "../provider.ts";
import { debianArchitecture, suiteOfMajor } from "./deb-suites.ts";
import { debProvider } from "./deb.ts";
import { embedded } from "./embedded.ts";
import { ownPlatform, platformName, type Platform } from "./platform.ts";
import { system } from "./system.ts";

/** The provider that howdah.toml names; undefined for "url", where there is nothing to provide. */
export function providerFor(postgres: Pick<PostgresConfig, "provider" | "deb">): Provider | undefined {
  switch (postgres.provider) {
    case "embedded":
      return withAlternatives(embedded);
    case "deb":
      return debProvider(postgres.deb);
    case "system":
      return system;
    case "url":
      return undefined;
    default:
      return postgres.provider satisfies never;
  }
}

/** What withAlternatives looks at; this machine's own by default. */
export interface Alternatives {
  readonly platform?: Platform | undefined;
  readonly system?: Provider | undefined;
}

/**
 * The provider, whose error for a version or platform that it has no build of (WD360, WD361) also says what the others
 * would give: an installed Postgres first, because it costs nothing, then Debian's packages.
 *
 * Another provider is never taken on its own: what a project runs on is its howdah.toml's decision.
 */
export function withAlternatives(provider: Provider, others: Alternatives = {}): Provider {
  return {
    ...provider,
    resolve: async (version, context) => {
      try {
        return await provider.resolve(version, context);
      } catch (thrown) {
        if (!(thrown instanceof AppError) || !["WD360", "WD361"].includes(thrown.code)) throw thrown;
        const { platform = ownPlatform(), system: installed = system } = others;
        throw enriched(thrown, [await systemOffer(version, context, installed), debOffer(version, platform)]);
      }
    },
  };
}

/** What one provider would give: a line for the detail, and the setting that takes it, if it gives anything. */
interface Offer {
  readonly line: string;
  readonly setting?: string;
}

async function systemOffer(version: string, context: ProviderContext, provider: Provider): Promise<Offer> {
  try {
    const found = await provider.resolve(version, context);
    return {
      line: `provider "system" has Postgres ${found.version} (${found.source})`,
      setting: 'provider = "system"',
    };
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return { line: `provider "system" finds none: ${thrown.message}` };
  }
}

function debOffer(version: string, platform: Platform): Offer {
  const { major } = parseVersionRequest(version);
  if (debianArchitecture(platform) === undefined) {
    return { line: `provider "deb" has nothing for ${platformName(platform)}` };
  }
  const suite = suiteOfMajor.get(major);
  if (suite === undefined) return { line: `provider "deb" has no Postgres ${major} by default` };
  return { line: `provider "deb" has the newest Postgres ${major} (Debian ${suite})`, setting: 'provider = "deb"' };
}

function enriched(error: AppError, offers: readonly Offer[]): AppError {
  const [first] = offers.flatMap(({ setting }) => setting ?? []);
  const hint = first && `set ${first} in [postgres] of howdah.toml`;
  return new AppError(error.code, error.message, {
    detail: [error.detail, ...offers.map(({ line }) => line)].filter(Boolean).join("\n"),
    hint: [error.hint, hint].filter(Boolean).join("; or ") || undefined,
    cause: error.cause,
  });
}
