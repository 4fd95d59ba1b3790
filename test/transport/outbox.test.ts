import { describe, expect, it, vi } from 'vitest';
import { createOutbox, type Outbox, type Word } from '#transport/outbox';
import type { SocketPort } from '#transport/socket';

interface RecordingPort extends SocketPort {
  readonly log: string[];
  isOpen: boolean;
  buffered: number;
}

/** A port that writes down what happens to it. */
function recordingPort(): RecordingPort {
  const log: string[] = [];
  return {
    log,
    isOpen: true,
    buffered: 0,
    send: (frame) => log.push(String(frame)),
    cork: () => log.push('['),
    uncork: () => log.push(']'),
    close: () => log.push('close'),
    terminate: () => log.push('terminate'),
  };
}

const endOfTurn = () => new Promise<void>((resolve) => queueMicrotask(resolve));
const span = (frame: string): Word => ({ kind: 'spanStart', frame });
const progress = (frame: string): Word => ({ kind: 'progress', frame });
const request = (frame: string): Word => ({ kind: 'request', frame });

function outboxOf(maxBytes = 1e6): { outbox: Outbox; onFull: ReturnType<typeof vi.fn> } {
  const onFull = vi.fn();
  return { outbox: createOutbox({ maxBytes, onFull }), onFull };
}

/** An outbox on a connection that has been spoken to. */
function speaking(maxBytes?: number) {
  const { outbox, onFull } = outboxOf(maxBytes);
  const port = recordingPort();
  outbox.attach(port);
  outbox.hear();
  outbox.release();
  return { outbox, onFull, port };
}

describe('L1: on a new connection', () => {
  it('nothing is sent before the other side has spoken', async () => {
    const { outbox } = outboxOf();
    const port = recordingPort();
    outbox.send(span('early'));
    outbox.attach(port);
    outbox.send(span('waiting'));
    outbox.conclude('outcome');
    expect(port.log).toEqual([]);
    expect(outbox.waiting).toBe(3);
    outbox.hear();
    outbox.release();
    await endOfTurn();
    expect(port.log.join(' ')).toBe('[ early waiting ] outcome');
  });

  it('it holds back again, each time', () => {
    const { outbox, port } = speaking();
    outbox.detach();
    outbox.send(span('kept'));
    const second = recordingPort();
    outbox.attach(second);
    expect([...port.log, ...second.log]).toEqual([]);
    outbox.hear();
    outbox.release();
    expect(second.log).toContain('kept');
  });

  it('an answer to a connection that is gone is not sent to the next', () => {
    const { outbox } = speaking();
    outbox.detach();
    outbox.answer('initialized');
    const second = recordingPort();
    outbox.attach(second);
    outbox.answer('initialized');
    outbox.hear();
    outbox.release();
    expect(second.log).toEqual([]);
  });
});

describe('L10: what is held', () => {
  it('waits for the resume, while answers go', async () => {
    const { outbox, port } = speaking();
    outbox.hold();
    outbox.send(span('word'));
    outbox.conclude('outcome');
    outbox.answer('initialized');
    expect(port.log).toEqual(['initialized']);
    outbox.resume();
    await endOfTurn();
    expect(port.log.join(' ')).toBe('initialized [ word ] outcome');
  });

  it('is sent at the end of the grace although nothing was heard', () => {
    const { outbox } = outboxOf();
    const port = recordingPort();
    outbox.hold();
    outbox.conclude('outcome');
    outbox.attach(port);
    outbox.resume();
    expect(port.log).toEqual(['outcome']);
  });

  it('an outcome that was handed over is sent again only when it is asked for', () => {
    const { outbox, port } = speaking();
    outbox.conclude('outcome');
    outbox.detach();
    const second = recordingPort();
    outbox.attach(second);
    outbox.hear();
    outbox.release();
    outbox.resume();
    expect([port.log, second.log]).toEqual([['outcome'], []]);
    outbox.hold();
    outbox.repeat();
    outbox.resume();
    expect(second.log).toEqual(['outcome']);
  });

  it('an outcome that met a closing socket was not handed over', () => {
    const { outbox, port } = speaking();
    port.isOpen = false;
    outbox.conclude('outcome');
    outbox.detach();
    const second = recordingPort();
    outbox.attach(second);
    outbox.hear();
    outbox.release();
    expect([port.log, second.log]).toEqual([[], ['outcome']]);
  });

  it('is forgotten when told to, and holding ends with it', () => {
    const { outbox, port } = speaking();
    outbox.hold();
    outbox.send(span('of the task before'));
    outbox.conclude('of the task before');
    outbox.forget();
    outbox.conclude('mine');
    expect(port.log).toEqual(['mine']);
  });
});

