// Archives byte by byte, so that they can say what no library would let them say.

import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string | Buffer;
  readonly content?: Buffer | string;
  readonly mode?: number;
  readonly flags?: number;
  readonly method?: number;
  /** What the headers say, where it is not true. */
  readonly size?: number;
  readonly crc?: number;
  readonly localName?: string;
  /** In place of the deflated content. */
  readonly packed?: Buffer;
  /** The local header of an entry before this one stands for this one, too. */
  readonly at?: number;
  readonly extra?: Buffer;
}

export interface ZipEnd {
  readonly count?: number;
  readonly comment?: string;
  /** Between the entries and their list. */
  readonly gap?: Buffer;
  readonly listBytes?: number;
  /** A large record before the small one: what it says of the number of entries. */
  readonly largeCount?: number;
}

const field = (...parts: readonly (readonly [bytes: 2 | 4 | 8, value: number])[]): Buffer =>
  Buffer.concat(
    parts.map(([bytes, value]) => {
      const buffer = Buffer.alloc(bytes);
      buffer.writeUIntLE(value, 0, bytes === 8 ? 6 : bytes);
      return buffer;
    }),
  );

export function zipBytes(entries: readonly ZipEntry[], end: ZipEnd = {}): Buffer {
  const locals: Buffer[] = [];
  const list: Buffer[] = [];
  let position = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content ?? '');
    const method = entry.method ?? 8;
    const packed = entry.packed ?? (method === 8 ? deflateRawSync(content) : content);
    const name = Buffer.from(entry.name);
    const localName = Buffer.from(entry.localName ?? entry.name);
    const extra = entry.extra ?? Buffer.alloc(0);
    const flags = entry.flags ?? 0x800;
    const [crc, size] = [entry.crc ?? crc32(content), entry.size ?? content.length];
    const shared = (length: number, extraBytes: number): Buffer =>
      Buffer.concat([
        field([2, flags], [2, method], [4, 0], [4, crc], [4, packed.length], [4, size], [2, length], [2, extraBytes]),
      ]);
    const at = entry.at ?? position;
    const local = Buffer.concat([
      Buffer.from('PK\x03\x04'),
      field([2, 20]),
      shared(localName.length, 0),
      localName,
      packed,
    ]);
    if (entry.at === undefined) {
      locals.push(local);
      position += local.length;
    }
    const mode = (entry.mode ?? 0o100644) * 0x10000;
    list.push(
      Buffer.from('PK\x01\x02'),
      field([2, 0x33f], [2, 20]),
      shared(name.length, extra.length),
      field([2, 0], [2, 0], [2, 0], [4, mode], [4, at]),
      name,
      extra,
    );
  }
  const body = Buffer.concat([...locals, end.gap ?? Buffer.alloc(0)]);
  return Buffer.concat([
    body,
    ...list,
    endOf(body.length, Buffer.concat(list).length, { count: entries.length, ...end }),
  ]);
}

function endOf(start: number, bytes: number, end: ZipEnd & { count: number }): Buffer {
  const comment = Buffer.from(end.comment ?? '');
  const listBytes = end.listBytes ?? bytes;
  const large = (count: number): Buffer =>
    Buffer.concat([
      Buffer.from('PK\x06\x06'),
      field([8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, count], [8, count], [8, listBytes], [8, start]),
      Buffer.from('PK\x06\x07'),
      field([4, 0], [8, start + bytes], [4, 1]),
    ]);
  return Buffer.concat([
    end.largeCount === undefined ? Buffer.alloc(0) : large(end.largeCount),
    Buffer.from('PK\x05\x06'),
    field([2, 0], [2, 0], [2, end.count], [2, end.count], [4, listBytes], [4, start], [2, comment.length]),
    comment,
  ]);
}

export interface TarEntry {
  readonly name: string;
  readonly content?: Buffer | string;
  /** One letter: 0 is a file, 5 a folder, 1 and 2 are links. */
  readonly type?: string;
  readonly mode?: number;
  readonly link?: string;
  /** What the header says, where it is not true. */
  readonly size?: number;
  readonly sum?: number;
}

const BLOCK = 512;
const END = Buffer.alloc(2 * BLOCK);

export function tarBytes(entries: readonly TarEntry[], end: Buffer = END): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? '');
    const header = tarHeader(entry, content.length);
    return [header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
  });
  return Buffer.concat([...blocks, end]);
}

export function tarHeader({ name, type, mode, link, size, sum }: TarEntry, contentBytes: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
  header.write(name, 0, 100);
  header.write(octal(mode ?? 0o644, 7), 100);
  header.write(`${octal(0, 7)}\0${octal(0, 7)}\0`, 108);
  header.write(octal(size ?? contentBytes, 11), 124);
  header.write(octal(0, 11), 136);
  header.write(type ?? '0', 156);
  header.write(link ?? '', 157, 100);
  header.write('ustar\x0000', 257, 'latin1');
  header.fill(' ', 148, 156);
  header.write(`${octal(sum ?? header.reduce((all, byte) => all + byte, 0), 6)}\0 `, 148);
  return header;
}

export const tarGz = (entries: readonly TarEntry[], end?: Buffer): Buffer => gzipSync(tarBytes(entries, end));

/** What an extended header says of the entry behind it. */
export function pax(key: string, value: string): TarEntry {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest);
  while (String(length).length + Buffer.byteLength(rest) !== length)
    length = String(length).length + Buffer.byteLength(rest);
  return { name: 'PaxHeader', type: 'x', content: `${length}${rest}` };
}
