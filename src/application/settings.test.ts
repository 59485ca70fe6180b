import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClusterNeeds } from "../capability/index.ts";
import { memoryTree } from "../project/index.ts";
import { testConfig } from "../../test/support/project-config.ts";
import type { Project } from "./application.ts";
import { clusterSettings } from "./settings.ts";

function settings(own: Readonly<Record<string, string>>, ...needs: readonly ClusterNeeds[]) {
  const config = testConfig();
  const project: Project = {
    ...{ root: "/project", tree: memoryTree(), reopen: () => Promise.reject(new Error("not in this test")) },
    config: { ...config, postgres: { ...config.postgres, settings: own } },
    capabilities: needs.map((need, index) => ({
      capability: { name: `c${index}`, needs: [], settings: () => ({}), cluster: () => need },
      settings: {},
    })),
  };
  return clusterSettings(project);
}

test("nothing needed and nothing set is nothing", () => {
  assert.deepEqual(settings({}), {});
});

test("the project's own settings hold against those of capabilities, a later capability's against an earlier one's", () => {
  const one = { settings: { wal_level: "replica", max_wal_senders: "4", work_mem: "1MB" } };
  const other = { settings: { wal_level: "logical", max_wal_senders: "8" } };
  assert.deepEqual(settings({ max_wal_senders: "16" }, one, other), {
    ...{ wal_level: "logical", max_wal_senders: "16", work_mem: "1MB" },
  });
});

test("libraries to preload are joined, each once, and none is lost to another", () => {
  const own = { shared_preload_libraries: "auto_explain, pg_cron,," };
  const needs = [{ preload: ["pg_stat_statements"] }, { preload: ["pg_cron", "pg_stat_statements"] }];
  assert.deepEqual(settings(own, ...needs), { shared_preload_libraries: "pg_stat_statements,pg_cron,auto_explain" });
});