describe('L12: what waits is bounded', () => {
  it('spans and progress over the limit are dropped, counted, and said once', () => {
    const { outbox, onFull } = outboxOf(10);
    for (const frame of ['12345', '67890', 'over', 'over']) outbox.send(span(frame));
    expect([outbox.waiting, outbox.dropped]).toEqual([2, 2]);
    expect(onFull).toHaveBeenCalledTimes(1);
  });

  it('L7: a span whose start found no room loses its finish too, and no other', () => {
    const { outbox } = outboxOf(12);
    const finish = (frame: string): Word => ({ kind: 'spanFinish', frame });
    for (const word of [span('12345'), span('over the limit'), span('6'), finish('7'), finish('of none'), finish('8')])
      outbox.send(word);
    const port = recordingPort();
    outbox.attach(port);
    outbox.hear();
    outbox.release();
    expect(port.log).toEqual(['[', '12345', '6', '7', '8']);
  });

  it('a request over the limit is refused with words', () => {
    const { outbox } = outboxOf(3);
    expect(() => outbox.send(request('1234'))).toThrow(expect.objectContaining({ code: 'OUTBOX_FULL' }));
  });

  it('an outcome and a stop are never dropped', () => {
    const { outbox } = outboxOf(1);
    outbox.send({ kind: 'stop', frame: 'stop' });
    outbox.conclude('outcome');
    const port = recordingPort();
    outbox.attach(port);
    outbox.hear();
    outbox.release();
    expect(port.log.filter((entry) => !'[]'.includes(entry))).toEqual(['stop', 'outcome']);
  });

  it('waiting progress is one message, the latest', () => {
    const { outbox } = outboxOf();
    for (const frame of ['1', '2', '3']) outbox.send(progress(frame));
    const port = recordingPort();
    outbox.attach(port);
    outbox.hear();
    outbox.release();
    expect(port.log).toEqual(['[', '3']);
  });

  it('a socket that does not drain counts as waiting', () => {
    const { outbox, port } = speaking(100);
    port.buffered = 101;
    outbox.send(span('dropped'));
    expect(() => outbox.send(request('refused'))).toThrow(expect.objectContaining({ code: 'OUTBOX_FULL' }));
    port.buffered = 0;
    outbox.send(span('sent'));
    expect([port.log, outbox.dropped]).toEqual([['[', 'sent'], 1]);
  });
});

describe('writing', () => {
  it('O1: an answer goes at once, behind what was gathered before it', () => {
    const { outbox, port } = speaking();
    outbox.send(span('a'));
    outbox.answer('now');
    expect(port.log.join(' ')).toBe('[ a ] now');
  });

  it('O2: one turn is gathered into writes of 64 frames at most', async () => {
    const { outbox, port } = speaking();
    for (let frame = 0; frame < 130; frame++) outbox.send(span('.'));
    await endOfTurn();
    expect(port.log.join('').split(']')).toEqual([`[${'.'.repeat(64)}`, `[${'.'.repeat(64)}`, '[..', '']);
  });

  it('leaves nothing corked behind when the connection goes', () => {
    const { outbox, port } = speaking();
    outbox.send(span('last'));
    outbox.detach();
    expect(port.log.join(' ')).toBe('[ last ]');
  });
});
