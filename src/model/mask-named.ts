// What is named like a secret in a text is masked: `password=…`, `"clientSecret": "…"`, `Cookie: …`. Pure.
//
// One way through the text, from separator to separator: each looks back for its name, so far as a name may reach, and forward for its
// value, which is not looked at again.

const LONGEST_NAME = 64;
/** Between a name and its separator: `"name":`, `\"name\":`, `user[name]=`. */
const MOST_CLOSING = 8;
const separator = /[:=][:=>]*/g;
const NAME = 1;
const CLOSING = 2;
const SPACE = 4;
/** What a character may be before a separator; here, because each separator of a text asks for some. */
const kinds = kindsOf([
  [NAME, '$-.0123456789_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'],
  [CLOSING, '"\'`\\]'],
  [SPACE, ' \t\r\n'],
]);
/** A name without any of these is no secret. */
const hint = /pass|pwd|secret|token|key|cred|auth|cookie|bearer|jwt/i;
const space = /\s*/y;
const opening = /(\\*)(["'`])/y;
const bare = /[^\s"'`,;&}\])]*/y;
const inBrackets = /\[[^\]\n]*/y;
const upToQuote = /[^\r\n"'`]*/y;
const quotedPart = /["'][^\r\n"']*["']?/y;
/** How a credential is given, where that is one word: `Authorization: Bearer …`. */
const scheme = /(?:bearer|basic|token|api-?key|negotiate)[ \t]+(?=[^\s"'`])/iy;
/** Where it is not known how much is the credential, it is the rest of the line. */
const takesLine = /cookie|authorization/i;
/** `password:` and in the next line `user: me`: that is no value, but the next field. */
const isField = /[:=]/;

/** A stretch of the text that is to be masked; where it is empty, nothing is. */
interface Stretch {
  readonly begin: number;
  readonly end: number;
}

export interface Masking {
  /** What stands in the place of a value. */
  readonly mask: string;
  isSecretName(name: string): boolean;
}

export function maskNamed(text: string, { mask, isSecretName }: Masking): string {
  let masked = '';
  let done = 0;
  separator.lastIndex = 0;
  for (let found = separator.exec(text); found; found = separator.exec(text)) {
    const name = nameBefore(text, found.index, done);
    if (!hint.test(name) || !isSecretName(name)) continue;
    const { begin, end } = valueAt(text, separator.lastIndex, name);
    if (begin === end) continue;
    masked += text.slice(done, begin) + mask;
    done = end;
    separator.lastIndex = end;
  }
  return done === 0 ? text : masked + text.slice(done);
}

/** The name that ends before `place`; it begins after what was masked before. */
function nameBefore(text: string, place: number, first: number): string {
  const spaces = backOver(SPACE, text, { from: place, first });
  const end = backOver(CLOSING, text, { from: spaces, first: Math.max(first, spaces - MOST_CLOSING) });
  const begin = beginOfName(text, end, first);
  const name = text.slice(begin, end);
  // People write `API key: …`.
  if (end - begin > 4 || !/^keys?$/i.test(name) || text.charAt(begin - 1) !== ' ') return name;
  return text.slice(beginOfName(text, begin - 1, first), end);
}

const beginOfName = (text: string, from: number, first: number): number =>
  backOver(NAME, text, { from, first: Math.max(first, from - LONGEST_NAME) });

/** Where the characters of this kind begin that end at `from`. */
function backOver(
  kind: number,
  text: string,
  { from, first }: { readonly from: number; readonly first: number },
): number {
  let at = from;
  while (at > first && ((kinds[text.charCodeAt(at - 1)] ?? 0) & kind) !== 0) at -= 1;
  return at;
}

function kindsOf(lists: readonly (readonly [kind: number, characters: string])[]): Uint8Array {
  const table = new Uint8Array(128);
  for (const [kind, characters] of lists) for (const one of characters) table[one.charCodeAt(0)] = kind;
  return table;
}

/** What is masked of a value that stands behind the separator of this name. */
function valueAt(text: string, from: number, name: string): Stretch {
  const begin = endOf(space, text, from);
  opening.lastIndex = begin;
  const quoted = opening.exec(text);
  if (quoted) return { begin: opening.lastIndex, end: closingQuote(text, opening.lastIndex, quoted) };
  if (text.charAt(begin) === '[') return { begin: begin + 1, end: endOf(inBrackets, text, begin) };
  // What lies in an object has names of its own.
  if (text.charAt(begin) === '{') return { begin, end: begin };
  const credential = endOf(scheme, text, begin);
  const isLine = credential === begin && takesLine.test(name);
  const end = withoutBackslashes(text, credential, isLine ? endOfLine(text, begin) : endOf(bare, text, credential));
  const isNextField = text.slice(from, begin).includes('\n') && isField.test(text.slice(begin, end));
  return isNextField ? { begin, end: begin } : { begin: credential, end };
}

/** The line, or the quotes in which it stands: those that stand behind a `=` are within it. */
function endOfLine(text: string, begin: number): number {
  for (let end = begin; ;) {
    end = endOf(upToQuote, text, end);
    const within = end > begin && text.charAt(end - 1) === '=' ? endOf(quotedPart, text, end) : end;
    if (within === end) return end;
    end = within;
  }
}

/** Before a quote they belong to the quote: this is JSON in JSON. */
function withoutBackslashes(text: string, begin: number, end: number): number {
  let last = end;
  if (/["'`]/.test(text.charAt(end))) while (last > begin && text.charAt(last - 1) === '\\') last -= 1;
  return last;
}

/** Where the value ends that was opened so; at the end of its line, where it is not closed there. */
function closingQuote(text: string, from: number, [, escape = '', quote = '']: readonly string[]): number {
  // In JSON in JSON the end is written as the beginning is, and a quote within has more than twice as many backslashes.
  const level = escape.length;
  let backslashes = 0;
  for (let place = from; place < text.length; place++) {
    const character = text.charAt(place);
    if (character === '\n') return place;
    const isEnd = backslashes < level || (backslashes - level) % (2 * (level + 1)) === 0;
    if (character === quote && isEnd) return Math.max(from, place - Math.min(level, backslashes));
    backslashes = character === '\\' ? backslashes + 1 : 0;
  }
  return text.length;
}

function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  pattern.exec(text);
  // A sticky pattern that does not match says 0.
  return Math.max(from, pattern.lastIndex);
}
