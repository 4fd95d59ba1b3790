// A document as a tree: copied, so that whoever has the original cannot change it behind its runs, and bounded, so that whoever
// walks it comes to an end.

/** How deep a document may nest. */
const DEPTH_LIMIT = 500;
/** How many objects and arrays it may have; one that is shared (an alias in YAML) counts each time. */
const BRANCH_LIMIT = 5_000_000;

export type TreeCopy =
  | { readonly kind: 'tree'; readonly value: unknown }
  /** `at` is the place, as `nodes.0.input`. */
  | { readonly kind: 'refused'; readonly at: string; readonly reason: string };

/** Copies a document. Bytes and values that speak for themselves in JSON, such as dates, are passed on as they are. */
export function copyTree(document: unknown): TreeCopy {
  const ancestors = new Set<object>();
  const place: string[] = [];
  let refusal: TreeCopy | undefined;
  let count = 0;
  try {
    const value = copy(document);
    return refusal ?? { kind: 'tree', value };
  } catch (error) {
    // A getter, or a proxy.
    refuse(`it cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return refusal ?? { kind: 'tree', value: undefined };
  }

  function copy(original: unknown): unknown {
    if (refusal || !isBranch(original)) return original;
    count += 1;
    refuse(reasonAgainst(original));
    if (refusal) return undefined;
    ancestors.add(original);
    const copied = Array.isArray(original)
      ? original.map((item: unknown, index) => copyAt(String(index), item))
      : Object.fromEntries(Object.entries(original).map(([key, item]) => [key, copyAt(key, item)]));
    ancestors.delete(original);
    return copied;
  }

  function copyAt(key: string, item: unknown): unknown {
    if (!isBranch(item)) return item;
    place.push(key);
    const copied = copy(item);
    place.pop();
    return copied;
  }

  function reasonAgainst(original: object): string | undefined {
    if (ancestors.has(original)) return 'a value that contains itself';
    if (ancestors.size > DEPTH_LIMIT) return `nested deeper than ${DEPTH_LIMIT} levels`;
    return count > BRANCH_LIMIT ? `more than ${BRANCH_LIMIT} objects and arrays` : undefined;
  }

  function refuse(reason: string | undefined): void {
    if (reason !== undefined) refusal = { kind: 'refused', at: place.slice(0, 6).join('.') || 'the document', reason };
  }
}

/** Whether a value has others inside it that count. */
export function isBranch(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof String || value instanceof Number || value instanceof Boolean) return false;
  return !ArrayBuffer.isView(value) && !('toJSON' in value && typeof value.toJSON === 'function');
}
