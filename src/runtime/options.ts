// The options of an algorithm: what the author may write, and what it becomes. One compile step: from code, then environment
// (the official wrappers' names, so that a container swaps over), then defaults. A wrong value is an error at once, and names
// where it came from.

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import { createLogger, type Logger } from '#handlers/logger';
import { type HandlerPlace, type Isolation, isolations, placeOf } from '#handlers/place';
import type { Backoff } from '#model/backoff';
import { LONGEST_TIMER_MS } from '#model/duration';
import { Encoding } from '#wire/codec';
import { connectionUrl, StorageProtocol } from '#wire/connection-url';
import { DEFAULT_FRAME_BYTES } from '#wire/encode';
import { InspectOption, type InspectOptions } from '#inspector/options';
import { serviceNameIn, tracingSettings } from '#tracing/settings';
import type { TracerProvider, TraceSource } from '#tracing/tracing';

/** All optional. Times in milliseconds, sizes in bytes. */
export interface AlgorithmOptions {
  /** The worker's address in one piece; wins over `protocol`, `host` and `port`. Environment: WORKER_SOCKET_URL. */
  readonly url?: string;
  /** Default: ws. Environment: WORKER_SOCKET_PROTOCOL. */
  readonly protocol?: 'ws' | 'wss';
  /** Default: localhost. Environment: WORKER_SOCKET_HOST. */
  readonly host?: string;
  /** Default: 3000. Environment: WORKER_SOCKET_PORT. */
  readonly port?: number;
  /** Default: bson, as the official wrappers; json for a Python entry. Environment: WORKER_ALGORITHM_ENCODING. */
  readonly encoding?: Encoding;
  /** Default: v1, inputs and results inside the messages; v2 and v3 are refused. Environment: STORAGE_PROTOCOL. */
  readonly storage?: 'v1';
  /**
   * Where the handlers run: `inline` on this event loop, in a worker `thread`, or in a `process`. Default: inline for functions;
   * for an `entry` a thread, or a process if it is Python.
   */
  readonly isolation?: Isolation;
  /** The module that exports the handlers, in place of functions: a thread or a process loads it by itself. */
  readonly entry?: string;
  /** The interpreter of a Python entry, or the folder of a virtual environment. Default: one beside the entry, else python3. */
  readonly python?: string;
  /**
   * Sends `alive` every 5 s while a task is open. Default: true, but false for inline handlers: a busy event loop would miss a
   * beat and be shot for it.
   */
  readonly alive?: boolean;
  /** How long a stop may take before `stopped` is answered for the handler. Default: 8000; HKube kills after 10000. */
  readonly stopGraceMs?: number;
  /** How long a host that says nothing after a reconnect is waited for, before it is sent what was never sent. Default: 2000. */
  readonly resumeGraceMs?: number;
  /** How long to wait before connecting again: up to `minMs` at first, doubling up to `maxMs`. Default: 100 and 5000. */
  readonly reconnect?: { readonly minMs?: number; readonly maxMs?: number };
  /**
   * `frameBytes`: the largest message that is sent; default 1e8, the limit of HKube's worker. `outboxBytes`: how much may wait
   * for a worker that does not listen; default 1e8.
   */
  readonly limits?: { readonly frameBytes?: number; readonly outboxBytes?: number };
  /** Leave cleanly on SIGTERM and SIGINT. Default: true. */
  readonly signals?: boolean;
  /**
   * The folder of the files that `api.metrics.scalar` writes, for TensorBoard. Default: they are not written. Environment:
   * ALGO_METRICS_DIR, which HKube sets.
   */
  readonly metricsDir?: string;
  /**
   * Lets people look at its actors in a browser: a link with a token is logged, and opened by them. Default: false. Environment:
   * ALGORITHM_ACTOR_INSPECTOR, the inspector of another process that shows this one too.
   */
  readonly inspect?: boolean | InspectOptions | undefined;
  /**
   * Takes the spans of functions that run inline, and of the libraries that they use. Default: a collector where OpenTelemetry's
   * standard variables (OTEL_EXPORTER_OTLP_ENDPOINT, …) or JAEGER_AGENT_SERVICE_HOST name one; without either nothing is traced.
   */
  readonly tracerProvider?: TracerProvider;
  /** Default: lines on stderr, from `info` up. Environment: HKUBE_LOG_LEVEL. */
  readonly logger?: Logger;
}

