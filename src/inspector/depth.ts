// How deep a text of JSON is nested, before it becomes a value: what is nested by the thousand can be read, but whatever walks it then
// (`JSON.stringify`, a schema, the page) overflows the stack. Pure, and does not recurse itself.

/** Values are copied to a depth of 256; what stands around them in a frame is a few levels more. */
const DEEPEST = 512;

const QUOTE = 34;
const BACKSLASH = 92;

/** Whether arrays and objects in this text of JSON lie in each other more than 512 deep. */
export function isTooDeep(text: string): boolean {
  // Most lines are shorter than that: they cost nothing.
  if (text.length <= DEEPEST) return false;
  let depth = 0;
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    // `[` and `{`, `]` and `}`.
    if (code === 91 || code === 123) depth += 1;
    else if (code === 93 || code === 125) depth -= 1;
    else if (code === QUOTE) place = endOfString(text, place);
    if (depth > DEEPEST) return true;
  }
  return false;
}

/** Where the string ends that begins here. */
function endOfString(text: string, begin: number): number {
  for (let end = begin; ;) {
    end = text.indexOf('"', end + 1);
    if (end === -1) return text.length;
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
}
