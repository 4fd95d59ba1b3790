// Every message from an HKube worker to an algorithm (docs/wire-protocol.md has the table). One Zod schema each; the union is
// the only way in. Payloads that only other rooms understand stay `unknown`.

import * as z from 'zod/mini';
import { createDecoder, type Decoder } from '#wire/decoder';
import { TaskData } from '#wire/task-data';

const message = <Command extends string, Data extends z.ZodMiniType>(command: Command, data: Data) =>
  z.object({ command: z.literal(command), data });

const anything = z.optional(z.unknown());
const text = z.nullish(z.string());
const subPipelineId = z.string();

/** Error text: a string, or an object that carries one. */
const errorText = z.union([
  z.string(),
  z.pipe(
    z.looseObject({ message: z.string() }),
    z.transform((error) => error.message),
  ),
]);

/** The debug sidecar puts the text in `response`. */
const wordsOf = (error: string | null | undefined, response: unknown): string =>
  error ?? (typeof response === 'string' ? response : 'unknown error');

/** The id is missing where the worker could not read the request. */
const subPipelineError = z.pipe(
  z.looseObject({ subPipelineId: text, error: z.nullish(errorText), response: anything }),
  z.transform(({ subPipelineId: id, error, response }) => ({
    subPipelineId: id ?? undefined,
    error: wordsOf(error, response),
  })),
);
const executionError = z.pipe(
  z.looseObject({ execId: text, error: z.nullish(errorText), response: anything }),
  z.transform(({ execId: id, error, response }) => ({ execId: id ?? undefined, error: wordsOf(error, response) })),
);

const subPipelineStopped = z.looseObject({ subPipelineId, reason: text });
const peer = z.looseObject({ nodeName: z.string(), type: z.enum(['Add', 'Del']), address: z.unknown() });

export const Incoming = z.discriminatedUnion('command', [
  message('initialize', TaskData),
  message('start', z.nullish(z.looseObject({ spanId: anything }))),
  message('stop', z.nullish(z.looseObject({ forceStop: z.nullish(z.boolean()) }))),
  message('exit', z.nullish(z.looseObject({ exitCode: z.nullish(z.int()) }))),
  message('cleanup', anything),
  message('subPipelineStarted', z.looseObject({ subPipelineId })),
  message('subPipelineDone', z.looseObject({ subPipelineId, response: anything })),
  message('subPipelineError', subPipelineError),
  message('subPipelineStopped', subPipelineStopped),
  // The spelling of the public documentation's sample; no worker sends it, a host written from that page may.
  message('subPiplineStopped', subPipelineStopped),
  message('algorithmExecutionDone', z.looseObject({ execId: z.string(), response: anything })),
  message('algorithmExecutionError', executionError),
  message(
    'dataSourceResponse',
    z.looseObject({ requestId: z.string(), response: anything, error: z.nullish(errorText) }),
  ),
  message('serviceDiscoveryUpdate', z.array(peer)),
  message('streamingInMessage', z.looseObject({ payload: z.unknown(), origin: text, sendMessageId: z.string() })),
  message('alreadyConnectedError', z.nullish(z.looseObject({ hostname: text }))),
]);
export type Incoming = z.output<typeof Incoming>;

/** Decodes a frame from a worker. */
export const decodeIncoming: Decoder<Incoming> = createDecoder(Incoming);