/** The options after the compile step: nothing is missing any more. */
export interface ResolvedOptions {
  /** Where to connect, query included. */
  readonly url: string;
  readonly encoding: Encoding;
  readonly place: HandlerPlace;
  readonly alive: boolean;
  readonly stopGraceMs: number;
  readonly resumeGraceMs: number;
  readonly backoff: Backoff;
  readonly frameBytes: number;
  readonly outboxBytes: number;
  readonly signals: boolean;
  /** Undefined: scalars are not written. */
  readonly metricsDir: string | undefined;
  /** Undefined: nobody can look. */
  readonly inspect: InspectOptions | undefined;
  /** Says where to look: a link with a token, which no logger of ours would leave in it. */
  readonly announce: (link: string) => void;
  readonly trace: TraceSource;
  /** The name under which spans are found. */
  readonly service: string;
  readonly logger: Logger;
}

const word = <const Word extends string>(words: readonly Word[]) => z.enum(words, `expected ${words.join(' or ')}`);
const flag = z.boolean('expected true or false');
const positive = z.number('expected a number').check(z.positive('expected a number above 0'));
const duration = positive.check(z.maximum(LONGEST_TIMER_MS, `expected ${LONGEST_TIMER_MS} ms at most`));
/** Any message of the task's life fits into this, an error with its details cut. */
const SMALLEST_FRAME = 1_000;
const frameSize = z
  .number('expected a number')
  .check(z.minimum(SMALLEST_FRAME, `expected ${SMALLEST_FRAME} bytes at least`));
const portNumber = z
  .int('expected a whole number')
  .check(z.minimum(1, 'expected 1 to 65535'), z.maximum(65_535, 'expected 1 to 65535'));
const logLevel = word(['debug', 'info', 'warn', 'error']);

const Options = z.strictObject({
  url: z.optional(z.url({ protocol: /^wss?$/, error: 'expected a WebSocket URL such as ws://localhost:3000' })),
  protocol: z._default(word(['ws', 'wss']), 'ws'),
  host: z._default(z.string('expected a host name').check(z.regex(/^[\w.:-]+$/, 'expected a host name')), 'localhost'),
  port: z._default(portNumber, 3000),
  encoding: z.optional(word(Encoding.options)),
  storage: z._default(word(StorageProtocol.options), 'v1'),
  isolation: z.optional(word(isolations)),
  entry: z.optional(z.string('expected the path of a module').check(z.minLength(1, 'expected the path of a module'))),
  python: z.optional(
    z.string('expected the path of an interpreter').check(z.minLength(1, 'expected the path of an interpreter')),
  ),
  alive: z.optional(flag),
  stopGraceMs: z._default(duration, 8_000),
  resumeGraceMs: z._default(duration, 2_000),
  reconnect: z.prefault(z.strictObject({ minMs: z._default(duration, 100), maxMs: z._default(duration, 5_000) }), {}),
  limits: z.prefault(
    z.strictObject({
      frameBytes: z._default(frameSize, DEFAULT_FRAME_BYTES),
      outboxBytes: z._default(positive, DEFAULT_FRAME_BYTES),
    }),
    {},
  ),
  signals: z._default(flag, true),
  metricsDir: z.optional(
    z.string('expected the path of a folder').check(z.minLength(1, 'expected the path of a folder')),
  ),
  inspect: InspectOption,
  tracerProvider: z.optional(
    z.custom<TracerProvider>(isTracerProvider, 'expected a TracerProvider of OpenTelemetry, with a function getTracer'),
  ),
  logger: z.optional(z.custom<Logger>(isLogger, 'expected an object with the functions debug, info, warn and error')),
  logLevel: z._default(logLevel, 'info'),
});
type Checked = z.output<typeof Options>;

function isLogger(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return logLevel.options.every((level) => typeof Reflect.get(value, level) === 'function');
}

function isTracerProvider(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'getTracer') === 'function';
}

