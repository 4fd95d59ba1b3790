// What the module with an algorithm's handlers may be called. Pure: whoever asks looks on the disk, in this order.

/** HKube's `env`. */
export type Language = 'nodejs' | 'python' | 'java';

/** What a folder is taken for; the first of a language is HKube's own default for it. */
const DEFAULTS = {
  python: ['main.py'],
  nodejs: ['index.js', 'index.mjs', 'index.cjs', 'index.ts'],
  java: [],
} as const satisfies Record<Language, readonly string[]>;

/** What may be left away. */
const EXTENSIONS = {
  nodejs: ['.ts', '.js', '.mjs', '.cjs'],
  python: ['.py'],
  java: ['.jar'],
} as const satisfies Record<Language, readonly string[]>;

export const FOLDER_ENTRIES: readonly string[] = [...DEFAULTS.python, ...DEFAULTS.nodejs];

/** In a folder of which nobody has said what its entry is. */
export const defaultEntries = (env: Language): readonly string[] => DEFAULTS[env];

/** The files that an entry point may mean. */
export const namesOfEntry = (entryPoint: string, env: Language | undefined): readonly string[] =>
  ['', ...(env ? EXTENSIONS[env] : [])].map((end) => `${entryPoint}${end}`);
