import type { FastifyInstance } from "fastify";

/** Which methods the routes of a server answer at a path, for 405 and OPTIONS. */
export interface AllowedMethods {
  /** Sorted, with OPTIONS; empty where no route but a catch-all matches. */
  at(path: string): readonly string[];
}

/** Collects the routes as they are added: create it before any of them. */
export function allowedMethods(fastify: FastifyInstance): AllowedMethods {
  const routes = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  fastify.addHook("onRoute", ({ url, method }) => {
    // The catch-all of pages answers for itself.
    if (url === "/*" || url === "*") return;
    const route = routes.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const one of [method].flat()) route.methods.add(one.toUpperCase());
    routes.set(url, route);
  });
  return {
    at(path) {
      const methods = new Set<string>();
      for (const route of routes.values()) {
        if (route.pattern.test(path)) for (const method of route.methods) methods.add(method);
      }
      if (methods.size > 0) methods.add("OPTIONS");
      return [...methods].toSorted();
    },
  };
}

/** A route's URL as find-my-way reads it: `:name`, with its own pattern perhaps, and `*`. */
function patternOf(url: string): RegExp {
  const parts = url.split(/(:[A-Za-z0-9_]+(?:\([^)]*\))?\??|\*)/);
  const source = parts.map((part) => {
    if (part === "*") return ".*";
    if (part.startsWith(":")) return "[^/]+";
    return part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return new RegExp(`^${source.join("")}$`);
}
