import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { test } from "node:test";
import { smtpServer } from "../../../../test/support/smtp-server.ts";
import { commentOnIssue } from "./issue.ts";
import { sendMail } from "./mail.ts";

const facts = {
  ...{
    package: "my_api",
    version: "1.9.0",
    databases: "shop1, shop2",
    mode: "safe",
    environment: "live",
    product: "shop",
  },
  ...{ issue: "SHOP-7", issue_link: "", vcs: "0123abc", vcs_link: "" },
};

test("a deployment is mailed to everybody who is listed, with its facts in the text", async (t) => {
  const { port, mails } = await smtpServer(t);
  await sendMail(
    {
      ...{
        type: "SMTP",
        host: "127.0.0.1",
        port,
        TLS: false,
        from: "db@example.org",
        to: ["a@example.org", "b@example.org"],
      },
      ...{ subject: "{package} {version}", body: "on {databases}\n.hidden {unknown}" },
      credentials: { username: "me", password: "secret" },
    },
    facts,
  );
  const [mail] = mails;
  assert.deepEqual(
    [mail?.login, mail?.from, mail?.to],
    [":me:secret", "db@example.org", ["a@example.org", "b@example.org"]],
  );
  assert.match(mail?.text ?? "", /^Subject: my_api 1\.9\.0$/m);
  assert.match(mail?.text ?? "", /\non shop1, shop2\n\.hidden \{unknown\}\n*$/);
});

test("a mail that is not taken, or must not be sent in the clear, is told", async (t) => {
  const { port } = await smtpServer(t);
  const settings = { type: "SMTP", host: "127.0.0.1", port, from: "db@example.org", to: "nobody@example.org" };
  await assert.rejects(sendMail(settings, facts), { code: "WD653", detail: /nobody here/ });
  await assert.rejects(sendMail({ ...settings, TLS: true, to: "a@example.org" }, facts), { code: "WD653" });
  await assert.rejects(sendMail({ ...settings, port: 1 }, facts), { code: "WD653", detail: /ECONNREFUSED/ });
  await assert.rejects(sendMail({ ...settings, to: 7 }, facts), { code: "WD662" });
});

test("a deployment is commented on its issue, with the tracker's login", async (t) => {
  const asked: object[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      asked.push({ url: request.url, method: request.method, authorization: request.headers.authorization, body });
      response.statusCode = request.url?.includes("SHOP-7") === true ? 201 : 404;
      response.end('{"errorMessages":["Issue Does Not Exist"]}');
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/rest/api/2/`;
  const settings = {
    type: "JIRA",
    url,
    username: "me",
    password: "secret",
    "comment-body": "{package} is on {databases}",
  };
  await commentOnIssue(settings, facts);
  assert.deepEqual(asked, [
    {
      url: "/rest/api/2/issue/SHOP-7/comment",
      method: "POST",
      authorization: `Basic ${Buffer.from("me:secret").toString("base64")}`,
      body: { body: "my_api is on shop1, shop2" },
    },
  ]);
  await assert.rejects(commentOnIssue(settings, { ...facts, issue: "NONE-1" }), {
    code: "WD653",
    detail: /404.*Does Not Exist/,
  });
});
