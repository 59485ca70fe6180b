import { AppError } from "../../errors/index.ts";
import type { Fact } from "../fact.ts";
import type { Kind } from "../kind.ts";
import { ident } from "../name.ts";

/**
 * Subscriptions: read so that a difference is seen, but never made, altered or dropped. Their connection strings hold
 * passwords, which are not read; dropping one takes its slot, and with it the place in the stream, from the publisher.
 */
export const subscription: Kind = {
  kind: "subscription",
  query: "subscription",
  noun: (fact) => `subscription ${ident(fact.name)}`,
  create: (fact) => refuse(fact, "it is wanted, but does not exist"),
  drop: (fact) => refuse(fact, "it exists, but is not wanted"),
  alter: (from, to) => {
    const names = Object.keys(to.props).filter((name) => String(from.props[name]) !== String(to.props[name]));
    return refuse(to, `these differ: ${names.join(", ")}`);
  },
};

function refuse(fact: Fact, detail: string): never {
  throw new AppError("WD468", `subscription ${ident(fact.name)} has to be changed by hand`, {
    detail,
    hint: "create, alter or drop it where it belongs; howdah compares it, and reads no connection string",
  });
}
