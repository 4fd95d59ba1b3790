// Documents as text: YAML, and JSON with it. What is wrong with one is said with its place.

import { isNode, LineCounter, parseDocument } from 'yaml';
import { RuntimeError } from '#errors';

/** Reads a document. Throws `INVALID_DESCRIPTOR` with line and column. */
export function readYaml(source: string, where: string): unknown {
  const json = readJson(source);
  if (json) return json.value;
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, merge: true });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => {
      const { line, col } = lines.linePos(error.pos[0]);
      return `line ${line}, column ${col}: ${error.message}`;
    });
    throw invalidDescriptor(where, problems);
  }
  return valueOf(document, where);
}

/** JSON is YAML, too, and read as such it takes forty times as long. */
function readJson(source: string): { readonly value: unknown } | undefined {
  if (!/^\s*[[{]/.test(source)) return undefined;
  try {
    return { value: JSON.parse(source) };
  } catch {
    // YAML has more that begins like this, and knows where it goes wrong.
    return undefined;
  }
}

/** Tells the lines of a document that can be read: that of what stands at a path, or of the nearest around it. */
export function linesOf(source: string): (path: readonly PropertyKey[]) => number | undefined {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, merge: true });
  return (path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return undefined;
  };
}

/** How many problems of one document are said. */
export const LISTED = 50;

/** One error for any number of problems; the first ones are listed. */
export function invalidDescriptor(where: string, problems: readonly string[]): RuntimeError {
  const more = problems.length > LISTED ? `; and ${problems.length - LISTED} more` : '';
  return new RuntimeError('INVALID_DESCRIPTOR', `${where}: ${problems.slice(0, LISTED).join('; ')}${more}.`, {
    facts: { problems: problems.length },
  });
}

/** Aliases can make a small document enormous; the parser bounds that, and throws. */
function valueOf(document: ReturnType<typeof parseDocument>, where: string): unknown {
  try {
    const value: unknown = document.toJS();
    return value;
  } catch (cause) {
    throw invalidDescriptor(where, [cause instanceof Error ? cause.message : String(cause)]);
  }
}
