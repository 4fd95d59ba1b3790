// JSON as a type, and the search for what in a value is not JSON. Pure.

/** Any value that JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A place in a value that cannot be encoded: `path` as a person would write it (`result.rows[3].id`), and what is there. */
export interface Unencodable {
  readonly path: string;
  readonly what: string;
}

const identifier = /^[A-Za-z_$][\w$]*$/;

function childPath(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return identifier.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

/**
 * Finds the first place in `value` that no encoding can carry: a BigInt, a cycle, a getter or `toJSON` that throws. Called
 * only after an encoder has refused the value, so that the author learns where instead of reading the encoder's words.
 */
export function findUnencodable(value: unknown, root = 'result'): Unencodable | undefined {
  const onPath = new Set<object>();
  const searched = new Set<object>();

  function search(current: unknown, path: string): Unencodable | undefined {
    if (typeof current === 'bigint') return { path, what: `a BigInt (${current}n)` };
    if (typeof current === 'symbol') return { path, what: 'a symbol' };
    if (typeof current !== 'object' || current === null) return undefined;
    if (ArrayBuffer.isView(current) || searched.has(current)) return undefined;
    if (onPath.has(current)) return { path, what: 'a reference back to an object that contains it (a cycle)' };
    onPath.add(current);
    const found = Array.isArray(current) ? searchItems(current, path) : searchEntries(current, path);
    onPath.delete(current);
    searched.add(current);
    return found;
  }

  function searchItems(items: readonly unknown[], path: string): Unencodable | undefined {
    for (const [index, item] of items.entries()) {
      const found = search(item, childPath(path, index));
      if (found) return found;
    }
    return undefined;
  }

  function searchEntries(owner: object, path: string): Unencodable | undefined {
    for (const key of Object.keys(owner)) {
      let item: unknown;
      try {
        item = Reflect.get(owner, key);
      } catch {
        return { path: childPath(path, key), what: 'a getter that throws' };
      }
      const found = search(item, childPath(path, key));
      if (found) return found;
    }
    return undefined;
  }

  try {
    return search(value, root);
  } catch (error) {
    if (error instanceof RangeError) return { path: root, what: 'nesting too deep for any encoder' };
    throw error;
  }
}
