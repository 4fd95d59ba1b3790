import { describe, expect, it } from 'vitest';
import { createOutbox } from '#transport/outbox';
import type { SocketPort } from '#transport/socket';

/** A port that writes down what happens to it. */
function recordingPort(): SocketPort & { readonly log: string[] } {
  const log: string[] = [];
  return {
    log,
    send: (frame) => log.push(String(frame)),
    cork: () => log.push('['),
    uncork: () => log.push(']'),
    close: () => log.push('close'),
  };
}

const endOfTurn = () => new Promise<void>((resolve) => queueMicrotask(resolve));

describe('the outbox', () => {
  it('L1: sends nothing on a new connection before the other side has spoken', async () => {
    const outbox = createOutbox();
    const port = recordingPort();
    outbox.send('early', 'urgent');
    outbox.attach(port);
    outbox.send('waiting', 'gathered');
    expect(port.log).toEqual([]);
    expect(outbox.waiting).toBe(2);
    outbox.release();
    await endOfTurn();
    expect(port.log.join(' ')).toBe('[ early waiting ]');
  });

  it('L1: holds back again on each connection', () => {
    const outbox = createOutbox();
    const [first, second] = [recordingPort(), recordingPort()];
    outbox.attach(first);
    outbox.release();
    outbox.detach();
    outbox.send('kept', 'urgent');
    outbox.attach(second);
    expect([...first.log, ...second.log]).toEqual([]);
    outbox.release();
    expect(second.log).toContain('kept');
  });

  it('O1: sends an urgent frame at once, behind what was gathered before it', () => {
    const outbox = createOutbox();
    const port = recordingPort();
    outbox.attach(port);
    outbox.release();
    outbox.send('a', 'gathered');
    outbox.send('now', 'urgent');
    expect(port.log.join(' ')).toBe('[ a ] now');
  });

  it('O2: gathers one turn into writes of 64 frames at most', async () => {
    const outbox = createOutbox();
    const port = recordingPort();
    outbox.attach(port);
    outbox.release();
    for (let frame = 0; frame < 130; frame++) outbox.send('.', 'gathered');
    await endOfTurn();
    expect(port.log.join('').split(']')).toEqual([`[${'.'.repeat(64)}`, `[${'.'.repeat(64)}`, '[..', '']);
  });

  it('leaves nothing corked behind when the connection goes', () => {
    const outbox = createOutbox();
    const port = recordingPort();
    outbox.attach(port);
    outbox.release();
    outbox.send('last', 'gathered');
    outbox.detach();
    expect(port.log.join(' ')).toBe('[ last ]');
  });

  it('forgets what waits when told to', () => {
    const outbox = createOutbox();
    const port = recordingPort();
    outbox.send('of the task before', 'urgent');
    outbox.forget();
    outbox.attach(port);
    outbox.release();
    expect(port.log).toEqual([]);
  });
});
