// An algorithm that can be looked at: its actors, and what crosses its socket. What is in here costs nothing but a question a frame
// as long as nobody looks.

import { from, map, switchMap } from 'rxjs';
import type { Actor } from 'xstate';
import { createInspection, type OpenInspection } from '#inspector/inspection';
import type { InspectOptions } from '#inspector/options';
import type { Probe } from '#inspector/probe';
import { tapLogger } from '#inspector/tap-logger';
import type { algorithmMachine } from '#machines/algorithm.machine';
import { describeFailure } from '#model/failure';
import { deedsOfAlgorithm } from '#runtime/deeds';
import type { ResolvedOptions } from '#runtime/options';
import { tellScalars } from '#runtime/tell-scalars';
import type { World } from '#runtime/world';
import { tapPort } from '#transport/tap';
import { type Codec, type Frame, loadCodec } from '#wire/codec';
import { overhear } from '#wire/overhear';

type Algorithm = Actor<typeof algorithmMachine>;

/** The exit code for what cannot be recorded: bad input. */
const UNUSABLE = 2;

/** The same world and options; the inspector opens with the first socket. */
export interface Inspected {
  readonly world: World;
  readonly options: ResolvedOptions;
  watch(actor: Algorithm): void;
}

export function inspected(world: World, options: ResolvedOptions, inspect: InspectOptions): Inspected {
  const { logger, place, url } = options;
  const entry = place.kind === 'inline' ? null : place.entry;
  const { probe, open } = createInspection({
    ...{ role: 'algorithm', acts: false, title: entry ?? 'functions' },
    options: inspect,
    onProblem: logger.warn,
  });
  let opening: Promise<OpenInspection | undefined> | undefined;
  let self: Algorithm | undefined;

  /** Without an inspector the algorithm works as well. */
  async function begin(): Promise<OpenInspection | undefined> {
    try {
      const inspector = await open();
      if (inspector.link !== null) options.announce(inspector.link);
      return inspector;
    } catch (error) {
      logger.error(`no inspector: ${describeFailure(error).message}`);
      // Who wants to have it recorded does not want it lost.
      if (inspect.record !== undefined) self?.send({ type: 'shutdown', code: UNUSABLE });
      return undefined;
    }
  }

  const close = (): void => void opening?.then((inspector) => inspector?.close());
  const openSocket = overheard(world.openSocket, { probe, encoding: options.encoding, actor: () => self });
  return {
    world: {
      ...world,
      // Of a process that dials in, its parent has the files.
      openMetrics: (given) =>
        inspect.connect === undefined
          ? tellScalars(world.openMetrics(given), probe, world.after)
          : world.openMetrics(given),
      openSocket: (address, socketOptions) => {
        opening ??= begin();
        // What it says first is to be seen, too.
        return from(opening.then((inspector) => inspector?.ready)).pipe(
          switchMap(() => openSocket(address, socketOptions)),
        );
      },
    },
    // Who dials in is a child whose lines are read by its parent.
    options: inspect.connect === undefined ? { ...options, logger: tapLogger(logger, probe) } : options,
    watch: (actor) => {
      self = actor;
      probe.watch({
        ...{ actor, chart: 'algorithm', about: { url, entry } },
        charts: { subPipeline: 'child', execution: 'child' },
        deeds: deedsOfAlgorithm(actor),
      });
      actor.subscribe({ complete: close, error: close });
    },
  };
}

interface Listening {
  readonly probe: Probe;
  readonly encoding: ResolvedOptions['encoding'];
  readonly actor: () => Algorithm | undefined;
}

/** Sockets whose frames are told to the probe. */
function overheard(openSocket: World['openSocket'], { probe, encoding, actor }: Listening): World['openSocket'] {
  let codec: Codec | undefined;
  let connection = 0;

  const hear = (from: 'worker' | 'algorithm', frame: Frame, isBinary: boolean): void => {
    const self = actor();
    if (probe.isWatched && codec && self)
      probe.message(self, { from, connection, ...overhear(codec, frame, isBinary) });
  };

  return (address, options) => {
    void loadCodec(encoding).then((loaded) => (codec = loaded));
    const isBinary = (frame: Frame): boolean => !options.text && typeof frame !== 'string';
    return openSocket(address, options).pipe(
      map((event) => {
        if (event.kind === 'frame') hear('worker', event.frame.bytes, event.frame.isBinary);
        if (event.kind !== 'opened') return event;
        connection += 1;
        return { ...event, port: tapPort(event.port, (frame) => hear('algorithm', frame, isBinary(frame))) };
      }),
    );
  };
}
