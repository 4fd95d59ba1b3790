// One place where tasks run: a worker on a port, and the algorithm that was launched for it. What a pod is to HKube.
//
//   Y1. When the algorithm goes away it is launched again, as long as it gets as far as connecting.
//   Y2. A launch that never connects is tried LAUNCH_ATTEMPTS times; then the place is closed, with the reason.

import { RuntimeError } from '#errors';
import type { SessionNotice, TaskEnd, TaskNotice } from '#machines/session.events';
import { refusalText } from '#machines/session.refusals';
import { within } from '#processes/within';
import type { LaunchedAlgorithm, LaunchEnd, LocalAlgorithm } from '#local-hkube/launch';
import type { ResolvedLocalOptions } from '#local-hkube/options';
import type { Worker } from '#worker/create-worker';
import type { TaskData } from '#wire/task-data';

export const LAUNCH_ATTEMPTS = 3;
const CONNECT_TIMEOUT_MS = 60_000;
const EXIT_PATIENCE_MS = 2_000;
const LAST_WORDS_MS = 1_000;

export interface SlotOptions {
  /** The worker's name, such as `word-count-1`. */
  readonly name: string;
  readonly algorithm: LocalAlgorithm;
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
  start(): Promise<void>;
  run(data: TaskData): Promise<TaskEnd>;
  stopTask(reason: string): void;
  /** Ends the algorithm and closes the port. */
  stop(): Promise<void>;
}

export function createSlot(options: SlotOptions): Slot {
  const { name, algorithm, openWorker, launch, logger, onReady, onLost, onClosed, onNotice } = options;
  let worker: Worker | undefined;
  let launched: LaunchedAlgorithm | undefined;
  let connectTimer: NodeJS.Timeout | undefined;
  let attempts = 0;
  let connected = false;
  let losses = 0;
  /** It is not dead: it has connected again. */
  let onReturn: () => void = () => undefined;
  let stopping = false;

  function launchAgain(on: Worker): void {
    attempts += 1;
    const next = launch(algorithm, { url: on.url, worker: name });
    launched = next;
    connectTimer = setTimeout(() => {
      logger.warn(`${name}: the algorithm did not connect within ${CONNECT_TIMEOUT_MS / 1000} s`);
      void next.stop();
    }, CONNECT_TIMEOUT_MS);
    void next.ended.then((end) => {
      clearTimeout(connectTimer);
      if (!stopping) onEnded(on, end);
    });
  }

  function onEnded(on: Worker, end: LaunchEnd): void {
    logger.warn(`${name}: ${end.how}`);
    if (attempts < LAUNCH_ATTEMPTS) return launchAgain(on);
    stopping = true;
    void on.close();
    onClosed(cannotLaunch(algorithm, end));
  }

  function hear(notice: SessionNotice): void {
    switch (notice.type) {
      case 'link.opened':
        clearTimeout(connectTimer);
        connected = true;
        attempts = 0;
        onReturn();
        break;
      case 'link.lost':
        connected = false;
        losses += 1;
        onLost();
        break;
      case 'session.ready':
        onReady();
        break;
      case 'session.exiting':
        onLost();
        break;
      case 'session.refused':
        logger.warn(`${name}: refused: ${refusalText(notice.refusal)}`);
        break;
      case 'session.expelled':
        logger.warn(`${name}: ${notice.reason} It is ended.`);
        void launched?.stop();
        break;
      case 'frame.rejected':
        logger.warn(`${name}: ${notice.rejection.reason}`);
        break;
      case 'task.started':
      case 'task.progressed':
      case 'task.ended':
      case 'span.changed':
        onNotice(notice);
        break;
    }
  }

  return {
    name,
    start: async () => {
      worker = await openWorker(hear);
      if (!stopping) launchAgain(worker);
    },
    run: async (data) => {
      const running = launched;
      const before = losses;
      const end = await present(worker).run(data);
      if ((end.kind !== 'crashed' && end.kind !== 'failed') || losses === before || !running) return end;
      // The socket falls before the process is known to be gone, and that says more.
      const returned = new Promise<undefined>((resolve) => (onReturn = () => resolve(undefined)));
      const last = await within(Promise.race([running.ended, returned]), LAST_WORDS_MS);
      return last ? { ...end, error: { ...end.error, message: lastWords(end.error.message, last) } } : end;
    },
    stopTask: (reason) => worker?.stop(reason),
    stop: async () => {
      stopping = true;
      clearTimeout(connectTimer);
      if (connected && worker && launched) {
        void worker.exit();
        await within(launched.ended, EXIT_PATIENCE_MS);
      }
      await launched?.stop();
      await worker?.close();
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

function cannotLaunch({ name, entry }: LocalAlgorithm, { how, tail }: LaunchEnd): RuntimeError {
  const words = tail === '' ? 'It wrote nothing to stderr.' : `Its last words:\n${tail}`;
  return new RuntimeError(
    'CANNOT_LAUNCH',
    `algorithm "${name}" (${entry}) cannot be started: ${how} before it had connected, ${LAUNCH_ATTEMPTS} times. ${words}`,
    { facts: { algorithm: name, entry } },
  );
}
