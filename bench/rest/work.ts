/** One point of the measurement: the same work as ours and as a hand-written server takes it. */
export interface Point {
  readonly name: string;
  /** Below the address of `howdah rest`. */
  readonly ours: string;
  /** Below the address of the hand-written server. */
  readonly peer: string;
  readonly method?: "POST";
  readonly body?: string;
  /** With a token, which the server verifies. */
  readonly token?: true;
  /** The same for PostGraphile, where it has it. */
  readonly graphql?: string;
  /** What pgbench runs behind the statement that takes role and claims. */
  readonly sql: string;
  /** At least so many times the server that does nothing but the query; undefined where another one is the measure. */
  readonly bareRatio?: number;
  readonly transactionRatio?: number;
}

const call = (records: number): string => `_records=${records}&_text=abc&_int=5&_ts=2024-01-01T00:00:00&_bool=true`;

const callPoint = (records: number, bareRatio: number): Point => ({
  name: `test_func_v1, ${records} record${records === 1 ? "" : "s"}`,
  ours: `/rpc/test_func_v1?${call(records)}`,
  peer: `/test_func_v1?${call(records)}`,
  sql: `select json_agg(row) from test_func_v1(${records}, 'abc', 5, '2024-01-01', true) as row`,
  bareRatio,
});

const key = {
  ours: "/customer?id=eq.4711&select=id,name,email,since",
  peer: "/customer/4711",
  sql: "select json_agg(row) from (select id, name, email, since from customer where id = 4711) as row",
} as const;

const entry = { author: "Ann", body: "What a fine day to write a row", rating: 5 };

export const points: readonly Point[] = [
  callPoint(1, 2.5),
  callPoint(10, 2.5),
  callPoint(100, 2.5),
  callPoint(500, 2.2),
  {
    name: "one row by key",
    ...key,
    graphql: "{ customerByRowId(rowId: 4711) { rowId name email since } }",
    bareRatio: 1,
  },
  { name: "one row by key, with a JWT", ...key, token: true, transactionRatio: 3 },
  {
    name: "20 rows, filtered, with an embed",
    graphql: `{ allPurchases(condition: { status: "open" }, orderBy: ROW_ID_ASC, first: 20) {
      nodes { rowId amount orderedAt customerByCustomerId { rowId name } } } }`,
    ours: "/purchase?status=eq.open&select=id,amount,ordered_at,customer(id,name)&order=id&limit=20",
    peer: "/purchases?status=open",
    sql: `select json_agg(row) from (
      select purchase.id, amount, ordered_at, row_to_json(c) as customer from purchase
      left join lateral (select id, name from customer where customer.id = customer_id) c on true
      where status = 'open' order by purchase.id limit 20) as row`.replaceAll(/\s+/g, " "),
    bareRatio: 1,
  },
  {
    name: "insert of one row",
    ours: "/entry",
    peer: "/entries",
    method: "POST",
    body: JSON.stringify(entry),
    sql: "insert into entry (author, body, rating) values ('Ann', 'What a fine day to write a row', 5)",
    bareRatio: 1,
  },
  {
    name: "insert of 100 rows",
    ours: "/entry",
    peer: "/entries",
    method: "POST",
    body: JSON.stringify(Array.from({ length: 100 }, () => entry)),
    sql: "insert into entry (author, body, rating) select 'Ann', 'What a fine day to write a row', 5 from generate_series(1, 100)",
    bareRatio: 1,
  },
];

/** The secret that all servers verify tokens with. */
export const secret = "a secret of the benchmarks, 32 characters or more";
