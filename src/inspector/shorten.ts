// What leaves a process to be looked at: a JSON copy of a value, cut where it is too deep, too long or too much, with secrets masked.
// What was cut says so in its place, in ⟨brackets⟩. Never throws, whatever it is given.

import type { Json } from '#model/json';
import { isSecretName, maskSecrets } from '#model/mask';

/**
 * Replaces what nobody may see; called for each value before anything else is done to it: `key` is its name in its object, its place
 * in its array, or nothing for what is a value of its own, such as a result or a line of a log.
 */
export type Redact = (value: unknown, key: string) => unknown;

export interface Limits {
  /** Objects in objects. */
  readonly depth: number;
  /** Elements of an array, and fields of an object. */
  readonly items: number;
  /** Characters of a text. */
  readonly text: number;
  /** Characters of it all, about. */
  readonly total: number;
}

/** For what is looked at: contexts, events. */
export const BRIEF: Limits = { depth: 12, items: 200, text: 4_000, total: 64_000 };
/** For messages on the wire, which a recording can be played from. */
export const WHOLE: Limits = { depth: 256, items: 100_000, text: 1_000_000, total: 1_000_000 };

export interface Shortened {
  readonly value: Json;
  /** Nothing was cut or masked. */
  readonly isWhole: boolean;
  /** How long it is as JSON, about. */
  readonly chars: number;
}

export type Shorten = (value: unknown, limits: Limits) => Shortened;

const MASK = '***';
/** Names come again and again; of so many it is remembered whether they are secret. */
const KNOWN_NAMES = 2_000;
const known = new Map<string, boolean>();

function isSecret(name: string): boolean {
  const before = known.get(name);
  if (before !== undefined) return before;
  const is = isSecretName(name);
  if (known.size < KNOWN_NAMES) known.set(name, is);
  return is;
}

/** No secret that one could tell from a word is shorter. */
const SHORTEST = 8;
/** How much of a text is looked at beyond where it is cut. */
const OVERHANG = 1_000;

/** A copier that masks by default, and by `redact` where there is one. */
export function createShorten(redact?: Redact): Shorten {
  return (value, limits) => {
    const copier = new Copier(limits, redact);
    const copy = copier.begin(value);
    return { value: copy ?? null, isWhole: copier.isWhole, chars: copier.chars };
  };
}

/** One copy; what is left of the limits is counted over all of it. */
class Copier {
  isWhole = true;
  private left: number;
  private readonly limits: Limits;
  private readonly redact: Redact | undefined;

  constructor(limits: Limits, redact: Redact | undefined) {
    this.limits = limits;
    this.redact = redact;
    this.left = limits.total;
  }

  get chars(): number {
    return this.limits.total - this.left;
  }

  /** The hook is asked about the whole, too; it has no name. */
  begin(value: unknown): Json | undefined {
    return this.copy(this.redact ? this.redacted(value, '') : value, 0);
  }

  /** Undefined: JSON has no such thing, and leaves it out. */
  copy(value: unknown, depth: number): Json | undefined {
    switch (typeof value) {
      case 'string':
        return this.text(value);
      case 'number':
        this.left -= 8;
        // JSON has no zero below zero; the sum is plain 0.
        return Number.isFinite(value) ? value + 0 : null;
      case 'boolean':
        this.left -= 5;
        return value;
      case 'undefined':
        return undefined;
      case 'bigint':
        return this.cut(`${value}n`);
      case 'symbol':
      case 'function':
        return this.cut(typeof value);
      case 'object':
        return value === null ? null : this.object(value, depth);
    }
  }

  private cut(what: string): string {
    this.isWhole = false;
    this.left -= what.length + 2;
    return `⟨${what}⟩`;
  }

  private text(text: string): string {
    const room = Math.max(0, Math.min(this.limits.text, this.left));
    const isLong = text.length > room;
    // Masked before it is cut: half a secret is not known for one.
    const seen = isLong ? text.slice(0, room + OVERHANG) : text;
    const masked = seen.length < SHORTEST ? seen : maskSecrets(seen);
    if (isLong || masked !== text) this.isWhole = false;
    const kept = isLong ? masked.slice(0, room) : masked;
    this.left -= kept.length + 2;
    return isLong ? `${kept}… ⟨${text.length} characters in all⟩` : kept;
  }

  private object(value: object, depth: number): Json | undefined {
    if (ArrayBuffer.isView(value)) return this.cut(`${value.byteLength} bytes`);
    try {
      if (isActor(value)) return this.cut(`actor ${value.sessionId}`);
      if (value instanceof Error) return this.copy({ name: value.name, message: value.message }, depth);
      const toJson: unknown = Reflect.get(value, 'toJSON');
      const plain: unknown = typeof toJson === 'function' ? Reflect.apply(toJson, value, []) : value;
      return typeof plain === 'object' && plain !== null ? this.plain(plain, depth) : this.copy(plain, depth);
    } catch {
      return this.cut('something that cannot be read');
    }
  }

  private plain(value: object, depth: number): Json {
    const isArray = Array.isArray(value);
    if (depth >= this.limits.depth || this.left <= 0)
      return this.cut(isArray ? `array of ${value.length}` : `object of ${Object.keys(value).length} fields`);
    if (value instanceof Map) return this.fields(value.entries(), value.size, depth);
    if (value instanceof Set) return this.items([...value], depth);
    return isArray ? this.items(value, depth) : this.fields(Object.entries(value), Object.keys(value).length, depth);
  }

  private items(items: readonly unknown[], depth: number): Json[] {
    const copies: Json[] = [];
    for (const [index, item] of items.entries()) {
      if (index >= this.limits.items || this.left <= 0) {
        copies.push(this.cut(`and ${items.length - index} more`));
        break;
      }
      copies.push(this.field(item, String(index), depth) ?? null);
    }
    return copies;
  }

  private fields(entries: Iterable<[unknown, unknown]>, size: number, depth: number): Record<string, Json> {
    const copies: Record<string, Json> = {};
    let count = 0;
    for (const [name, item] of entries) {
      if (count >= this.limits.items || this.left <= 0) {
        copies['…'] = this.cut(`and ${size - count} more`);
        break;
      }
      count += 1;
      const key = String(name);
      const copy = this.field(item, key, depth);
      this.left -= key.length + 3;
      if (copy === undefined) continue;
      // A field of this name would become the copy's prototype.
      if (key === '__proto__') this.isWhole = false;
      else copies[key] = copy;
    }
    return copies;
  }

  private field(given: unknown, key: string, depth: number): Json | undefined {
    const value = this.redact ? this.redacted(given, key) : given;
    if (isSecret(key) && value !== null && value !== undefined && value !== '') {
      this.isWhole = false;
      return MASK;
    }
    return this.copy(value, depth + 1);
  }

  /** A hook that throws hides what it was asked about. */
  private redacted(given: unknown, key: string): unknown {
    try {
      const value = this.redact?.(given, key);
      if (value !== given) this.isWhole = false;
      return value;
    } catch {
      return this.cut('the redact function threw');
    }
  }
}

function isActor(value: object): value is { readonly sessionId: string } {
  return 'sessionId' in value && typeof value.sessionId === 'string' && 'getSnapshot' in value;
}
