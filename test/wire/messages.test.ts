// Every message of the conversation passes its schema in both directions; what is malformed comes back with a reason.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadCodec } from '#wire/codec';
import { connectionUrl, readConnectionTerms } from '#wire/connection-url';
import { decodeIncoming } from '#wire/incoming';
import { decodeOutgoing } from '#wire/outgoing';

const codec = await loadCodec('json');
const frame = (value: unknown) => ({
  bytes: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  isBinary: false,
});

const toAlgorithm: [command: string, data: unknown][] = [
  ['initialize', { input: ['str', 512, false, { foo: 'bar' }] }],
  ['start', undefined],
  ['start', null],
  ['start', { spanId: { 'uber-trace-id': 'a:b:c:1' } }],
  ['stop', undefined],
  ['stop', { forceStop: false }],
  ['exit', undefined],
  ['exit', { exitCode: 0 }],
  ['cleanup', undefined],
  ['serviceDiscoveryUpdate', [{ nodeName: 'n', address: { host: 'h', port: 1 }, type: 'Add' }]],
  ['algorithmExecutionDone', { execId: '1', response: 5 }],
  ['algorithmExecutionError', { execId: '1', error: 'no' }],
  ['subPipelineStarted', { subPipelineId: '1' }],
  ['subPipelineDone', { subPipelineId: '1', response: [1] }],
  ['subPipelineError', { subPipelineId: '1', error: 'no' }],
  ['subPipelineError', { error: 'no' }],
  ['subPipelineStopped', { subPipelineId: '1', reason: 'why' }],
  ['subPiplineStopped', { subPipelineId: '1', reason: 'why' }],
  ['dataSourceResponse', { requestId: 'r', response: { name: 'd', files: [] } }],
  ['streamingInMessage', { payload: 1, origin: 'n', sendMessageId: 's' }],
  ['alreadyConnectedError', { hostname: 'h' }],
];

const fromAlgorithm: [command: string, fields: object][] = [
  ['initialized', {}],
  ['started', {}],
  ['done', {}],
  ['done', { data: [1] }],
  ['stopped', {}],
  ['stopping', {}],
  ['alive', { data: null }],
  ['exited', {}],
  ['servingStatus', { data: true }],
  ['errorMessage', { error: { code: 'C', message: 'm', details: 'd' } }],
  ['errorMessage', { error: { message: 'm' } }],
  ['progress', { data: 'any' }],
  ['progress', { data: { progress: 40, details: 'half' } }],
  ['storing', { data: { storageInfo: { path: 'p', size: 3 }, metadata: {} } }],
  [
    'startRawSubPipeline',
    {
      data: {
        subPipelineId: '1',
        subPipeline: { name: 'r', nodes: [{ nodeName: 'n', algorithmName: 'a', input: [] }] },
      },
    },
  ],
  [
    'startStoredSubPipeline',
    { data: { subPipelineId: '1', subPipeline: { name: 's', flowInput: { data: [] } }, includeResult: true } },
  ],
  ['stopSubPipeline', { data: { subPipelineId: '1', reason: 'r' } }],
  ['startAlgorithmExecution', { data: { execId: '1', algorithmName: 'a', input: [] } }],
  ['stopAlgorithmExecution', { data: { execId: '1' } }],
  ['dataSourceRequest', { data: { requestId: 'r', dataSource: { dataSourceId: 'd' } } }],
  ['startSpan', { data: { name: 's', tags: { a: 1 } } }],
  ['finishSpan', {}],
  ['finishSpan', { data: { tags: { a: 1 }, error: { message: 'm' } } }],
  ['streamingStatistics', { data: [{ nodeName: 'n', sent: 1 }] }],
  ['streamingOutMessage', { data: { message: 1, flowName: 'f' } }],
  ['streamingInMessageDone', { data: { sendMessageId: 's' } }],
  ['logData', { data: ['line'] }],
];

