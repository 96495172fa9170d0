import { existsSync, readlinkSync } from "node:fs";
import { setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import { type FitReply, type FitRequest, tasks } from "./tasks.ts";

/* A thread in which models are fitted, so that no fit holds the server's event loop. */

const port = parentPort!;
const thread = "/proc/thread-self";
const givesWay = 10;

// Linux lets a thread give way to the others of its process: pulls and answers come before fits.
if (existsSync(thread)) setPriority(Number(readlinkSync(thread).split("/").at(-1)), givesWay);

const answer = ({ id, task, input }: FitRequest): FitReply => {
  try {
    return { id, result: (tasks[task] as (input: unknown) => unknown)(input) };
  } catch (error) {
    return { id, error: error instanceof Error ? `${task}: ${error.message}` : String(error) };
  }
};

port.on("message", (request: FitRequest) => port.postMessage(answer(request)));
