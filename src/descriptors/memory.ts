// Amounts of memory as HKube writes them: a number and a unit, such as `512Mi`. Pure.

/** In bytes, by unit; `m` is a thousandth, as Kubernetes has it. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['Ki', 2 ** 10],
  ['M', 1e6],
  ['Mi', 2 ** 20],
  ['Gi', 2 ** 30],
  ['m', 1e-3],
  ['K', 1e3],
  ['G', 1e9],
  ['T', 1e12],
  ['Ti', 2 ** 40],
]);
const UNIT_RULE = `memory unit must be one of ${[...UNITS.keys()].join(',')}`;

export type Memory =
  | { readonly kind: 'memory'; readonly bytes: number }
  /** In HKube's words. */
  | { readonly kind: 'refused'; readonly reason: string };

export function readMemory(text: string): Memory {
  const [, amount, unit] = /^([-+]?(?:\d+\.?\d*|\.\d+))[ \t]*(\D*)$/.exec(text) ?? [];
  const factor = UNITS.get(unit ?? '');
  if (amount === undefined || factor === undefined) return { kind: 'refused', reason: UNIT_RULE };
  const bytes = Number(amount) * factor;
  return bytes < 0 ? { kind: 'refused', reason: 'value must be >= 0' } : { kind: 'memory', bytes };
}

/** Of a text that has been checked: what is no amount of memory is 0. */
export function memoryInMi(text: string): number {
  const memory = readMemory(text);
  return memory.kind === 'memory' ? memory.bytes / 2 ** 20 : 0;
}
