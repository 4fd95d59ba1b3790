// One place where tasks run: a worker on a port, and the algorithm that was launched for it. What a pod is to HKube.
//
//   Y1. When the algorithm goes away it is launched again; one that keeps going away is given more and more time.
//   Y2. A launch that never becomes ready is tried LAUNCH_ATTEMPTS times; then the place is closed, with the reason.
//   Y3. A lost connection costs the process (protocol.md §3.5): whoever comes back is ended, and gets no task before. Not so where
//       the worker is lenient, or begins lost tasks again: there it has CONNECT_TIMEOUT_MS to come back.

import { RuntimeError } from '#errors';
import type { SessionNotice, TaskEnd, TaskNotice } from '#machines/session.events';
import { refusalText } from '#machines/session.refusals';
import { within } from '#model/within';
import { type Endpoint, type LaunchedAlgorithm, type LaunchEnd, launchOrEnd, nobody } from '#local-hkube/launch';
import type { ResolvedAlgorithm, ResolvedLocalOptions } from '#local-hkube/options';
import type { Worker } from '#worker/create-worker';
import type { TaskData } from '#wire/task-data';

export const LAUNCH_ATTEMPTS = 3;
const CONNECT_TIMEOUT_MS = 60_000;
/** Two seconds may go into sending its spans. */
const EXIT_PATIENCE_MS = 2_500;
/** One that was told to leave may take as long as HKube lets it. */
const LEAVE_PATIENCE_MS = 20_000;
/** The first pauses between launches are none; then they double, up to the longest. */
const LAUNCHES_WITHOUT_PAUSE = 3;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const LAST_WORDS_MS = 1_000;

export interface SlotOptions {
  /** The worker's name, such as `word-count-1`. */
  readonly name: string;
  readonly algorithm: ResolvedAlgorithm;
  /** The inspector that the algorithm dials, in the name of this worker. */
  readonly inspectorFor: (worker: string) => string | null;
  /** The folder into which the algorithm of this worker writes its metrics. */
  readonly metricsFor: (worker: string) => string | null;
  /** Whether a process survives its connection (Y3). */
  readonly isPatient: boolean;
  /** Opens the worker; the slot hears its notices. */
  readonly openWorker: (onNotice: (notice: SessionNotice) => void) => Promise<Worker>;
  readonly launch: ResolvedLocalOptions['launch'];
  readonly logger: ResolvedLocalOptions['logger'];
  /** An algorithm is connected and has no task. */
  readonly onReady: () => void;
  /** The algorithm is gone, or has never come. */
  readonly onLost: () => void;
  readonly onClosed: (reason: RuntimeError) => void;
  readonly onNotice: (notice: TaskNotice) => void;
}

export interface Slot {
  readonly name: string;
  /** Where its algorithm connects; null before the port is open. */
  readonly url: string | null;
  start(): Promise<void>;
  run(data: TaskData): Promise<TaskEnd>;
  stopTask(reason: string): void;
  /** Cuts the connection of its algorithm. */
  cut(): void;
  /** Asks the algorithm to finish what it has in hand and to leave; another is launched. */
  scaleDown(): void;
  /** Ends the algorithm; another is launched. */
  restart(): void;
  /** Ends the algorithm and closes the port. */
  stop(): Promise<void>;
}

/** One process that was launched, and how it stands with it. */
interface Launch {
  readonly process: LaunchedAlgorithm;
  /** Its end, once it is known. */
  end: LaunchEnd | undefined;
  /** It has lost its connection and will be ended; resolves with its end, if that comes by itself. */
  doom: Promise<LaunchEnd | undefined> | undefined;
  /** It was told to leave: it may take its time. */
  isLeaving: boolean;
  /** Fires when it has not connected for too long. */
  connectTimer: NodeJS.Timeout | undefined;
  /** Tells its doom that it lives. */
  onReturn: () => void;
}

