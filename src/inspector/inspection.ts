// A process that can be looked at: its probe, from the start; and, once it is opened, its own inspector or a line to another one.
// What serves and records is loaded then, and not before.

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Charts } from '#inspector/chart';
import { FORMAT, FORMAT_NAME, type Header, type News } from '#inspector/frames';
import type { Hub, SourceLine } from '#inspector/hub';
import type { InspectOptions } from '#inspector/options';
import { createProbe, type Probe } from '#inspector/probe';
import { packageVersion } from '#model/package-version';

export interface InspectionOptions {
  readonly role: 'algorithm' | 'local-hkube';
  readonly title: string;
  readonly options: InspectOptions;
  /** Whether a person may do something to its actors from its own page. */
  readonly acts: boolean;
  /** What went wrong with a recording. */
  readonly onProblem: (problem: string) => void;
}

/** An inspector that is open. */
export interface OpenInspection {
  /** What a person opens; null: the page is that of another process. */
  readonly link: string | null;
  /** Resolves when it is known whether somebody looks: what happens before is not told. */
  readonly ready: Promise<void>;
  /** What other processes dial; null likewise. */
  readonly dial: string | null;
  close(): Promise<void>;
}

export interface Inspection {
  readonly probe: Probe;
  /** Rejects with `INVALID_OPTIONS` if it cannot be served. */
  open(): Promise<OpenInspection>;
}

const PORT = 3031;

/** In an installed copy this file is in dist, beside the page; in the source it is below what dist is built of. */
export const pageFolder = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/inspector/' : './inspector/',
  import.meta.url,
);

/** Those of this version; none where they have not been built. */
async function readCharts(): Promise<Charts> {
  const text = await readFile(new URL('charts.json', pageFolder), 'utf8').catch(() => '{}');
  return Charts.parse(JSON.parse(text));
}

export function createInspection(inspection: InspectionOptions): Inspection {
  const { role, title, options, acts, onProblem } = inspection;
  const worker = options.connect === undefined ? null : new URL(options.connect).searchParams.get('worker');
  let line: SourceLine | undefined;
  const versions = { 'algorithm-actor': packageVersion(), node: process.versions.node };
  const probe = createProbe({
    process: `${process.pid}-${randomBytes(3).toString('hex')}`,
    about: { kind: 'process.opened', role, title, pid: process.pid, worker, versions },
    redact: options.redact,
    tell: (news: readonly News[], chars: number) => line?.tell(news, chars),
  });
  const source = { process: probe.process, watch: probe.setWatched, deeds: probe.deeds };

  async function connect(url: string): Promise<OpenInspection> {
    const { dialInspector } = await import('#inspector/dial');
    const dialled = dialInspector(url, source);
    line = dialled;
    const close = async (): Promise<void> => {
      probe.flush();
      await dialled.close();
    };
    return { link: null, dial: null, ready: dialled.ready, close };
  }

  async function serve(): Promise<OpenInspection> {
    const [{ createHub }, { serveInspector }, charts] = await Promise.all([
      import('#inspector/hub'),
      import('#inspector/server'),
      readCharts(),
    ]);
    const hub = createHub();
    line = hub.join(source);
    const header: Header = { format: FORMAT_NAME, version: FORMAT, at: Date.now(), title, versions, charts };
    const { port = PORT, host, token = randomBytes(16).toString('hex'), record } = options;
    const desk = { mode: 'live', header, acts, hub, redact: options.redact } as const;
    const recording = record === undefined ? undefined : await startRecording({ file: record, header, hub, onProblem });
    const server = await serveInspector({ port, host, token, page: pageFolder, desk }).catch(async (error: unknown) => {
      await recording?.close();
      throw error;
    });
    const close = async (): Promise<void> => {
      probe.flush();
      await recording?.close();
      await server.close();
    };
    return { link: server.link, dial: server.dial, ready: Promise.resolve(), close };
  }

  return { probe, open: () => (options.connect === undefined ? serve() : connect(options.connect)) };
}

interface RecordingOptions {
  readonly file: string;
  readonly header: Header;
  readonly hub: Hub;
  readonly onProblem: (problem: string) => void;
}

/** A viewer that writes down what it sees. */
async function startRecording({ file, header, hub, onProblem }: RecordingOptions): Promise<{ close(): Promise<void> }> {
  const { createRecorder } = await import('#inspector/recorder');
  const recorder = createRecorder({ file, header, onProblem });
  const looking = hub.view({
    send: (frames) => {
      recorder.write(frames);
      if (recorder.isFull) queueMicrotask(() => looking.leave());
    },
    caughtUp: () => undefined,
    slowWords: 'the disk was too slow',
    get waiting() {
      return recorder.waiting;
    },
  });
  return {
    close: async () => {
      await looking.untilCaughtUp();
      looking.leave();
      await recorder.close();
    },
  };
}
