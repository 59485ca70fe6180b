import type { Config, ServerConfig } from "../../src/project/index.ts";

/** A howdah.toml with nothing but its name, for tests of what stands above it. */
export function testConfig(server: Partial<ServerConfig> = {}): Config {
  return {
    name: "test",
    postgres: { version: "18", provider: "url", settings: {} },
    server: {
      host: "127.0.0.1",
      port: 0,
      maxBodyBytes: 1024 * 1024,
      allowedHosts: [],
      pool: 4,
      workers: 1,
      acquireTimeoutMs: 2000,
      statementTimeoutMs: 10_000,
      ...server,
    },
    roles: { anon: "anon", authenticated: "authenticated", serviceRole: "service_role" },
    capabilities: [],
    settings: {},
  };
}
