// The moments between two states of a connection: a socket that is closing, a line that breaks while something is answered.

import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { type AlgorithmApi, createAlgorithmActor } from 'algorithm-actor';
import { commandsOf, connectAlgorithm, gate, keepLogs } from '#test/support/algorithm';
import { taskOf } from '#test/support/fake-worker';

const patient = { resumeGraceMs: 60_000 };
const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('an outcome decided while the socket was closing', () => {
  /** Runs task A, has the host close without reading on, lets A end, and gives the next connection. */
  async function closingWhileTheHandlerEnds(resumeGraceMs: number) {
    const [server, done] = [new WebSocketServer({ port: 0 }), gate<string>()];
    const sockets: WebSocket[] = [];
    const lines: Socket[] = [];
    const heard: string[][] = [];
    server.on('connection', (socket, request) => {
      sockets.push(socket);
      lines.push(request.socket);
      const said: string[] = [];
      heard.push(said);
      socket.on('message', (text: Buffer) => said.push(text.toString()));
    });
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const actor = createAlgorithmActor(
      { start: ({ taskId }) => (taskId === 'a' ? done.promise : `result of ${taskId ?? ''}`) },
      { port, encoding: 'json', signals: false, logger: keepLogs().logger, reconnect: { minMs: 1 }, resumeGraceMs },
    ).start();
    const say = (connection: number, command: string, data: unknown) =>
      sockets[connection]?.send(JSON.stringify({ command, data }));
    const until = async (holds: () => boolean) => {
      while (!holds()) await turns(1);
    };
    await until(() => sockets.length === 1);
    say(0, 'initialize', taskOf({ taskId: 'a' }));
    say(0, 'start', {});
    await until(() => heard[0]?.length === 2);
    lines[0]?.pause();
    sockets[0]?.close(1000);
    await turns(20);
    done.open('result of a');
    await turns(20);
    sockets[0]?.terminate();
    await until(() => sockets.length === 2);
    return {
      heard,
      until,
      say: (command: string, data: unknown) => say(1, command, data),
      end: () => {
        actor.stop();
        server.close();
        for (const socket of sockets) socket.terminate();
      },
    };
  }

  it('never completes another task', async () => {
    const { heard, say, until, end } = await closingWhileTheHandlerEnds(60_000);
    say('initialize', taskOf({ taskId: 'b' }));
    say('start', {});
    await until(() => heard[1]?.length === 3);
    expect(heard[1]).toEqual([
      '{"command":"initialized"}',
      '{"command":"started"}',
      '{"command":"done","data":"result of b"}',
    ]);
    end();
  });

  it('is sent once when the host asks again', async () => {
    const { heard, say, until, end } = await closingWhileTheHandlerEnds(60_000);
    say('initialize', taskOf({ taskId: 'a' }));
    say('start', {});
    await until(() => heard[1]?.length === 3);
    expect(heard[1]).toEqual([
      '{"command":"initialized"}',
      '{"command":"started"}',
      '{"command":"done","data":"result of a"}',
    ]);
    end();
  });

  it('is sent to a silent host after the grace', async () => {
    const { heard, until, end } = await closingWhileTheHandlerEnds(5);
    await until(() => heard[1]?.length === 1);
    expect(heard[1]).toEqual(['{"command":"done","data":"result of a"}']);
    end();
  });
});

describe('a drop between two answers', () => {
  it('progress of a hook that waits for a connection is not sent into another task', async () => {
    const [api, hook] = [gate<AlgorithmApi>(), gate()];
    const { connection, worker } = await connectAlgorithm({
      initialize: ({ taskId }, given) => {
        if (taskId !== 'a') return undefined;
        api.open(given);
        return hook.promise;
      },
      start: () => 1,
    });
    connection.send('initialize', taskOf({ taskId: 'a' }));
    const { progress } = await api.promise;
    connection.drop();
    await connection.closed;
    await turns(5);
    progress('of a');
    const second = await worker.connection();
    await second.begin({ taskId: 'b' });
    await second.next('done');
    expect(commandsOf(second)).toEqual(['initialized', 'started', 'done']);
  });

  it('between initialized and start: a start alone on the next connection runs the task', async () => {
    const { connection, worker } = await connectAlgorithm(
      { start: (_, api) => api.startStoredSubPipeline({ name: 'child' }) },
      patient,
    );
    connection.send('initialize', taskOf());
    await connection.next('initialized');
    connection.drop();
    const second = await worker.connection();
    second.send('start', {});
    const { data } = await second.next('startStoredSubPipeline');
    second.send('subPipelineDone', { subPipelineId: Reflect.get(Object(data), 'subPipelineId'), response: 'answered' });
    expect(await second.next('done')).toMatchObject({ data: 'answered' });
  });

  it('during a hook that was asked to start: a silent host hears of the task after the grace', async () => {
    const hook = gate();
    const { connection, worker } = await connectAlgorithm(
      { initialize: () => hook.promise, start: () => 'ran' },
      { resumeGraceMs: 5 },
    );
    connection.send('initialize', taskOf());
    connection.send('start', {});
    await connection.roundTrip();
    connection.drop();
    const second = await worker.connection();
    hook.open();
    expect(await second.next()).toMatchObject({ command: 'done', data: 'ran' });
  });

  it('while stopping: a silent host hears stopped after the grace', async () => {
    const late = gate();
    const { connection, worker } = await connectAlgorithm({ start: () => late.promise }, { resumeGraceMs: 5 });
    await connection.begin();
    connection.send('stop');
    await connection.roundTrip();
    connection.drop();
    await connection.closed;
    await turns(5);
    late.open();
    const second = await worker.connection();
    expect(await second.next()).toEqual({ command: 'stopped' });
  });

  it('a stop on the next connection takes the sub-pipelines with it', async () => {
    const api = gate<AlgorithmApi>();
    const { connection, worker } = await connectAlgorithm(
      { start: (_, given) => (api.open(given), given.startStoredSubPipeline({ name: 'child' })) },
      patient,
    );
    await connection.begin();
    await connection.next('startStoredSubPipeline');
    connection.drop();
    const second = await worker.connection();
    second.send('stop');
    await second.next('stopped');
    expect(commandsOf(second)).toEqual(['stopSubPipeline', 'stopped']);
  });

  it('a mistyped start after it resumes the task all the same', async () => {
    const done = gate<string>();
    const { connection, worker } = await connectAlgorithm({ start: () => done.promise }, patient);
    const task = await connection.begin();
    connection.drop();
    done.open('result');
    const second = await worker.connection();
    second.send('initialize', task);
    await second.next('initialized');
    second.send('start', 'mistyped');
    expect(await second.next('done')).toMatchObject({ data: 'result' });
  });

  it('alive pauses between initialized and start too', async () => {
    const { connection, worker, actor } = await connectAlgorithm({ start: () => 1 }, { alive: true });
    connection.send('initialize', taskOf());
    await connection.next('alive');
    connection.drop();
    await worker.connection();
    expect(actor.getSnapshot().value).toBe('ready');
    expect(process.getActiveResourcesInfo().filter((kind) => kind === 'Interval')).toEqual([]);
  });
});
