// Shows openapi.json, and tries what it describes, with the token and the schema that are chosen above it.
const { SwaggerUIBundle } = globalThis;
const form = document.querySelector("#bar");
const token = document.querySelector("#token");
const schema = document.querySelector("#schema");
const failure = document.querySelector("#failure");

/** Headers of every request: a token is kept in this page alone, and is gone with it. */
function credentials() {
  return token.value.trim() === "" ? {} : { Authorization: `Bearer ${token.value.trim().replace(/^Bearer +/i, "")}` };
}

async function readDocument() {
  const profile = schema.value === "" ? {} : { "Accept-Profile": schema.value };
  const response = await fetch("openapi.json", { headers: { ...credentials(), ...profile } });
  const body = await response.json();
  if (response.ok) return body;
  throw new Error(`${response.status}: ${body.message ?? response.statusText}`);
}

/** The schemas that there are stand in the document, where there are several. */
function showSchemas(api) {
  const { enum: names = [], default: chosen } = api.components.parameters.acceptProfile?.schema ?? {};
  schema.replaceChildren(...names.map((name) => new Option(name, name, false, name === chosen)));
  document.querySelector("#schemas").hidden = names.length === 0;
}

async function show() {
  failure.hidden = true;
  try {
    const spec = await readDocument();
    showSchemas(spec);
    document.title = spec.info.title;
    document.querySelector("#title").textContent = spec.info.title;
    render(spec);
  } catch (error) {
    failure.textContent = `The API does not say what it is: ${error.message}`;
    failure.hidden = false;
  }
}

// The token above is for all of it, so nothing else asks for one; and there is one server, which is this one.
const nothing = () => () => null;
const ownBar = () => ({
  wrapComponents: {
    authorizeBtn: nothing,
    authorizeOperationBtn: nothing,
    OpenAPIVersion: nothing,
  },
});

function render(spec) {
  SwaggerUIBundle({
    spec: { ...spec, servers: spec.servers.map(({ url }) => ({ url: new URL(url, location.href).href })) },
    dom_id: "#api",
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    filter: true,
    persistAuthorization: false,
    tryItOutEnabled: true,
    validatorUrl: null,
    plugins: [ownBar],
    requestInterceptor: (request) => ({ ...request, headers: { ...request.headers, ...credentials() } }),
  });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void show();
});
schema.addEventListener("change", () => void show());
void show();
