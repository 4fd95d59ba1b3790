// Every message from an algorithm to its HKube worker (docs/wire-protocol.md has the table). The runtime builds them by type;
// the worker's side checks them by schema, because there they come from any client.

import * as z from 'zod/mini';
import { createDecoder, type Decoder } from '#wire/decoder';

const message = <Command extends string, Data extends z.ZodMiniType>(command: Command, data: Data) =>
  z.object({ command: z.literal(command), data });
const bare = <Command extends string>(command: Command) => message(command, z.optional(z.unknown()));

const id = z.string('should be string').check(z.minLength(1, 'should not be empty'));
/** Built by type, and received as whatever came: the worker's side finds out. */
const unchecked = <Value>() => z.custom<Value>(() => true);
const text = z.nullish(z.string());
const record = z.record(z.string(), z.unknown());

/** A pipeline by its name, as HKube has it stored. */
export const StoredSubPipeline = z.looseObject({
  name: z.string(),
  flowInput: z.optional(record),
  options: z.optional(record),
  webhooks: z.optional(record),
});
export type StoredSubPipeline = z.output<typeof StoredSubPipeline>;

/** A pipeline in full; what is inside is checked by HKube's pipeline rules, not here. */
export const RawSubPipeline = z.extend(StoredSubPipeline, {
  nodes: z.array(z.looseObject({ nodeName: z.string() })),
});
export type RawSubPipeline = z.output<typeof RawSubPipeline>;

const subPipelineRequest = <SubPipeline extends z.ZodMiniType>(subPipeline: SubPipeline) =>
  z.looseObject({ subPipelineId: id, subPipeline, includeResult: z.optional(z.boolean('should be boolean')) });
/** A pipeline that is none is an error of its request, and that has an id. */
const pipeline = <Value>() =>
  z.custom<Value>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'should be object');

/** `{code, message, details}`, all text; a worker reads `message` alone. */
export const WireError = z.looseObject({
  code: z.optional(z.string()),
  message: z.optional(z.string()),
  details: z.optional(z.string()),
});
export type WireError = z.output<typeof WireError>;

const spanEnd = z.looseObject({
  tags: z.nullish(record),
  error: z.nullish(z.union([z.string(), z.looseObject({ message: z.string() })])),
});
const storing = z.looseObject({
  storageInfo: z.looseObject({ path: z.string(), size: z.optional(z.number()) }),
});
/** Its id is wanted also where the rest is wrong: the answer carries it. */
const execution = z.looseObject({
  execId: z.optional(unchecked<string>()),
  algorithmName: z.optional(unchecked<string>()),
  input: z.optional(unchecked<readonly unknown[]>()),
  /** In place of `input` where the algorithm has put it into HKube's storage: links into `storage`. */
  storageInput: z.optional(z.unknown()),
  storage: z.optional(z.unknown()),
  includeResult: z.optional(z.unknown()),
  /** The Java wrapper's word for `includeResult`. */
  resultAsRaw: z.optional(z.unknown()),
});
const streamed = z.looseObject({ message: z.unknown(), flowName: text, sendMessageId: text });

export const Outgoing = z.discriminatedUnion('command', [
  bare('initialized'),
  bare('started'),
  bare('done'),
  bare('stopped'),
  bare('stopping'),
  bare('alive'),
  bare('exited'),
  bare('servingStatus'),
  z.object({
    command: z.literal('errorMessage'),
    data: z.optional(z.unknown()),
    error: z.optional(unchecked<WireError>()),
  }),
  bare('progress'),
  message('storing', storing),
  message('startRawSubPipeline', subPipelineRequest(pipeline<RawSubPipeline>())),
  message('startStoredSubPipeline', subPipelineRequest(pipeline<StoredSubPipeline>())),
  message('stopSubPipeline', z.looseObject({ subPipelineId: id, reason: text })),
  message('startAlgorithmExecution', execution),
  message('stopAlgorithmExecution', z.looseObject({ execId: z.optional(unchecked<string>()), reason: text })),
  message('dataSourceRequest', z.looseObject({ requestId: id, dataSource: z.looseObject({}) })),
  message('startSpan', z.looseObject({ name: unchecked<string>(), tags: z.nullish(record) })),
  message('finishSpan', z.nullish(spanEnd)),
  message('streamingStatistics', z.array(z.looseObject({ nodeName: z.string() }))),
  message('streamingOutMessage', streamed),
  message('streamingInMessageDone', z.looseObject({ sendMessageId: z.string() })),
  message('logData', z.array(z.unknown())),
]);
/** A message as the runtime builds it. */
export type Outgoing = z.input<typeof Outgoing>;
/** A message as the worker's side has checked it. */
export type ReceivedOutgoing = z.output<typeof Outgoing>;

/** Decodes a frame from an algorithm. */
export const decodeOutgoing: Decoder<ReceivedOutgoing> = createDecoder(Outgoing);
