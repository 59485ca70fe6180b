/** What `--example` prints: a file with the defaults, each with a word on what it does. */
export const exampleConfig = `## Where /live, /ready and /metrics are answered; nowhere unless a port is given
# admin-server-port = 3001

## "verbose" or "minimal": whether errors have details and hints
# client-error-verbosity = "verbose"

## Whether select may ask for count(), sum() and the like
# db-aggregates-enabled = false

## The role of requests without a token; without it they are refused
# db-anon-role = "anon"

## The channel on which NOTIFY asks for a reload
db-channel = "pgrst"
db-channel-enabled = true

## Whether the database may hold settings, and the function that sets them
db-config = true
# db-pre-config = "postgrest.pre_config"

## Schemas of the search_path besides those that are exposed
db-extra-search-path = "public"

## Settings of functions that hold for the whole transaction
# db-hoisted-tx-settings = "statement_timeout,plan_filter.statement_cost_limit,default_transaction_isolation"

## Rows of one answer at most
# db-max-rows = 1000

## Whether a request may ask for its plan (Accept: application/vnd.pgrst.plan)
# db-plan-enabled = false

## Connections, and seconds to wait for one, to keep an unused one, and to keep one at all
db-pool = 10
# db-pool-acquisition-timeout = 10
# db-pool-max-idletime = 30
# db-pool-max-lifetime = 1800

## Whether a lost connection is made anew
# db-pool-automatic-recovery = true

## A function that is called ahead of each request
# db-pre-request = "schema.function"

## Off: no statement is kept from one request to the next
db-prepared-statements = true

## A function that answers the root
# db-root-spec = "schema.function"

## Schemas that are exposed, the default one first
db-schemas = "public"

## How transactions end: commit, commit-allow-override, rollback or rollback-allow-override
db-tx-end = "commit"

## Where the database is
## https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
db-uri = "postgresql://"

## What the claim aud has to name
# jwt-aud = "audience"

## Where the claims hold the role
jwt-role-claim-key = "$$.role"

## A secret, a JWK or a JWKS, or the address of a JWKS; "@file" reads it from a file
# jwt-secret = "a_secret_of_at_least_32_characters"
jwt-secret-is-base64 = false

## Verified tokens that are remembered; 0 for none
# jwt-cache-max-entries = 1000

## crit, error, warn, info or debug
log-level = "error"
log-query = false

## The description at the root: follow-privileges, ignore-privileges or disabled
openapi-mode = "follow-privileges"
openapi-security-active = false
openapi-server-proxy-uri = ""

## Origins whose pages may call the API; every one unless some are named
# server-cors-allowed-origins = ""

## Beyond PostgREST: OpenAPI 3.1 at /openapi.json, and a page that shows and tries the API at /openapi.html
# howdah-openapi-published = false

## Beyond PostgREST: after=, distinct=, order=column.op(<->)."value", PATCH with match=, Accept: application/x-ndjson
# howdah-keyset = false
# howdah-distinct = false
# howdah-order-by-operator = false
# howdah-bulk-update = false
# howdah-ndjson = false

## Beyond PostgREST: requests that may be sent as one, in one transaction
# howdah-batch-requests = 20

## Beyond PostgREST: * stands for the columns that the role may read
# howdah-permitted-columns = false

## Beyond PostgREST: what roles may ask for, a part for each (window in seconds)
# howdah-limits = "web_anon requests=100 window=60 per=subject max-rows=1000; writer requests=1000 per=role"

## Beyond PostgREST: the longest body of a request in bytes
# howdah-max-body = 67108864

## Beyond PostgREST: ETag, If-None-Match and If-Match
# howdah-etags = false

## Beyond PostgREST: the size in bytes from which answers are compressed
# howdah-compress-from = 1024

server-host = "!4"
server-port = 3000
server-reuseport = false

## Whether answers say how long each stage took
server-timing-enabled = false

## A request header that the answer repeats
# server-trace-header = "X-Request-Id"

## A socket instead of the port
# server-unix-socket = "/tmp/pgrst.sock"
# server-unix-socket-mode = "660"

## Whether filters may name an embedded table though it has an alias
url-use-legacy-target-names = true
`;
