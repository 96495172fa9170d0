import { expect, test } from "vitest";
import { startProgram, workspace } from "../helpers/program.ts";
import { sqlRows } from "../helpers/tape-sql.ts";
import { until } from "../helpers/until.ts";
import { startUpstream } from "../helpers/upstream.ts";

test("a venue that hangs does not hold the end of the program, nor is it recorded as a failure", async () => {
  const space = workspace();
  const upstream = await startUpstream();
  upstream.behave("akash", "hang");
  const program = await startProgram([], {
    ...upstream.env,
    GPUTAPE_DB: space.db,
    GPUTAPE_DISABLE: `${upstream.env.GPUTAPE_DISABLE},azure,ecb,list-prices,lium,oci,verda,vultr`,
    GPUTAPE_HTTP_ATTEMPT_MS: "60000",
    GPUTAPE_HTTP_TOTAL_MS: "120000",
  });
  try {
    await until("akash was asked", () => upstream.requests.length > 0);
    const ended = await until("the program ended", () => program.stop(), 10_000);
    expect(ended).toMatchObject({ code: 0, signal: null });
    expect(ended.stderr).not.toContain("the pull could not be written");
    expect(await sqlRows(space, "select source from pulls")).toEqual([]);
  } finally {
    await program.kill();
    await upstream.close();
    space.remove();
  }
}, 120_000);
