// One build on its way: its chart, the steps behind it, and what of it is told and kept.
//
//   K1. It is reported as over when nothing of it runs any more and its end is on the disk, and not before.
//   K2. One that fails or is stopped leaves no code; that of an earlier attempt, which may be running, stays.
//   K3. Before it is published it is kept as built: if this process is ended meanwhile, the next one publishes it again.

import { createActor } from 'xstate';
import { type BuildDocument, imageOf } from '#builds/build';
import { type BuildLog, createBuildLog } from '#builds/build-log';
import { endedRecord, type Ending, lastWords } from '#builds/ending';
import { secretsOf } from '#builds/git';
import type { BuildCommands } from '#builds/install';
import { failureOf } from '#builds/problem';
import { type BuildRecord, codeFolder, removeFolder, type Shelf } from '#builds/shelf';
import { type CheckEntry, createSteps } from '#builds/steps';
import { type BuildEvent, buildMachine, type BuildStep } from '#machines/build.machine';
import { describeFailure } from '#model/failure';

/** What a build needs of the world. */
export interface BuildWorld {
  readonly shelf: Shelf;
  readonly commands: BuildCommands;
  readonly check: CheckEntry;
  /** Resolves when the version is there. It may be called again for a build that it knows (K3). */
  readonly onBuilt: (build: BuildDocument) => Promise<void>;
  readonly warn: (message: string) => void;
}

export interface Attempt {
  /** As it is told, with its log as far as it has come. */
  readonly build: BuildDocument;
  admit(): void;
  /** `words`: why, where nobody has asked. */
  stop(words: string | null): void;
  /** Resolves with its record when it is over (K1); never rejects. */
  readonly done: Promise<BuildRecord>;
}

export function startAttempt(record: BuildRecord, world: BuildWorld): Attempt {
  const { shelf, warn } = world;
  const { buildId } = record.build;
  const aborter = new AbortController();
  const log = createBuildLog({ file: shelf.place(buildId, 'log.txt'), secrets: secretsIn(record) });
  const carryOut = createDeeds({ record, world, log, signal: aborter.signal });
  let told = record.build;
  let work = Promise.resolve();

  const actor = createActor(
    buildMachine.provide({
      actions: {
        begin: (_, { step }) => {
          work = carryOut(step).then(send);
        },
        stopWork: () => aborter.abort(),
      },
    }),
    { input: { buildId } },
  );
  function send(event: BuildEvent): void {
    if (actor.getSnapshot().status === 'active') actor.send(event);
  }

  const done = new Promise<BuildRecord>((resolve) => {
    actor.subscribe((snapshot) => {
      const { value, context } = snapshot;
      if (value === 'completed' || value === 'failed' || value === 'stopped')
        return void work.then(() => end({ status: value, ...context }, { record, shelf, log, warn })).then(resolve);
      const status = value === 'pending' || value === 'creating' ? value : 'active';
      told = { ...told, status, progress: context.progress, timestamp: Date.now() };
    });
  });
  actor.start();

  return {
    get build() {
      if (told.status === 'pending') return told;
      const { text: data, warnings, errors } = log;
      return { ...told, result: { data, warnings: [...warnings], errors: [...errors] } };
    },
    admit: () => send({ type: 'build.admitted' }),
    stop: (words) => send({ type: 'build.stopAsked', words }),
    done,
  };
}

const secretsIn = ({ build }: BuildRecord): string[] =>
  build.algorithm.gitRepository ? secretsOf(build.algorithm.gitRepository) : [];

/** The event that says that a step has ended well. */
const SAID = {
  fetch: { type: 'code.fetched' },
  install: { type: 'dependencies.installed' },
  check: { type: 'entry.checked' },
  publish: { type: 'version.published' },
} as const satisfies Record<BuildStep, BuildEvent>;

interface Deed {
  readonly record: BuildRecord;
  readonly world: BuildWorld;
  readonly log: BuildLog;
  readonly signal: AbortSignal;
}

/** Carries out a step, and gives the event that it ends with. */
function createDeeds({ record, world, log, signal }: Deed): (step: BuildStep) => Promise<BuildEvent> {
  const { shelf, onBuilt } = world;
  const { build } = record;
  const place = (file: string): string => shelf.place(build.buildId, file);
  const steps = {
    ...createSteps({ ...world, record, code: place(codeFolder(record)), place, log, signal }),
    publish: async () => {
      await shelf.write({ ...record, isBuilt: true });
      await onBuilt({ ...build, algorithmImage: imageOf(build) });
    },
  };
  return async (step) => {
    try {
      await steps[step]();
      return SAID[step];
    } catch (error) {
      return { type: 'step.failed', failure: failureOf(error) };
    }
  };
}

interface Kept {
  readonly record: BuildRecord;
  readonly shelf: Shelf;
  readonly log: BuildLog;
  readonly warn: (message: string) => void;
}

/** K1, K2. What cannot be written is said, and the build is over all the same. */
async function end(ending: Ending, { record, shelf, log, warn }: Kept): Promise<BuildRecord> {
  const { buildId } = record.build;
  const attempt = async (deed: () => Promise<void>): Promise<void> => {
    try {
      await deed();
    } catch (error) {
      warn(`build ${buildId}: ${describeFailure(error).message}`);
    }
  };
  if (ending.status !== 'completed') await attempt(() => removeFolder(shelf.place(buildId, codeFolder(record))));
  const over = endedRecord(record, ending, log);
  log.add(lastWords(ending));
  await attempt(log.close);
  await attempt(() => shelf.write(over));
  return over;
}
