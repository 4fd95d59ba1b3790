// The form of the rpc on a pipe, a parcel after the other:
//
//   4 bytes, little-endian   length of the note
//   4 bytes, little-endian   length of the body, 0 for none
//   the note                 JSON, UTF-8
//   the body                 bytes, not looked at

import type { Body } from '#handlers/rpc';

const HEAD_BYTES = 8;
/** More than any note has: what claims more is not a parcel. */
const NOTE_BYTES = 16 * 2 ** 20;

/** A note and its body, to be written in this order. */
export function packParcel(note: unknown, body?: Body): readonly Uint8Array[] {
  const words = Buffer.from(JSON.stringify(note));
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(words.length, 0);
  head.writeUInt32LE(bytes?.length ?? 0, 4);
  const note_ = Buffer.concat([head, words]);
  return bytes ? [note_, bytes] : [note_];
}

interface Unpacking {
  readonly onParcel: (note: unknown, body: Body | undefined) => void;
  /** Once: what came is no parcel, and nothing after it is looked at. */
  readonly onBroken: (reason: string) => void;
}

/** Takes the chunks of a pipe, in order, and gives whole parcels. */
export function createUnpacker({ onParcel, onBroken }: Unpacking): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let have = 0;
  let need = HEAD_BYTES;
  let noteBytes = 0;
  let bodyBytes = 0;

  /** Takes `size` bytes off the front; most parcels lie in one chunk, and are not copied. */
  function take(size: number): Buffer {
    const [first] = chunks;
    const whole = chunks.length === 1 && first ? first : Buffer.concat(chunks, have);
    chunks = whole.length === size ? [] : [whole.subarray(size)];
    have -= size;
    return whole.subarray(0, size);
  }

  function giveUp(reason: string): void {
    need = Number.POSITIVE_INFINITY;
    onBroken(reason);
  }

  function readHead(): void {
    const head = take(HEAD_BYTES);
    noteBytes = head.readUInt32LE(0);
    bodyBytes = head.readUInt32LE(4);
    if (noteBytes > 0 && noteBytes <= NOTE_BYTES) need = noteBytes + bodyBytes;
    else giveUp(`${show(head)} begins no parcel`);
  }

  function readParcel(): void {
    const words = take(noteBytes);
    const body = bodyBytes === 0 ? undefined : take(bodyBytes);
    noteBytes = 0;
    need = HEAD_BYTES;
    const note = parse(words);
    if (note) onParcel(note.value, body);
    else giveUp(`${show(words)} is no JSON in UTF-8`);
  }

  return (chunk) => {
    if (need === Number.POSITIVE_INFINITY) return;
    chunks.push(chunk);
    have += chunk.length;
    while (have >= need) {
      if (noteBytes === 0) readHead();
      else readParcel();
    }
  };
}

function parse(words: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(words)) };
  } catch {
    return undefined;
  }
}

const show = (bytes: Buffer): string => JSON.stringify(bytes.subarray(0, 40).toString('latin1'));
