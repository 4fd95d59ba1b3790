import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RuntimeError } from '#errors';
import { resolveOptions } from '#runtime/options';

const named = 'test/fixtures/entries/named.mjs';
const python = 'test/fixtures/hosts/every_call.py';

describe('options', () => {
  it('have the defaults of the official wrappers', () => {
    expect(resolveOptions({}, {})).toMatchObject({
      url: 'ws://localhost:3000/?encoding=bson&storage=v1',
      encoding: 'bson',
      alive: false,
      stopGraceMs: 8_000,
      frameBytes: 1e8,
      signals: true,
    });
  });

  it('come from the environment where code says nothing', () => {
    const env = {
      WORKER_SOCKET_HOST: '10.0.0.1',
      WORKER_SOCKET_PORT: '3007',
      WORKER_SOCKET_PROTOCOL: 'wss',
      WORKER_ALGORITHM_ENCODING: 'json',
    };
    expect(resolveOptions({}, env).url).toBe('wss://10.0.0.1:3007/?encoding=json&storage=v1');
    expect(resolveOptions({ port: 4000, encoding: 'msgpack' }, env).url).toBe(
      'wss://10.0.0.1:4000/?encoding=msgpack&storage=v1',
    );
  });

  it('of the inspector are true, an object, or what its parent says; what would be of no effect is refused', () => {
    expect(resolveOptions({}, {}).inspect).toBeUndefined();
    expect(resolveOptions({ inspect: false }, {}).inspect).toBeUndefined();
    expect(resolveOptions({ inspect: true }, {}).inspect).toEqual({});
    const env = { ALGORITHM_ACTOR_INSPECTOR: 'ws://127.0.0.1:1/source?token=x' };
    expect(resolveOptions({}, env).inspect).toEqual({ connect: env.ALGORITHM_ACTOR_INSPECTOR });
    const both = { connect: 'ws://127.0.0.1:1/source', record: 'run.jsonl' };
    expect(() => resolveOptions({ inspect: both }, {})).toThrow(/options\.inspect: .*who is dialled/);
    expect(() => resolveOptions({ inspect: { port: -1 } }, {})).toThrow(/options\.inspect\.port: expected 0 to 65535/);
    expect(() => resolveOptions({}, { ALGORITHM_ACTOR_INSPECTOR: 'nowhere' })).toThrow(/ALGORITHM_ACTOR_INSPECTOR/);
  });

  it('have a folder for metrics where HKube, or the author, says so', () => {
    expect(resolveOptions({}, {}).metricsDir).toBeUndefined();
    expect(resolveOptions({}, { ALGO_METRICS_DIR: '/var/metrics' }).metricsDir).toBe('/var/metrics');
    expect(resolveOptions({ metricsDir: 'here' }, { ALGO_METRICS_DIR: '/var/metrics' }).metricsDir).toBe('here');
    expect(() => resolveOptions({ metricsDir: '' }, {})).toThrow(/options\.metricsDir: expected the path of a folder/);
  });

  it('take a whole URL over its parts, but not one of the environment over parts in code', () => {
    const env = { WORKER_SOCKET_URL: 'ws://h:1/debug?x=1', WORKER_SOCKET_PORT: '2' };
    expect(resolveOptions({}, env).url).toBe('ws://h:1/debug?x=1&encoding=bson&storage=v1');
    expect(resolveOptions({ port: 5 }, env).url).toBe('ws://localhost:5/?encoding=bson&storage=v1');
    expect(resolveOptions({ url: 'ws://code:9' }, env).url).toContain('ws://code:9/');
  });

  it('put functions on this event loop, JavaScript into a thread, Python into a process that speaks json', () => {
    expect(resolveOptions({}, {})).toMatchObject({ place: { kind: 'inline' }, alive: false });
    expect(resolveOptions({ entry: named }, {})).toMatchObject({
      place: { kind: 'thread', entry: resolve(named) },
      alive: true,
      encoding: 'bson',
    });
    expect(resolveOptions({ entry: named, isolation: 'process' }, {})).toMatchObject({ place: { kind: 'process' } });
    expect(resolveOptions({ entry: python, alive: false }, {})).toMatchObject({
      place: { kind: 'python', entry: resolve(python) },
      alive: false,
      encoding: 'json',
    });
    expect(resolveOptions({ entry: python }, { WORKER_ALGORITHM_ENCODING: 'bson' }).encoding).toBe('bson');
  });

  it('take a folder for the entry that it holds', () => {
    expect(resolveOptions({ entry: 'test/fixtures/hosts/folder' }, {}).place).toEqual({
      kind: 'thread',
      entry: resolve('test/fixtures/hosts/folder/index.mjs'),
    });
  });

  it('treat an empty variable as unset', () => {
    expect(resolveOptions({}, { WORKER_SOCKET_PORT: '', STORAGE_PROTOCOL: '' }).url).toContain(':3000');
  });

  it('know IPv6 hosts', () => {
    expect(resolveOptions({ host: '::1', port: 3000 }, {}).url).toContain('ws://[::1]:3000/');
  });

  it.each([
    [{ port: 'x' }, {}, 'options.port: expected a whole number, got "x"'],
    [{ port: 70_000 }, {}, 'options.port: expected 1 to 65535'],
    [{ encoding: 'xml' }, {}, 'options.encoding: expected json or bson or msgpack, got "xml"'],
    [{ url: 'http://h' }, {}, 'options.url: expected a WebSocket URL'],
    [{ url: 'nonsense' }, {}, 'options.url: expected a WebSocket URL'],
    [{ prot: 1 }, {}, 'options.prot: not an option. The options are url, protocol, host'],
    [{ limits: { frames: 1 } }, {}, 'options.limits.frames: not an option'],
    [{ stopGraceMs: -1 }, {}, 'options.stopGraceMs: expected a number above 0'],
    [{ stopGraceMs: 3e9 }, {}, 'options.stopGraceMs: expected 2147483647 ms at most'],
    [{ limits: { frameBytes: 10 } }, {}, 'options.limits.frameBytes: expected 1000 bytes at least'],
    [{ host: 'a b' }, {}, 'options.host: expected a host name'],
    [{ host: 'a/b?c' }, {}, 'options.host: expected a host name'],
    [{ reconnect: { minMs: '1' } }, {}, 'options.reconnect.minMs: expected a number'],
    [{ logger: {} }, {}, 'options.logger: expected an object with the functions debug, info, warn and error'],
    [{ logLevel: 'info' }, {}, 'HKUBE_LOG_LEVEL'],
    [null, {}, 'expected an object, or nothing'],
    [{ isolation: 'box' }, {}, 'options.isolation: expected inline or thread or process, got "box"'],
    [{ isolation: 'thread' }, {}, 'functions cannot move to a thread. Give options.entry'],
    [{ isolation: 'process' }, {}, 'functions cannot move to a process'],
    [{ entry: named, isolation: 'inline' }, {}, 'inline handlers are functions. Import the module'],
    [{ entry: named, python: 'python3' }, {}, 'named.mjs is not Python'],
    [{ entry: python, isolation: 'thread' }, {}, 'Python runs in a process, not in a thread'],
    [{ entry: 5 }, {}, 'options.entry: expected the path of a module'],
    [{ python: '' }, {}, 'options.python: expected the path of an interpreter'],
    [
      {},
      { WORKER_SOCKET_PORT: 'many' },
      'the environment variable WORKER_SOCKET_PORT: expected a whole number, got "many"',
    ],
    [
      {},
      { WORKER_ALGORITHM_ENCODING: 'protoc' },
      'the environment variable WORKER_ALGORITHM_ENCODING: expected json or bson',
    ],
    [{}, { HKUBE_LOG_LEVEL: 'loud' }, 'the environment variable HKUBE_LOG_LEVEL: expected debug or info'],
  ])('%j with %j is refused with words', (options, env, words) => {
    const attempt = () => Reflect.apply(resolveOptions, undefined, [options, env]);
    expect(attempt).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
    expect(attempt).toThrow(words);
  });

  it.each([
    [{ storage: 'v3' }, {}, 'storage v3 is not built yet. Use v1'],
    [{}, { STORAGE_PROTOCOL: 'v2' }, 'storage v2 is not built yet'],
    [{ entry: 'test/fixtures/entries/algorithm.jar' }, {}, 'Java cannot run here yet'],
  ])('%j with %j is refused as not built', (options, env, words) => {
    const attempt = () => Reflect.apply(resolveOptions, undefined, [options, env]);
    expect(attempt).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
    expect(attempt).toThrow(words);
  });

  it('are either resolved or refused with a RuntimeError, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.anything(),
        fc.dictionary(
          fc.constantFrom('url', 'port', 'limits', 'logger', 'alive', 'entry', 'isolation', 'python'),
          fc.anything(),
        ),
        (one, other) => {
          for (const options of [one, other]) {
            try {
              Reflect.apply(resolveOptions, undefined, [options, {}]);
            } catch (error) {
              expect(error).toBeInstanceOf(RuntimeError);
            }
          }
        },
      ),
    );
  });
});
