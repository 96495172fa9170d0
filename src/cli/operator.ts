import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { Operator } from "../api/operator.ts";
import { checkIds } from "../collect/standing.ts";
import { badInput } from "../errors.ts";
import { sources } from "../sources/index.ts";
import { copyTape } from "../store/copy-tape.ts";
import { readRates } from "../store/read-pulls.ts";
import { collectOf } from "./collect.ts";
import { dryRun } from "./import-dry-run.ts";
import { importInto, importOptions } from "./import-into.ts";
import { progressBar } from "./progress.ts";
import type { Service } from "./service.ts";

/** What commands have done by a service that serves. */
export const operatorOf = (service: Service): Operator => ({
  collect: (id, options) => {
    checkIds("source", [id], sources);
    return collectOf(service, sources.find((source) => source.id === id)!, options);
  },
  import: (files, flags) =>
    flags.dryRun === true
      ? dryRun(service, files, flags, progressBar(true), (from, to) =>
          readRates(service.tape.database, from, to),
        )
      : importInto(service, files, importOptions(flags, service.clock), progressBar(true)),
  copy: async (into) => {
    if (existsSync(into)) throw badInput("into", `${into} is there already`);
    if (!existsSync(dirname(into))) throw badInput("into", `there is no folder ${dirname(into)}`);
    await copyTape(service.tape.database, into);
  },
});
