// What all calls of this room take: limits, a signal, somebody who listens to how far it is. A wrong one is an error at once.

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';

/** How much an archive may hold. Sizes are those of the content, unpacked. */
export interface ArchiveLimits {
  /** Files and folders, those included that stand only in paths. Default: 100,000. */
  readonly entries: number;
  /** Folders above a file, and the file. Default: 64. */
  readonly depth: number;
  /** Bytes of one file. Default: 2e9, what HKube takes in one request. */
  readonly fileBytes: number;
  /** Bytes of all files. Default: 4e9. */
  readonly totalBytes: number;
  /** How many times its own size an archive may unpack to, beyond its first 64 MiB. Asked of archives only. Default: 200. */
  readonly ratio: number;
}

/** How far it is. `of` is what there is in all; of a .tar.gz nobody knows that before its end. */
export interface ArchiveProgress {
  readonly files: number;
  readonly bytes: number;
  readonly of: { readonly files: number; readonly bytes: number } | null;
}

/** All optional. */
export interface ArchiveOptions {
  readonly limits?: Partial<ArchiveLimits> | undefined;
  /** Ends the call with `ABORTED`; nothing of it is left. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each portion and each file: many times. */
  readonly onProgress?: ((progress: ArchiveProgress) => void) | undefined;
}

/** One call on its way: what was asked, and how far it is. */
export interface Work {
  readonly limits: ArchiveLimits;
  readonly signal: AbortSignal | undefined;
  /** From here on `of` is known. */
  expect(of: { readonly files: number; readonly bytes: number }): void;
  tookBytes(bytes: number): void;
  tookFile(): void;
  readonly files: number;
  readonly bytes: number;
  /** Throws `ABORTED` once the signal says so. */
  goOn(): void;
}

const count = z.int('expected a whole number').check(z.minimum(1, 'expected 1 or more'));
const Limits = z.strictObject(
  {
    entries: z._default(count, 100_000),
    depth: z._default(count, 64),
    fileBytes: z._default(count, 2e9),
    totalBytes: z._default(count, 4e9),
    ratio: z._default(count, 200),
  },
  'expected an object of entries, depth, fileBytes, totalBytes, ratio',
);
const Options = z.strictObject(
  {
    limits: z.prefault(Limits, {}),
    signal: z.optional(z.instanceof(AbortSignal, { error: 'expected an AbortSignal' })),
    onProgress: z.optional(
      z.custom<(progress: ArchiveProgress) => void>((value) => typeof value === 'function', 'expected a function'),
    ),
  },
  'expected an object of limits, signal, onProgress',
);
const Path = z.string('expected a path').check(z.minLength(1, 'expected a path'));

interface Call {
  readonly name: string;
  /** Its arguments that are paths, by their names. */
  readonly paths: Readonly<Record<string, unknown>>;
  readonly options: ArchiveOptions;
}

/** Checks the arguments of a call, and begins it. */
export function beginWork({ name, paths, options }: Call): Work {
  const problems: string[] = [];
  for (const [argument, path] of Object.entries(paths))
    for (const { message } of Path.safeParse(path).error?.issues ?? []) problems.push(`${argument}: ${message}`);
  const parsed = Options.safeParse(options);
  for (const issue of parsed.error?.issues ?? [])
    problems.push(`options${issue.path.map((key) => `.${String(key)}`).join('')}: ${issue.message}`);
  if (!parsed.success || problems.length > 0)
    throw new RuntimeError('INVALID_OPTIONS', `${name}: ${problems.join('; ')}.`);
  return workOf(name, parsed.data);
}

function workOf(name: string, { limits, signal, onProgress }: z.output<typeof Options>): Work {
  let of: ArchiveProgress['of'] = null;
  let files = 0;
  let bytes = 0;
  const tell = (): void => onProgress?.({ files, bytes, of });
  return {
    limits,
    signal,
    expect: (all) => {
      of = all;
    },
    tookBytes: (more) => {
      bytes += more;
      tell();
    },
    tookFile: () => {
      files += 1;
      tell();
    },
    get files() {
      return files;
    },
    get bytes() {
      return bytes;
    },
    goOn: () => {
      if (signal?.aborted === true) throw aborted(name, signal);
    },
  };
}

export function aborted(name: string, signal: AbortSignal): RuntimeError {
  return new RuntimeError('ABORTED', `${name} was aborted; nothing of it is left.`, { cause: signal.reason });
}
