import { request } from "node:http";
import { text } from "node:stream/consumers";
import type { Question } from "./ask.ts";
import type { Running } from "./running.ts";

export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** Asks a running server and waits as long as it takes: an import may need minutes. */
export const askServer = ({ url, token }: Running, path: string, body?: Question["body"]): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const asked = request(new URL(path, url), {
      method: body === undefined ? "GET" : "POST",
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
    });
    asked.on("error", reject);
    asked.on("response", (response) => {
      text(response).then(
        (answered) => resolve({ status: response.statusCode ?? 500, body: answered }),
        reject,
      );
    });
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
