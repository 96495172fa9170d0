import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openBlobs } from "../../src/backfill/blobs.ts";
import { type CatalogState, readHistory, usualGap } from "../../src/backfill/catalog-history.ts";
import { openRepository, type Repository } from "../../src/backfill/repository.ts";
import { day } from "../../src/domain/time.ts";
import { type CatalogCommit, type CatalogRepo, catalogRepo } from "../helpers/catalog-repo.ts";

const file = (version: number, cloud: string): string => `catalogs/v${version}/${cloud}/vms.csv`;
const commits: readonly CatalogCommit[] = [
  { at: "2024-01-01T00:00:00Z", files: { [file(5, "aws")]: "one\n" } },
  { at: "2024-01-02T00:00:00Z", files: { [file(5, "aws")]: "zwei ü\n" } },
];

let folder: string;
let repo: CatalogRepo;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gputape-repository-"));
  repo = catalogRepo(commits);
});
afterEach(() => {
  repo.remove();
  rmSync(folder, { recursive: true, force: true });
});

const cache = (): string => join(folder, "cache");
const open = (place: string, signal = new AbortController().signal): Promise<Repository> =>
  openRepository(place, { cache: cache(), progress: () => undefined, signal });
const historyOf = async (place: string): Promise<readonly CatalogState[]> =>
  [...(await readHistory(await open(place), (cloud) => cloud)).values()].flat();
const url = (): string => pathToFileURL(repo.folder).href;

/** Contents of the history, in order. */
const contents = async (place: string): Promise<string[]> => {
  const repository = await open(place);
  const states = [...(await readHistory(repository, (cloud) => cloud)).values()].flat();
  const blobs = openBlobs(repository);
  await blobs.prefetch(states.map(({ blob }) => blob!));
  const texts: string[] = [];
  for (const { blob } of states) texts.push(await blobs.read(blob!));
  await blobs.close();
  return texts;
};

