import assert from "node:assert/strict";
import { test } from "node:test";
import { commandsPage } from "../../scripts/docs/commands.ts";
import { errorsPage } from "../../scripts/docs/errors.ts";
import { commands } from "../../src/cli/commands.ts";
import { readPage } from "./page.ts";

test("docs/errors.md says what the table of codes says: node scripts/write-docs.ts", () => {
  assert.equal(readPage("docs/errors.md").text, errorsPage());
});

test("docs/commands.md shows each command's help as the program prints it: node scripts/write-docs.ts", () => {
  const { text, blocks } = readPage("docs/commands.md");
  assert.equal(text, commandsPage(text));
  const shown = blocks.map(({ words }) => words.join(" "));
  for (const { words, text: help } of blocks.filter((block) => block.words.at(-1) === "--help")) {
    assert.ok(help.startsWith(`Usage: ${words.slice(0, -1).join(" ")} `), `${words.join(" ")}: ${help}`);
  }
  for (const { name } of commands)
    assert.ok(
      shown.some((words) => words.startsWith(`howdah ${name} `)),
      name,
    );
});
