// What a text is like, and how small gzip makes it.

import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { trace } from '@opentelemetry/api';
import type { AlgorithmApi, Task } from 'algorithm-actor';
import type { Sample } from './_model.js';

// As a library would have it, which knows OpenTelemetry and nothing of HKube.
const tracer = trace.getTracer('features');

export async function start({ input: [file] }: Task<readonly [string]>, api: AlgorithmApi): Promise<Sample> {
  const text = await api.span('read', { file }, () => readFile(file, 'utf8'));
  if (text === '') throw new RangeError(`${file} is empty`);
  // The library's spans stand below the one in which it is called.
  const features = await api.span('describe', () => featuresOf(text));
  const gzipped = await api.span('gzip', () => gzipSync(text).length);
  return { file, bytes: Buffer.byteLength(text), gzipped, features };
}

function featuresOf(text: string): Sample['features'] {
  return tracer.startActiveSpan('features', { attributes: { characters: text.length } }, (span) => {
    const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
    const letters = text.match(/\p{L}/gu) ?? [];
    const triples = Array.from({ length: text.length }, (_, at) => text.slice(at, at + 3));
    span.end();
    return {
      length: Math.log(text.length),
      vocabulary: new Set(words).size / (words.length || 1),
      letters: letters.length / text.length,
      repetition: 1 - new Set(triples).size / triples.length,
    };
  });
}
