import { createHash, randomBytes } from "node:crypto";
import { scopes } from "../config.ts";
import { badInput } from "../errors.ts";

/**
 * A new API key and its line for GPUTAPE_KEYS, which holds only its hash. `scopeList` is a comma list. Throws
 * `bad_input` naming the flag for a scope that is none and a name with odd characters.
 */
export const makeKey = (name: string, scopeList: string): { readonly key: string; readonly line: string } => {
  const granted = scopeList.split(",").map((scope) => scope.trim());
  for (const scope of granted) {
    if (!(scopes as readonly string[]).includes(scope))
      throw badInput("--scopes", `"${scope}" is none of ${scopes.join(", ")}`, scopes);
  }
  if (!/^[\w.-]+$/.test(name)) throw badInput("--name", "use letters, digits, dot, dash and underscore");
  const key = `gpt_${randomBytes(24).toString("base64url")}`;
  return { key, line: `${name}:${granted.join("+")}:${createHash("sha256").update(key).digest("hex")}` };
};
