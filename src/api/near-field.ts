import { compact, likeness } from "../domain/likeness.ts";

/** The part of a JSON schema that names fields. */
export interface FieldSchema {
  readonly properties?: Readonly<Record<string, FieldSchema>>;
}

/** Below this likeness another field would be a guess. */
const nearEnough = 0.65;

/** Every field of a schema as a path, those of objects in it beside them: `min`, `min.vram_gib`. */
const pathsOf = ({ properties = {} }: FieldSchema): string[] =>
  Object.entries(properties).flatMap(([name, schema]) => [
    name,
    ...pathsOf(schema).map((path) => `${name}.${path}`),
  ]);

const nearness = (name: string, path: string): number =>
  Math.max(...[path, path.split(".").at(-1)!].map((text) => likeness(compact(name), compact(text))));

/**
 * The known field that an unknown one stands near to (`min_vram_gib` is near `min.vram_gib`), by the likeness of whole
 * paths and of their last parts; null where none is near, or the schema has no fields.
 */
export const nearField = (name: string, schema: FieldSchema): string | null => {
  const [best] = pathsOf(schema)
    .map((path) => ({ path, score: compact(name).length < 4 ? 0 : nearness(name, path) }))
    .filter(({ score }) => score >= nearEnough)
    .sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
  return best?.path ?? null;
};
