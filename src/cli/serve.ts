import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { type Config, scopes } from "../config.ts";
import type { Clock } from "../domain/time.ts";
import { AppError } from "../errors.ts";
import { readNewestPull } from "../store/index-runs.ts";
import { operatorOf } from "./operator.ts";
import { announce, withdraw } from "./running.ts";
import { openService } from "./service.ts";

/** Runs the main job until the process is told to stop: collect, store, model, serve, page. */
export const serve = async (given: Config, clock: Clock, print: (text: string) => void): Promise<void> => {
  const { token, config } = withToken(given);
  const { service, app, address } = await listen(config, clock);
  announce(config.db, { pid: process.pid, url: address, token });
  if (config.collect) service.collector.start();
  service.standing.start({ publishes: config.collect });
  const { port } = new URL(address);
  print(`gputape: page http://localhost:${port}  API http://localhost:${port}/docs  tape ${config.db}`);
  print(
    `${service.tape.book().offers.length} offers in the book; ${config.collect ? enabledText(service.collector.health()) : "not collecting"}. Ctrl-C stops.`,
  );

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    withdraw(config.db);
    await app.close();
    await service.close();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop());
};

/** A secret of this run, and the configuration in which it opens every endpoint. */
const withToken = (config: Config): { readonly token: string; readonly config: Config } => {
  const token = randomBytes(24).toString("base64url");
  const sha256 = createHash("sha256").update(token).digest("hex");
  return { token, config: { ...config, keys: [...config.keys, { name: "commands", scopes, sha256 }] } };
};

const listen = async (config: Config, clock: Clock) => {
  const wasThere = { tape: existsSync(config.db), folder: existsSync(dirname(config.db)) };
  const service = await openService({ config, clock });
  try {
    const app = await service.app({ page: true, log: service.log, operator: operatorOf(service) });
    const address = await app.listen({ port: config.port, host: config.host });
    return { service, app, address };
  } catch (error) {
    const isOurs = !wasThere.tape && (await readNewestPull(service.tape.database)) === 0;
    await service.close();
    if (isOurs) removeTape(config.db, !wasThere.folder);
    throw listenError(error as NodeJS.ErrnoException, config);
  }
};

/** Takes back a tape that was made a moment ago and holds nothing. */
const removeTape = (db: string, withFolder: boolean): void => {
  for (const path of [db, `${db}.wal`]) rmSync(path, { force: true });
  if (withFolder && readdirSync(dirname(db)).length === 0) rmdirSync(dirname(db));
};

const enabledText = (
  health: readonly { readonly enabled: boolean; readonly source: { readonly id: string } }[],
): string => {
  const on = health.filter(({ enabled }) => enabled).map(({ source }) => source.id);
  const off = health.length - on.length;
  return `collecting ${on.join(", ")}${off > 0 ? ` (${off} off: \`gputape providers\` says why)` : ""}`;
};

const listenError = (error: NodeJS.ErrnoException, { port, host }: Config): unknown => {
  if (error.code === "EADDRINUSE")
    return new AppError("conflict", `--port: ${port} is taken; name another with --port, or 0 for any`, {
      cause: error,
    });
  if (error.code === "EADDRNOTAVAIL" || error.code === "EACCES") {
    return new AppError("bad_input", `--host: cannot bind ${host}:${port} (${error.code})`, { cause: error });
  }
  return error;
};