export function createSlot(options: SlotOptions): Slot {
  const { name, algorithm, launch, isPatient, openWorker, onReady, onLost, onClosed, onNotice, logger } = options;
  let opening: Promise<Worker> | undefined;
  let worker: Worker | undefined;
  let current: Launch | undefined;
  /** Whose connection is open. Nobody's: a stranger's, or the rest of one that has ended. */
  let linked: Launch | undefined;
  let relaunchTimer: NodeJS.Timeout | undefined;
  let attempts = 0;
  let falls = 0;
  let restarting = false;
  let stopping = false;

  const endpointOf = ({ url }: Worker): Endpoint => ({
    ...{ url, worker: name },
    inspector: options.inspectorFor(name),
    metricsDir: options.metricsFor(name),
  });

  function launchAgain(on: Worker): void {
    attempts += 1;
    const process = algorithm.spawn ? launchOrEnd(launch, algorithm, endpointOf(on), logger) : nobody();
    const launched: Launch = {
      process,
      end: undefined,
      doom: undefined,
      isLeaving: false,
      connectTimer: undefined,
      onReturn: () => undefined,
    };
    current = launched;
    awaitConnection(launched);
    void process.ended.then((end) => {
      clearTimeout(launched.connectTimer);
      launched.end = end;
      if (linked === launched) linked = undefined;
      onLost();
      if (!stopping) onEnded(on, end);
    });
  }

  function awaitConnection(one: Launch): void {
    clearTimeout(one.connectTimer);
    // Whoever starts it by hand takes the time that it takes.
    if (!algorithm.spawn) return;
    one.connectTimer = setTimeout(() => {
      logger.warn(`${name}: the algorithm did not connect within ${CONNECT_TIMEOUT_MS / 1000} s`);
      void one.process.stop();
    }, CONNECT_TIMEOUT_MS);
  }

  function onEnded(on: Worker, end: LaunchEnd): void {
    if (restarting) logger.debug(`${name}: ${end.how}`);
    else logger.warn(`${name}: ${end.how}`);
    restarting = false;
    if (attempts >= LAUNCH_ATTEMPTS) {
      stopping = true;
      void on.close();
      return onClosed(cannotLaunch(algorithm, end));
    }
    falls += 1;
    const pauses = falls - LAUNCHES_WITHOUT_PAUSE;
    if (pauses <= 0) return launchAgain(on);
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (pauses - 1), LONGEST_PAUSE_MS);
    relaunchTimer = setTimeout(() => launchAgain(on), pauseMs);
  }

  /** Y3. The socket falls before the process is known to be gone, and what that says is more. */
  function onLinkLost(): void {
    const lost = linked;
    linked = undefined;
    onLost();
    if (!lost || lost.end || lost.doom || stopping) return;
    if (isPatient) return awaitConnection(lost);
    const returned = new Promise<undefined>((resolve) => (lost.onReturn = () => resolve(undefined)));
    const patience = lost.isLeaving ? LEAVE_PATIENCE_MS : LAST_WORDS_MS;
    lost.doom = within(Promise.race([lost.process.ended, returned]), patience);
    void lost.doom.then((end) => {
      if (!end) void lost.process.stop();
    });
  }

  function onLinkOpened(): void {
    linked = current?.end ? undefined : current;
    clearTimeout(linked?.connectTimer);
    linked?.onReturn();
  }

  function hear(notice: SessionNotice): void {
    switch (notice.type) {
      case 'link.opened':
        onLinkOpened();
        break;
      case 'link.lost':
        onLinkLost();
        break;
      case 'session.ready':
        if (!linked || linked.doom) break;
        attempts = 0;
        onReady();
        break;
      case 'session.exiting':
        if (linked) linked.isLeaving = true;
        onLost();
        break;
      case 'session.refused':
        logger.warn(`${name}: refused: ${refusalText(notice.refusal)}`);
        break;
      case 'session.expelled':
        logger.warn(`${name}: ${notice.reason} It is ended.`);
        void linked?.process.stop();
        break;
      case 'frame.rejected':
        logger.warn(`${name}: ${notice.rejection.reason}`);
        break;
      case 'task.ended':
        if (notice.end.kind !== 'crashed') falls = 0;
        onNotice(notice);
        break;
      case 'task.started':
      case 'task.progressed':
      case 'span.changed':
        onNotice(notice);
        break;
    }
  }

  return {
    name,
    get url() {
      return worker?.url ?? null;
    },
    start: async () => {
      opening = openWorker(hear);
      worker = await opening;
      if (!stopping) launchAgain(worker);
    },
    run: async (data) => {
      const running = linked;
      const end = await present(worker).run(data);
      if (end.kind !== 'crashed' && end.kind !== 'failed') return end;
      const last = running?.end ?? (await running?.doom);
      return last ? { ...end, error: { ...end.error, message: lastWords(end.error.message, last) } } : end;
    },
    stopTask: (reason) => worker?.stop(reason),
    cut: () => worker?.cut(),
    scaleDown: () => {
      falls = 0;
      worker?.scaleDown();
    },
    restart: () => {
      attempts = 0;
      falls = 0;
      if (!current || current.end) return;
      restarting = true;
      void current.process.stop();
    },
    stop: async () => {
      stopping = true;
      clearTimeout(relaunchTimer);
      clearTimeout(current?.connectTimer);
      const opened = await opening?.catch(() => undefined);
      if (opened && current && linked === current) {
        const left = opened.exit();
        await within<unknown>(algorithm.spawn ? current.process.ended : left, EXIT_PATIENCE_MS);
      }
      await current?.process.stop();
      await opened?.close();
    },
  };
}

function present(worker: Worker | undefined): Worker {
  if (worker) return worker;
  throw new RuntimeError('INVALID_CALL', 'The worker was given a task before its port was open.');
}

function lastWords(message: string, { how, tail }: LaunchEnd): string {
  return `${message}: ${how}.${tail === '' ? '' : ` Its last words:\n${tail}`}`;
}

function cannotLaunch({ name, entry }: ResolvedAlgorithm, { how, tail }: LaunchEnd): RuntimeError {
  const words = tail === '' ? 'It wrote nothing to stderr.' : `Its last words:\n${tail}`;
  return new RuntimeError(
    'CANNOT_LAUNCH',
    `algorithm "${name}" (${entry ?? 'functions'}) cannot be started: ${how} before it was ready, ${LAUNCH_ATTEMPTS} times. ${words}`,
    { facts: { algorithm: name, entry: entry ?? '' } },
  );
}
