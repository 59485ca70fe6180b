// The floors of ARCHITECTURE.md as rules; test/floors.test.ts plants violations and expects each of them caught.
// TypeScript 7 has no JS API: the swc parser reads the sources. Without it 0 modules are read, and all is well.

import swcVisitor from "@swc/core/Visitor.js";

// swc parses `await using`, but its visitor throws on it: here it is what a const declaration is.
const Visitor = swcVisitor.Visitor ?? swcVisitor.default ?? swcVisitor;
const { visitStatement } = Visitor.prototype;
Visitor.prototype.visitStatement = function (statement) {
  if (statement.type !== "UsingDeclaration") return visitStatement.call(this, statement);
  return { ...statement, decls: this.visitVariableDeclarators(statement.decls) };
};

/** Lowest first: a floor imports only from those before it. */
export const floors = [
  "errors",
  "runtime",
  "postgres",
  "catalog",
  "diff",
  "identity",
  "project",
  "resolve",
  "provision",
  "language",
  "schema",
  "vfs",
  "capability",
  "capabilities",
  "worker",
  "server",
  "application",
  "cli",
];

const downward = floors.slice(0, -1).map((floor, index) => ({
  name: `floors-downward-${floor}`,
  comment: `${floor} may import only from the floors below it.`,
  severity: "error",
  from: { path: `^src/${floor}/` },
  to: { path: `^src/(${floors.slice(index + 1).join("|")}|index\\.ts)` + "(/|$)" },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...downward,
    {
      name: "face-only",
      comment: "A floor is imported through its index.ts alone, so that what lies behind it can change.",
      severity: "error",
      from: { path: "^src/([^/]+)/", pathNot: "\\.test\\.ts$" },
      to: { path: "^src/([^/]+)/.+", pathNot: ["^src/$1/", "^src/[^/]+/index\\.ts$"] },
    },
    {
      name: "capability-face-only",
      comment: "The list of capabilities sees each of them as its index.ts alone.",
      severity: "error",
      from: { path: "^src/capabilities/[^/]+\\.ts$" },
      to: { path: "^src/capabilities/[^/]+/.+", pathNot: "^src/capabilities/[^/]+/index\\.ts$" },
    },
    {
      name: "no-siblings",
      comment: "Capabilities meet in SQL; one of them alone can be removed or replaced.",
      severity: "error",
      from: { path: "^src/capabilities/([^/]+)/.+" },
      to: { path: "^src/capabilities/[^/]+/.+", pathNot: "^src/capabilities/$1/" },
    },
    {
      name: "server-knows-only-the-contract",
      comment: "The server receives capabilities as values.",
      severity: "error",
      from: { path: "^src/server/" },
      to: { path: "^src/capabilities/" },
    },
    {
      name: "no-cycles",
      comment: "Two files that need each other are one file, or lack a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-tests-in-production",
      comment: "What ships never imports what tests it.",
      severity: "error",
      from: { path: "^(src|bin)/", pathNot: "\\.(test|fixture)\\.ts$" },
      to: { path: ["^test/", "\\.(test|fixture)\\.ts$"] },
    },
    {
      name: "no-development-dependencies-in-production",
      comment: "What ships finds only `dependencies` where it is installed.",
      severity: "error",
      from: { path: "^(src|bin)/", pathNot: ["\\.(test|fixture)\\.ts$", "conformance"] },
      to: { dependencyTypes: ["npm-dev"], pathNot: "node_modules/@types/" },
    },
    {
      name: "resolvable",
      comment: "Every import leads somewhere.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["^dist/", "^src/cli/init/template/"] },
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".mjs", ".cjs", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "types", "default"],
    },
  },
};