const environment = {
  url: 'WORKER_SOCKET_URL',
  protocol: 'WORKER_SOCKET_PROTOCOL',
  host: 'WORKER_SOCKET_HOST',
  port: 'WORKER_SOCKET_PORT',
  encoding: 'WORKER_ALGORITHM_ENCODING',
  storage: 'STORAGE_PROTOCOL',
  logLevel: 'HKUBE_LOG_LEVEL',
  metricsDir: 'ALGO_METRICS_DIR',
  inspect: 'ALGORITHM_ACTOR_INSPECTOR',
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

function fromEnvironment(env: Environment): Record<string, unknown> {
  const found = Object.entries(environment).flatMap(([option, variable]): [string, unknown][] => {
    const value = env[variable];
    if (value === undefined || value === '') return [];
    if (option === 'inspect') return [[option, { connect: value }]];
    if (option === 'port' && /^\d+$/.test(value)) return [[option, Number(value)]];
    // The Python wrapper's users write it in capitals.
    return [[option, option === 'logLevel' ? value.toLowerCase() : value]];
  });
  return Object.fromEntries(found);
}

function fromCode(options: unknown): Record<string, unknown> {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new RuntimeError('INVALID_OPTIONS', 'The options of createAlgorithmActor: expected an object, or nothing.');
  }
  if ('logLevel' in options) {
    throw new RuntimeError(
      'INVALID_OPTIONS',
      'options.logLevel: not an option; set HKUBE_LOG_LEVEL, or give a `logger`.',
    );
  }
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** Compiles options. Throws `INVALID_OPTIONS` naming each wrong one, `UNSUPPORTED` for what HKube has and this version has not. */
export function resolveOptions(options: AlgorithmOptions, env: Environment): ResolvedOptions {
  const code = fromCode(options);
  const ambient = fromEnvironment(env);
  // An address given in parts by code is not overruled by a whole one from the environment.
  if ('host' in code || 'port' in code || 'protocol' in code) delete ambient.url;
  const parsed = Options.safeParse({ ...ambient, ...code });
  if (!parsed.success) throw wrongOptions(parsed.error, { code, ambient });
  return compile(parsed.data, env);
}

function compile(checked: Checked, env: Environment): ResolvedOptions {
  refuseUnbuilt(checked);
  const {
    url,
    protocol,
    host,
    port,
    stopGraceMs,
    resumeGraceMs,
    reconnect,
    limits,
    signals,
    metricsDir,
    inspect,
    logger,
  } = checked;
  const place = placeOf(checked);
  // Python reads no bson by itself: it would be read here and written again.
  const encoding = checked.encoding ?? (place.kind === 'python' ? 'json' : 'bson');
  const base = url ?? `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    url: connectionUrl(base, { encoding, storage: 'v1' }),
    encoding,
    place,
    alive: checked.alive ?? place.kind !== 'inline',
    stopGraceMs,
    resumeGraceMs,
    backoff: { minMs: reconnect.minMs, maxMs: Math.max(reconnect.minMs, reconnect.maxMs) },
    ...limits,
    signals,
    metricsDir,
    inspect,
    trace: traceSource(checked.tracerProvider, place, env),
    service: serviceNameIn(env) ?? env.ALGORITHM_TYPE ?? env.ALGORITHM_NAME ?? 'algorithm',
    announce: (link) => (logger ? logger.info(`inspector: ${link}`) : process.stderr.write(`inspector: ${link}\n`)),
    logger: logger ?? createLogger((line) => process.stderr.write(line), checked.logLevel),
  };
}

function traceSource(provider: TracerProvider | undefined, place: HandlerPlace, env: Environment): TraceSource {
  if (!provider) return tracingSettings(env);
  if (place.kind === 'inline') return { kind: 'provider', provider };
  throw new RuntimeError(
    'INVALID_OPTIONS',
    `options.tracerProvider: it cannot move to the ${place.kind === 'thread' ? 'thread' : 'process'} of ${place.entry}. ` +
      'Set OTEL_EXPORTER_OTLP_ENDPOINT in its place, or give functions.',
  );
}

function refuseUnbuilt({ storage }: Checked): void {
  if (storage !== 'v1') {
    throw new RuntimeError(
      'UNSUPPORTED',
      `storage ${storage} is not built yet. Use v1 (options.storage or STORAGE_PROTOCOL): inputs and results travel inside the messages.`,
    );
  }
}

interface Sources {
  readonly code: Readonly<Record<string, unknown>>;
  readonly ambient: Readonly<Record<string, unknown>>;
}

const isEnvironmentOption = (option: string): option is keyof typeof environment => option in environment;

function wrongOptions(error: z.core.$ZodError, { code, ambient }: Sources): RuntimeError {
  const problems = error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      const owner = ['options', ...issue.path].join('.');
      return issue.keys.map((key) => `${owner}.${key}: not an option`);
    }
    const [option = ''] = issue.path.map(String);
    const fromEnv = !(option in code) && option in ambient && isEnvironmentOption(option);
    const name = fromEnv ? `the environment variable ${environment[option]}` : `options.${issue.path.join('.')}`;
    const value = option in code ? code[option] : ambient[option];
    return [`${name}: ${issue.message}${typeof value === 'object' ? '' : `, got ${JSON.stringify(value)}`}`];
  });
  const known = Object.keys(Options.shape).filter((name) => name !== 'logLevel');
  const hint = error.issues.some((issue) => issue.code === 'unrecognized_keys')
    ? ` The options are ${known.join(', ')}.`
    : '';
  return new RuntimeError('INVALID_OPTIONS', `${problems.join('; ')}.${hint}`, {
    facts: { options: error.issues.map((issue) => issue.path.join('.')).join(',') },
  });
}
