// What users give on the command line: numbers, JSON in place or in a file, documents in a file or on stdin. Each with words for
// what is wrong with it.

import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { InvalidArgumentError } from 'commander';
import { RuntimeError } from '#errors';
import { readYaml } from '#descriptors/yaml';
import { describeFailure } from '#model/failure';

export function wholeNumber(given: string): number {
  if (!/^\d+$/.test(given)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(given);
}

export function portNumber(given: string): number {
  const port = wholeNumber(given);
  if (port > 65_535) throw new InvalidArgumentError('Expected a port, 0 to 65535.');
  return port;
}

/** The file that is to be written. A flag that stands there instead says that the name was forgotten. */
export function fileName(given: string): string {
  if (given.startsWith('-')) throw new InvalidArgumentError(`Expected a file; a file of that name is ./${given} here.`);
  return given;
}

/** JSON, or `@` and a file of JSON or YAML. */
export function jsonOrFile(given: string): unknown {
  if (given.startsWith('@')) return parseDocument(readText(given.slice(1)), given.slice(1));
  try {
    const value: unknown = JSON.parse(given);
    return value;
  } catch (error) {
    throw new InvalidArgumentError(
      `Expected JSON, or @ and a file: ${describeFailure(error).message}. Text needs its quotes: '["text"]'.`,
    );
  }
}

/** The arguments of an algorithm: an array is taken as it is, anything else is the only one. */
export function inputOrFile(given: string): readonly unknown[] {
  const value = jsonOrFile(given);
  return Array.isArray(value) ? value : [value];
}

/** An object by `jsonOrFile`. */
export function objectOrFile(given: string): Readonly<Record<string, unknown>> {
  const value = jsonOrFile(given);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new InvalidArgumentError('Expected a JSON object, such as \'{"key": 1}\'.');
}

/** The document of a file, `-` for stdin, in YAML or JSON. Throws `INVALID_USAGE`, `INVALID_DESCRIPTOR`. */
export async function readDocument(file: string): Promise<Readonly<Record<string, unknown>>> {
  const where = file === '-' ? 'stdin' : file;
  const value = parseDocument(file === '-' ? await text(process.stdin) : readText(file), where);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new RuntimeError('INVALID_DESCRIPTOR', `${where}: expected an object, in YAML or JSON.`);
}

const parseDocument = (source: string, where: string): unknown => readYaml(source, where);

export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new RuntimeError('INVALID_USAGE', `${file}: cannot be read: ${describeFailure(cause).message}.`, { cause });
  }
}
