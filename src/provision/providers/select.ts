import { AppError } from "../../errors/index.ts";
import type { PostgresConfig } from "../../project/index.ts";
import type { Provider } from "../provider.ts";
import { debProvider } from "./deb.ts";
import { embedded } from "./embedded.ts";
import { system } from "./system.ts";

/** The provider that howdah.toml names; throws for `url`, which provisions nothing. */
export function providerFor(config: PostgresConfig): Provider {
  switch (config.provider) {
    case "embedded":
      return embedded;
    case "deb":
      return debProvider(config.deb);
    case "system":
      return system;
    case "url":
      throw new AppError("WD001", "a url is not provisioned");
    default:
      return config.provider satisfies never;
  }
}
