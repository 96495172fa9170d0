import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { feed } from "./feed.ts";

/* A venue on loopback in a process of its own: "count round" sets what it serves. */

let body = Buffer.alloc(0);
const server = createServer((_request, response) =>
  response.setHeader("content-type", "application/json").end(body),
);
server.listen(0, "127.0.0.1", () =>
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
);
process.on("message", ({ count, round }: { count: number; round: number }) => {
  body = Buffer.from(feed(count, round));
  process.send?.({ bytes: body.length });
});
process.on("disconnect", () => process.exit(0));
