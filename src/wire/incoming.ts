// Every message from an HKube worker to an algorithm (docs/wire-protocol.md has the table). One Zod schema each; the union is
// the only way in. Payloads that only other rooms understand stay `unknown`.

import * as z from 'zod';
import { TaskData } from '#wire/task-data';

const message = <Command extends string, Data extends z.ZodType>(command: Command, data: Data) =>
  z.object({ command: z.literal(command), data });

const subPipelineId = z.string();

/** Error text: a string, or an object that carries one. The debug sidecar puts it in `response`. */
const errorText = z.union([z.string(), z.looseObject({ message: z.string() }).transform((error) => error.message)]);

const subPipelineError = z
  .looseObject({ subPipelineId: subPipelineId.nullish(), error: errorText.nullish(), response: z.unknown().optional() })
  .transform(({ subPipelineId: id, error, response }) => ({
    subPipelineId: id ?? undefined,
    error: error ?? (typeof response === 'string' ? response : 'unknown error'),
  }));

const subPipelineStopped = z.looseObject({ subPipelineId, reason: z.string().nullish() });
const executionReply = z.looseObject({
  execId: z.string(),
  response: z.unknown().optional(),
  error: errorText.nullish(),
});

export const Incoming = z.discriminatedUnion('command', [
  message('initialize', TaskData),
  message('start', z.looseObject({ spanId: z.unknown().optional() }).nullish()),
  message('stop', z.looseObject({ forceStop: z.boolean().nullish() }).nullish()),
  message('exit', z.looseObject({ exitCode: z.number().int().nullish() }).nullish()),
  message('cleanup', z.unknown().optional()),
  message('subPipelineStarted', z.looseObject({ subPipelineId })),
  message('subPipelineDone', z.looseObject({ subPipelineId, response: z.unknown().optional() })),
  message('subPipelineError', subPipelineError),
  message('subPipelineStopped', subPipelineStopped),
  // The spelling of the public documentation's sample; no worker sends it, a host written from that page may.
  message('subPiplineStopped', subPipelineStopped),
  message('algorithmExecutionDone', executionReply),
  message('algorithmExecutionError', executionReply),
  message(
    'dataSourceResponse',
    z.looseObject({ requestId: z.string(), response: z.unknown().optional(), error: errorText.nullish() }),
  ),
  message(
    'serviceDiscoveryUpdate',
    z.array(z.looseObject({ nodeName: z.string(), type: z.enum(['Add', 'Del']), address: z.unknown() })),
  ),
  message(
    'streamingInMessage',
    z.looseObject({ payload: z.unknown(), origin: z.string().nullish(), sendMessageId: z.string() }),
  ),
  message('alreadyConnectedError', z.looseObject({ hostname: z.string().nullish() }).nullish()),
]);
export type Incoming = z.output<typeof Incoming>;
