import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { type AwsRequest, signAws } from "../../src/sources/aws-signature.ts";
import { spotHistoryRequest } from "../../src/sources/aws-spot.ts";
import { createHttp } from "../../src/sources/http.ts";
import { at } from "./fixture.ts";

/** The key and the time of AWS's published test suite. */
const keys = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};
const time = Date.UTC(2015, 7, 30, 12, 36);
const service = { service: "service", region: "us-east-1" };
const form = { "content-type": "application/x-www-form-urlencoded" };
const host = "https://example.amazonaws.com";

const suite: readonly [name: string, request: AwsRequest, headers: string, signature: string][] = [
  [
    "get-vanilla",
    { method: "GET", url: `${host}/`, ...service },
    "host;x-amz-date",
    "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
  ],
  [
    "get-vanilla-query-order-key-case",
    { method: "GET", url: `${host}/?Param2=value2&Param1=value1`, ...service },
    "host;x-amz-date",
    "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
  ],
  [
    "post-vanilla",
    { method: "POST", url: `${host}/`, ...service },
    "host;x-amz-date",
    "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
  ],
  [
    "post-vanilla-query",
    { method: "POST", url: `${host}/?Param1=value1`, ...service },
    "host;x-amz-date",
    "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
  ],
  [
    "post-header-key-sort",
    { method: "POST", url: `${host}/`, headers: { "My-Header1": "value1" }, ...service },
    "host;my-header1;x-amz-date",
    "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
  ],
  [
    "post-x-www-form-urlencoded",
    { method: "POST", url: `${host}/`, headers: form, body: "Param1=value1", ...service },
    "content-type;host;x-amz-date",
    "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
  ],
  [
    "the worked example of IAM ListUsers",
    {
      method: "GET",
      url: "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
      headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
      service: "iam",
      region: "us-east-1",
    },
    "content-type;host;x-amz-date",
    "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
  ],
];

test.each(suite)("%s", (_name, request, names, signature) => {
  const scope = `20150830/us-east-1/${request.service}/aws4_request`;
  expect(signAws(request, keys, time)).toEqual({
    ...request.headers,
    "x-amz-date": "20150830T123600Z",
    authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  });
});

test("a session token is sent and signed", () => {
  const request = { method: "POST", url: `${host}/`, ...service } as const;
  const signed = signAws(request, { ...keys, sessionToken: "the-token" }, time);
  expect(signed["x-amz-security-token"]).toBe("the-token");
  expect(signed.authorization).toContain("SignedHeaders=host;x-amz-date;x-amz-security-token,");
});

test("what the client puts on the wire is what was signed", async () => {
  const seen: { url: string; type: string; authorization: string; body: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { "content-type": type = "", authorization = "", host: asked = "" } = request.headers;
      const url = `http://${asked}${request.url}`;
      seen.push({ url, type, authorization, body: Buffer.concat(chunks).toString() });
      response.end("ok");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keysByName = { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey };
  const query = {
    name: "page",
    baseUrl,
    region: "eu-west-1",
    keys: keysByName,
    start: at,
    nextToken: "a+b/=",
    at,
  };
  const http = createHttp({ version: "0", clock: () => at, random: () => 0 });
  await http(spotHistoryRequest(query));
  server.close();
  const { url, type, authorization, body } = seen[0]!;
  const sent = { method: "POST", url, headers: { "content-type": type }, body } as const;
  expect(signAws({ ...sent, service: "ec2", region: "eu-west-1" }, keys, at).authorization).toBe(
    authorization,
  );
  expect(new URLSearchParams(body).get("NextToken")).toBe("a+b/=");
});