describe("a repository", () => {
  it("is read bare, with a working tree and through a URL alike", async () => {
    const tree = join(folder, "tree");
    repo.git("clone", "--quiet", repo.folder, tree);
    expect(await contents(repo.folder)).toEqual(["one\n", "zwei ü\n"]);
    expect(await contents(tree)).toEqual(["one\n", "zwei ü\n"]);
    expect(await contents(url())).toEqual(["one\n", "zwei ü\n"]);
  });

  it("behind a URL is copied without its files, which come when they are read", async () => {
    repo.git("config", "uploadpack.allowFilter", "true");
    const copy = await open(url());
    expect(copy).toMatchObject({ partial: true, folder: expect.stringContaining(cache()) });
    const missing = () =>
      repo.git("-C", copy.folder, "rev-list", "--objects", "--all", "--missing=print").match(/^\?/gm);
    expect(missing()).toHaveLength(2);
    expect(await contents(url())).toEqual(["one\n", "zwei ü\n"]);
    expect(missing()).toBeNull();
    expect(readdirSync(cache())).toHaveLength(1);
  });

  it("behind a URL brings what is new when it is opened again, rewritten history too", async () => {
    await open(url());
    repo.commit([{ at: "2024-01-03T00:00:00Z", files: { [file(5, "aws")]: "three\n" } }]);
    expect(await contents(url())).toEqual(["one\n", "zwei ü\n", "three\n"]);
    repo.git("update-ref", "refs/heads/master", "master~1");
    expect(await contents(url())).toEqual(["one\n", "zwei ü\n"]);
  });

  it("that no longer answers says where its copy lies", async () => {
    const { folder: copy } = await open(url());
    const place = url();
    repo.remove();
    await expect(open(place)).rejects.toMatchObject({
      code: "upstream_failed",
      message: expect.stringContaining(`name its copy with --repo ${copy}`),
    });
    expect(await historyOf(copy)).toHaveLength(2);
  });

  it("that was never there leaves nothing behind", async () => {
    await expect(open("file:///nowhere/at/all")).rejects.toMatchObject({
      code: "upstream_failed",
      message: expect.stringMatching(/^--repo: file:\/\/\/nowhere\/at\/all cannot be fetched: fatal: /),
    });
    expect(readdirSync(cache())).toEqual([]);
  });

  it.each([
    ["not_found", () => join(folder, "missing"), /^--repo: there is no folder .*missing/],
    ["bad_input", () => folder, /^--repo: .* is not a git repository; name the top folder of a clone/],
    ["bad_input", () => "--upload-pack=evil", /^--repo: "--upload-pack=evil" is neither a folder nor a URL/],
    ["bad_input", () => "", /^--repo: "" is neither/],
  ])("is asked for where there is none: %s", async (code, place, message) => {
    await expect(open(place())).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("is not looked for above the folder that was named", async () => {
    const tree = join(folder, "tree");
    repo.git("clone", "--quiet", repo.folder, tree);
    const inside = join(tree, "catalogs");
    expect(existsSync(inside)).toBe(true);
    await expect(open(inside)).rejects.toMatchObject({
      message: expect.stringContaining("is not a git repository"),
    });
  });

  it("without commits is refused", async () => {
    const empty = catalogRepo([]);
    await expect(open(empty.folder)).rejects.toMatchObject({
      message: expect.stringContaining("has no commits"),
    });
    empty.remove();
  });

  it("whose files are damaged says so", async () => {
    const repository = await open(repo.folder);
    const blobs = openBlobs(repository);
    await expect(blobs.read("0".repeat(40))).rejects.toMatchObject({
      code: "upstream_failed",
      message: expect.stringContaining("lacks the file 0000"),
    });
    await blobs.close();
  });

  it("is not mistaken for the one of a hook that runs us", async () => {
    const other = join(folder, "other");
    mkdirSync(other);
    writeFileSync(join(other, "HEAD"), "");
    process.env.GIT_DIR = other;
    try {
      expect(await historyOf(repo.folder)).toHaveLength(2);
    } finally {
      delete process.env.GIT_DIR;
    }
  });
});

describe("the history of a cloud", () => {
  const states = async (added: readonly CatalogCommit[]) => {
    const own = catalogRepo(added);
    const history = await historyOf(own.folder);
    own.remove();
    return history.map(({ cloud, path, at, blob }) => [cloud, path.split("/")[1], at / day, blob !== null]);
  };
  const from = Date.UTC(2024, 0, 1) / day;
  const on = (date: number, files: Record<string, string | null>): CatalogCommit => ({
    at: `2024-01-0${date}T00:00:00Z`,
    files,
  });

  it("follows the newest version folder that has it", async () => {
    const history = await states([
      on(1, {
        [file(5, "aws")]: "a",
        [file(5, "gcp")]: "a",
        "catalogs/v5/aws/images.csv": "x",
        "vms.csv": "x",
      }),
      on(2, { [file(6, "aws")]: "a" }),
      on(3, { [file(5, "aws")]: "b", [file(5, "gcp")]: "b" }),
      on(4, { [file(10, "aws")]: "c", [file(6, "aws")]: "d" }),
      on(5, { [file(10, "aws")]: null }),
      on(6, { [file(5, "aws")]: null }),
      on(7, { [file(6, "aws")]: null }),
      on(8, { [file(6, "aws")]: "d" }),
    ]);
    expect(history.filter(([cloud]) => cloud === "aws")).toEqual([
      ["aws", "v5", from, true],
      ["aws", "v6", from + 1, true],
      ["aws", "v10", from + 3, true],
      ["aws", "v6", from + 4, true],
      ["aws", "v6", from + 6, false],
      ["aws", "v6", from + 7, true],
    ]);
    expect(history.filter(([cloud]) => cloud === "gcp").map(([, version, time]) => [version, time])).toEqual([
      ["v5", from],
      ["v5", from + 2],
    ]);
  });

  it("counts a merge when it was made", async () => {
    const own = catalogRepo([on(1, { [file(5, "aws")]: "a" })]);
    const side = (date: number, text: string): void => {
      const when = Date.parse(`2024-01-0${date}T00:00:00Z`) / 1000;
      const blob = own.git("rev-parse", "master").trim();
      own.git("update-ref", "refs/heads/side", blob);
      const tree = join(folder, "tree");
      own.git("worktree", "add", "--quiet", tree, "side");
      writeFileSync(join(tree, file(5, "aws")), text);
      const who = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
      process.env.GIT_COMMITTER_DATE = `${when} +0000`;
      try {
        own.git("-C", tree, ...who, "commit", "--quiet", "--all", "--message", "side");
        own.git("-C", tree, "checkout", "--quiet", "-B", "merged", "master");
        process.env.GIT_COMMITTER_DATE = `${when + 3 * 86_400} +0000`;
        own.git("-C", tree, ...who, "merge", "--quiet", "--no-ff", "--message", "merge", "side");
        own.git("update-ref", "refs/heads/master", "merged");
      } finally {
        delete process.env.GIT_COMMITTER_DATE;
      }
    };
    side(2, "b");
    expect((await historyOf(own.folder)).map(({ at }) => at / day)).toEqual([from, from + 4]);
    own.remove();
  });

  it("has a usual gap between its commits", () => {
    const at = (...days: number[]) => days.map((time) => ({ at: time * day })) as CatalogState[];
    expect(usualGap(at(1, 2, 3, 10))).toBe(24 * 60);
    expect(usualGap(at(1))).toBe(24 * 60);
    expect(usualGap(at(1, 1))).toBe(1);
  });
});
