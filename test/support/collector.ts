// A collector of traces for tests: takes OTLP over HTTP on loopback as Jaeger does, keeps all spans, and can be slow, refuse, or be
// gone.
//
//   const collector = await openCollector();
//   for (const [name, value] of Object.entries(collector.env)) vi.stubEnv(name, value);
//   … await expect.poll(() => collector.outline()).toEqual([…]);

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach } from 'vitest';
import { decodeOtlp, type OtlpSpan, type OtlpValue } from '#test/support/otlp';
import { outlineOf, type SpanNode, treesOf } from '#test/support/span-tree';

export type { OtlpSpan, OtlpValue, SpanNode };

/** `hang`: a request is kept, and answered when it behaves otherwise. A number: the status of each answer. */
export type CollectorMood = 'take' | 'hang' | number;

export interface Collector {
  /** Where traces are posted. */
  readonly url: string;
  /** What makes a process send its spans here, soon. */
  readonly env: Readonly<Record<string, string>>;
  /** In the order in which they came. */
  readonly spans: readonly OtlpSpan[];
  /** How many times somebody posted, whatever became of it. */
  readonly requests: number;
  /** What could not be read, or came elsewhere. */
  readonly problems: readonly string[];
  /** From now on. */
  behave(mood: CollectorMood): void;
  /** All spans as normalised trees: see `span-tree`. */
  tree(): SpanNode[];
  /** The same in short: a line a span, two spaces for each level. */
  outline(): string[];
  /** The span of this name; fails unless there is exactly one. */
  span(name: string): OtlpSpan;
  clear(): void;
  /** Nobody listens any more: connections are refused. */
  close(): Promise<void>;
}

const PATH = '/v1/traces';
const open: Collector[] = [];

/** Closed after each test. */
export async function openCollector(): Promise<Collector> {
  let spans: OtlpSpan[] = [];
  let mood: CollectorMood = 'take';
  let requests = 0;
  const problems: string[] = [];
  let waiting: (() => void)[] = [];

  async function take(request: IncomingMessage): Promise<number> {
    const body = await bodyOf(request);
    requests += 1;
    if (mood === 'hang') await new Promise<void>((resolve) => waiting.push(resolve));
    if (typeof mood === 'number') return mood;
    if (request.method !== 'POST' || request.url !== PATH) {
      problems.push(`${request.method} ${request.url}`);
      return 404;
    }
    try {
      spans.push(...decodeOtlp(body));
      return 200;
    } catch (error) {
      problems.push(String(error));
      return 400;
    }
  }

  const server = createServer((request, response) => {
    void take(request)
      // An empty ExportTraceServiceResponse is nothing.
      .then((status) => response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end())
      // Whoever has posted has gone.
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${portOf(server.address())}${PATH}`;

  function behave(next: CollectorMood): void {
    mood = next;
    if (next === 'hang') return;
    for (const goOn of waiting) goOn();
    waiting = [];
  }

  const collector: Collector = {
    url,
    env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url, OTEL_BSP_SCHEDULE_DELAY: '20' },
    get spans() {
      return spans;
    },
    get requests() {
      return requests;
    },
    problems,
    behave,
    tree: () => treesOf(spans),
    outline: () => outlineOf(treesOf(spans)),
    span: (name) => {
      const [found, ...others] = spans.filter((span) => span.name === name);
      if (found && others.length === 0) return found;
      throw new TypeError(
        `${others.length + (found ? 1 : 0)} spans "${name}" among:\n${collector.outline().join('\n')}`,
      );
    },
    clear: () => {
      spans = [];
    },
    close: async () => {
      behave('take');
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  open.push(collector);
  return collector;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) if (part instanceof Buffer) parts.push(part);
  const body = Buffer.concat(parts);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address === 'object' && address !== null) return address.port;
  throw new TypeError('the collector listens nowhere');
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((collector) => collector.close()));
});
