import { createHash, createHmac } from "node:crypto";
import type { Instant } from "../domain/time.ts";

export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** A request as it goes on the wire, and what it is signed for. */
export interface AwsRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly service: string;
  readonly region: string;
}

const sha256 = (data: string): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, data: string): Buffer => createHmac("sha256", key).update(data).digest();

/** RFC 3986, which leaves fewer characters as they are than encodeURIComponent. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const canonicalQuery = (url: URL): string =>
  [...url.searchParams]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a < b || (a === b && x < y) ? -1 : 1))
    .map((pair) => pair.join("="))
    .join("&");

/** Signature Version 4: all headers to send with the request, `authorization` among them. */
export const signAws = (request: AwsRequest, keys: AwsKeys, at: Instant): Record<string, string> => {
  const { method, headers = {}, body = "", service, region } = request;
  const url = new URL(request.url);
  const time = new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const sent: Record<string, string> = { ...headers, "x-amz-date": time };
  if (keys.sessionToken) sent["x-amz-security-token"] = keys.sessionToken;
  const lines = Object.entries({ ...sent, host: url.host })
    .map(([name, value]) => [name.toLowerCase(), value.trim().replace(/ +/g, " ")] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const names = lines.map(([name]) => name).join(";");
  const canonical = [
    method,
    url.pathname,
    canonicalQuery(url),
    ...lines.map(([name, value]) => `${name}:${value}`),
    "",
    names,
    sha256(body),
  ].join("\n");
  const parts = [time.slice(0, 8), region, service, "aws4_request"];
  const key = parts.reduce<string | Buffer>((made, part) => hmac(made, part), `AWS4${keys.secretAccessKey}`);
  const toSign = ["AWS4-HMAC-SHA256", time, parts.join("/"), sha256(canonical)].join("\n");
  const credential = `${keys.accessKeyId}/${parts.join("/")}`;
  const signature = hmac(key, toSign).toString("hex");
  sent.authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`;
  return sent;
};