describe('messages to the algorithm', () => {
  it.each(toAlgorithm)('%s %j is understood', (command, data) => {
    expect(decodeIncoming(codec, frame({ command, data }))).toMatchObject({ kind: 'message', message: { command } });
  });

  it('keep fields that nobody knows', () => {
    const decoded = decodeIncoming(codec, frame({ command: 'initialize', data: { input: [], newInHkube3: { a: 1 } } }));
    expect(decoded).toMatchObject({ kind: 'message', message: { data: { newInHkube3: { a: 1 } } } });
  });

  it('have an empty input where none was sent', () => {
    expect(decodeIncoming(codec, frame({ command: 'initialize', data: {} }))).toMatchObject({
      message: { data: { input: [] } },
    });
  });

  it('may have null where msgpack had nothing to say', () => {
    const data = { input: null, jobId: null, attempts: null, ttl: null };
    expect(decodeIncoming(codec, frame({ command: 'initialize', data }))).toMatchObject({
      message: { data: { input: [], attempts: null } },
    });
  });

  it('give the text of an error wherever the host has put it', () => {
    const error = (data: object) => decodeIncoming(codec, frame({ command: 'subPipelineError', data }));
    expect(error({ subPipelineId: '1', response: 'from the sidecar' })).toMatchObject({
      message: { data: { error: 'from the sidecar' } },
    });
    expect(error({ error: { message: 'nested' } })).toMatchObject({ message: { data: { error: 'nested' } } });
    expect(error({})).toMatchObject({ message: { data: { error: 'unknown error' } } });
  });

  it('of the real worker are all understood', () => {
    const recorded = new URL('../conformance/frames.jsonl', import.meta.url);
    const lines = readFileSync(recorded, 'utf8')
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    const frames = lines.filter(isJsonFrame);
    expect(frames.length).toBeGreaterThan(100);
    for (const { direction, frame: text } of frames) {
      if (direction === 'worker->alg') expect(decodeIncoming(codec, frame(text))).toMatchObject({ kind: 'message' });
    }
  });

  it.each([
    ['not json', 'undecodable', 'not valid json'],
    ['null', 'undecodable', 'nothing, where a message should be'],
    ['[]', 'unknown', 'not an object'],
    ['{"data":1}', 'unknown', 'not an object'],
    ['{"command":5}', 'unknown', 'not an object'],
    ['{"command":"error"}', 'unknown', '"error" is not known'],
    ['{"command":"constructor"}', 'unknown', 'is not known'],
    ['{"command":"initialize"}', 'mistyped', 'data'],
    ['{"command":"initialize","data":{"input":"text"}}', 'mistyped', 'data.input: Invalid input: expected array'],
    ['{"command":"start","data":7}', 'mistyped', 'data'],
    ['{"command":"subPipelineDone","data":{}}', 'mistyped', 'data.subPipelineId'],
  ])('L11: %s is rejected as %s', (text, kind, reason) => {
    expect(decodeIncoming(codec, frame(text))).toMatchObject({
      kind: 'rejected',
      rejection: { kind, reason: expect.stringContaining(reason) },
    });
  });

  it('L11: no bytes and no JSON make decoding throw', async () => {
    const codecs = [codec, await loadCodec('bson'), await loadCodec('msgpack')];
    fc.assert(
      fc.property(fc.uint8Array(), fc.boolean(), fc.nat({ max: 2 }), (random, isBinary, which) => {
        const by = codecs[which] ?? codec;
        expect(['message', 'rejected']).toContain(decodeIncoming(by, { bytes: Buffer.from(random), isBinary }).kind);
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...toAlgorithm), fc.jsonValue(), ([command], data) => {
        expect(['message', 'rejected']).toContain(decodeIncoming(codec, frame({ command, data })).kind);
      }),
    );
  });
});

describe('messages from the algorithm', () => {
  it.each(fromAlgorithm)('%s %j is understood', (command, fields) => {
    expect(decodeOutgoing(codec, frame({ command, ...fields }))).toMatchObject({
      kind: 'message',
      message: { command },
    });
  });

  it.each([
    ['startSpan', undefined],
    ['startRawSubPipeline', { subPipelineId: 5, subPipeline: { name: 'x', nodes: [] } }],
    ['startStoredSubPipeline', { subPipelineId: '1' }],
  ])('%s %j is rejected', (command, data) => {
    expect(decodeOutgoing(codec, frame({ command, data }))).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'mistyped', command },
    });
  });
});

describe('the terms of a connection', () => {
  it('are added to the query in the order of the Node wrapper', () => {
    expect(connectionUrl('ws://localhost:3000', { encoding: 'bson', storage: 'v1' })).toBe(
      'ws://localhost:3000/?encoding=bson&storage=v1',
    );
  });

  it('keep a query that is there already', () => {
    expect(connectionUrl('ws://h/debug/x?a=1&encoding=json', { encoding: 'bson', storage: 'v1' })).toBe(
      'ws://h/debug/x?a=1&encoding=bson&storage=v1',
    );
  });

  it('are json and v1 where the other side says nothing', () => {
    expect(readConnectionTerms('/')).toEqual({ encoding: 'json', storage: 'v1' });
    expect(readConnectionTerms('/?storage=v3&encoding=msgpack&hostname=h')).toEqual({
      encoding: 'msgpack',
      storage: 'v3',
    });
    expect(readConnectionTerms('/?encoding=smoke')).toBeUndefined();
    expect(readConnectionTerms('//')).toBeUndefined();
  });
});

function isJsonFrame(line: unknown): line is { direction: string; frame: string } {
  return (
    typeof line === 'object' &&
    line !== null &&
    'frame' in line &&
    typeof line.frame === 'string' &&
    'direction' in line
  );
}
