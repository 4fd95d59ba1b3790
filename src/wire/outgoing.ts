// Every message from an algorithm to its HKube worker (docs/wire-protocol.md has the table). The runtime builds them by type;
// the worker's side checks them by schema, because there they come from any client.

import * as z from 'zod';

const message = <Command extends string, Data extends z.ZodType>(command: Command, data: Data) =>
  z.object({ command: z.literal(command), data });
const bare = <Command extends string>(command: Command) => message(command, z.unknown().optional());

const id = z.string().min(1);
const tags = z.record(z.string(), z.unknown());

/** A pipeline by its name, as HKube has it stored. */
export const StoredSubPipeline = z.looseObject({
  name: z.string(),
  flowInput: z.record(z.string(), z.unknown()).optional(),
  options: z.record(z.string(), z.unknown()).optional(),
  webhooks: z.record(z.string(), z.unknown()).optional(),
});
export type StoredSubPipeline = z.output<typeof StoredSubPipeline>;

/** A pipeline in full; `nodes` are checked by HKube's pipeline rules, not here. */
export const RawSubPipeline = StoredSubPipeline.extend({ nodes: z.array(z.looseObject({ nodeName: z.string() })) });
export type RawSubPipeline = z.output<typeof RawSubPipeline>;

const subPipelineRequest = <SubPipeline extends z.ZodType>(subPipeline: SubPipeline) =>
  z.looseObject({ subPipelineId: id, subPipeline, includeResult: z.boolean().optional() });

/** `{code, message, details}`, all text; a worker reads `message` alone. */
export const WireError = z.looseObject({
  code: z.string().optional(),
  message: z.string().optional(),
  details: z.string().optional(),
});
export type WireError = z.output<typeof WireError>;

export const Outgoing = z.discriminatedUnion('command', [
  bare('initialized'),
  bare('started'),
  bare('done'),
  bare('stopped'),
  bare('stopping'),
  bare('alive'),
  bare('exited'),
  bare('servingStatus'),
  z.object({ command: z.literal('errorMessage'), data: z.unknown().optional(), error: WireError.optional() }),
  message('progress', z.unknown().optional()),
  message('storing', z.looseObject({ storageInfo: z.looseObject({ path: z.string(), size: z.number().optional() }) })),
  message('startRawSubPipeline', subPipelineRequest(RawSubPipeline)),
  message('startStoredSubPipeline', subPipelineRequest(StoredSubPipeline)),
  message('stopSubPipeline', z.looseObject({ subPipelineId: id, reason: z.string().nullish() })),
  message(
    'startAlgorithmExecution',
    z.looseObject({ execId: id, algorithmName: id, input: z.array(z.unknown()).optional() }),
  ),
  message('stopAlgorithmExecution', z.looseObject({ execId: id, reason: z.string().nullish() })),
  message('dataSourceRequest', z.looseObject({ requestId: id, dataSource: z.looseObject({}) })),
  message('startSpan', z.looseObject({ name: z.string().min(1), tags: tags.nullish() })),
  message(
    'finishSpan',
    z
      .looseObject({
        tags: tags.nullish(),
        error: z.union([z.string(), z.looseObject({ message: z.string() })]).nullish(),
      })
      .nullish(),
  ),
  message('streamingStatistics', z.array(z.looseObject({ nodeName: z.string() }))),
  message(
    'streamingOutMessage',
    z.looseObject({ message: z.unknown(), flowName: z.string().nullish(), sendMessageId: z.string().nullish() }),
  ),
  message('streamingInMessageDone', z.looseObject({ sendMessageId: z.string() })),
  message('logData', z.array(z.unknown())),
]);
export type Outgoing = z.input<typeof Outgoing>;
export type ReceivedOutgoing = z.output<typeof Outgoing>;
