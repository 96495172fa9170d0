import { parentPort } from "node:worker_threads";
import { type FitReply, type FitRequest, tasks } from "./tasks.ts";

/* The thread in which models are fitted, so that no fit holds the server's event loop. */

const port = parentPort!;

const answer = ({ id, task, input }: FitRequest): FitReply => {
  try {
    return { id, result: (tasks[task] as (input: unknown) => unknown)(input) };
  } catch (error) {
    return { id, error: error instanceof Error ? `${task}: ${error.message}` : String(error) };
  }
};

port.on("message", (request: FitRequest) => port.postMessage(answer(request)));
