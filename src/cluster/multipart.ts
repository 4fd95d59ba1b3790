// A form as multipart/form-data, in flat memory: a file of any size passes through in the chunks that it comes in. The form of the
// platform wants files that it can measure beforehand; ours may be made while they are sent.

import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { OpenBody } from '#cluster/exchange';

/** A file that can be sent: `open` is called once for each try. */
export interface Upload {
  /** HKube tells the kind of an archive by its end: `.zip`, `.tar.gz`. */
  readonly fileName: string;
  readonly open: () => Readable;
}

/** What a form has, by names. */
export type Form = Readonly<Record<string, string | Upload>>;

export interface Multipart {
  readonly contentType: string;
  readonly open: () => OpenBody;
}

export function multipart(form: Form): Multipart {
  const boundary = `algorithm-actor-${randomBytes(16).toString('hex')}`;
  return { contentType: `multipart/form-data; boundary=${boundary}`, open: () => openForm(form, boundary) };
}

function openForm(form: Form, boundary: string): OpenBody {
  const opened: Readable[] = [];

  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (const [name, part] of Object.entries(form)) {
      yield Buffer.from(`--${boundary}\r\n${headOf(name, part)}\r\n\r\n`);
      if (typeof part === 'string') yield Buffer.from(part);
      else yield* contentOf(part);
      yield Buffer.from('\r\n');
    }
    yield Buffer.from(`--${boundary}--\r\n`);
  }

  async function* contentOf(upload: Upload): AsyncGenerator<Uint8Array> {
    const stream = upload.open();
    opened.push(stream);
    for await (const chunk of stream) yield toBytes(chunk);
  }

  return {
    [Symbol.asyncIterator]: bytes,
    close: () => {
      // One that is closed in mid-flow says so by an error; nobody is there to hear it any more.
      for (const stream of opened) stream.on('error', () => undefined).destroy();
    },
  };
}

function headOf(name: string, part: string | Upload): string {
  const disposition = `Content-Disposition: form-data; name="${quoted(name)}"`;
  if (typeof part === 'string') return disposition;
  return `${disposition}; filename="${quoted(part.fileName)}"\r\nContent-Type: application/octet-stream`;
}

/** As browsers write them. */
const quoted = (name: string): string => name.replace(/["\r\n]/g, encodeURIComponent);

const toBytes = (chunk: unknown): Uint8Array => (chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk)));
