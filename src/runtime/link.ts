// The connection to the worker: the transport's stream of sockets and frames becomes events for the chart and its children.

import { defer, switchMap } from 'rxjs';
import type { AlgorithmEvent } from '#machines/algorithm.events';
import { hear, hearRejected, type Heard } from '#runtime/hear';
import type { ResolvedOptions } from '#runtime/options';
import type { World } from '#runtime/world';
import type { ChildrenEvent } from '#machines/child.machine';
import { createLink, type LinkEvent } from '#transport/link';
import type { Outbox } from '#transport/outbox';
import { type Codec, loadCodec } from '#wire/codec';
import { decodeIncoming } from '#wire/incoming';
import { sealing } from '#wire/sealed';

export interface WorkerConnection {
  readonly world: World;
  readonly options: ResolvedOptions;
  readonly outbox: Outbox;
  /** The handlers get frames as they came: a large input is not read here, unless they speak another encoding. */
  readonly passesFrames: boolean;
  readonly onCodec: (codec: Codec) => void;
  readonly tellAlgorithm: (event: AlgorithmEvent) => void;
  readonly tellChildren: (event: ChildrenEvent) => void;
  /** False when the algorithm is leaving: then a lost connection is not opened again. */
  readonly wanted: () => boolean;
  /** What is to be there before a task can be. */
  readonly ready: Promise<void> | undefined;
}

/** Connects, and connects again, until the returned function is called. */
export function connectWorker(worker: WorkerConnection): () => void {
  const { world, options, outbox, passesFrames, onCodec, tellAlgorithm, tellChildren, wanted, ready } = worker;
  const { url, encoding, frameBytes, backoff, logger } = options;
  let codec: Codec | undefined;
  let complained = false;

  function deliver(heard: Heard): void {
    if (heard.to === 'algorithm') tellAlgorithm(heard.event);
    else if (heard.to === 'children') tellChildren(heard.event);
  }

  function onFrame(by: Codec, event: Extract<LinkEvent, { kind: 'frame' }>): void {
    const decoded = decodeIncoming(by, event.frame);
    if (decoded.kind === 'rejected') {
      const { command, reason } = decoded.rejection;
      logger.warn(`a frame was not understood${command === null ? '' : ` (${command})`}: ${reason}`);
    }
    outbox.hear();
    if (decoded.kind === 'rejected') deliver(hearRejected(decoded.rejection));
    else deliver(hear(decoded.message, passesFrames ? event.frame : undefined));
    // L1: after it was dealt with, because an initialize makes void what waits for the task before.
    outbox.release();
  }

  function onLost({ code, reason, oversized }: Extract<LinkEvent, { kind: 'lost' }>): void {
    outbox.detach();
    if (oversized) {
      const words = `a frame came that is larger than ${frameBytes} bytes`;
      tellAlgorithm({ type: 'wire.rejected', rejection: { kind: 'undecodable', command: null, reason: words } });
    }
    logger.warn(`the connection was lost (${code}${reason && ` ${reason}`})`);
    tellAlgorithm({ type: 'link.lost', code, reason, owed: outbox.owesOutcome });
  }

  function onEvent(by: Codec, event: LinkEvent): void {
    switch (event.kind) {
      case 'opened':
        complained = false;
        outbox.attach(event.port);
        logger.info(`connected to ${url}`);
        return tellAlgorithm({ type: 'link.opened', connection: event.connection });
      case 'frame':
        return onFrame(by, event);
      case 'lost':
        return onLost(event);
      case 'unreachable':
        if (!complained) logger.warn(`no worker at ${url} (${event.reason}), trying again`);
        complained = true;
        return;
      case 'refused':
        return tellAlgorithm({ type: 'link.refused', reason: event.reason });
    }
  }

  const subscription = defer(async () => {
    await ready;
    return loadCodec(encoding);
  })
    .pipe(
      switchMap((loaded) => {
        codec = passesFrames ? sealing(loaded) : loaded;
        onCodec(loaded);
        const text = encoding === 'json';
        const { openSocket, after } = world;
        return createLink(() => openSocket(url, { frameBytes, text }), { backoff, wanted, after });
      }),
    )
    .subscribe((event) => {
      if (codec) onEvent(codec, event);
    });
  return () => {
    outbox.detach();
    subscription.unsubscribe();
  };
}
