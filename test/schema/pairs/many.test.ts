import { runPairs } from "../../support/run-pairs.ts";

await runPairs(import.meta.url);
