// One thread or process that runs handlers, and what is known of it: whether it has loaded them, which run it has, whether the
// author's code is at work. What that means for the task, `#handlers/isolated-host` knows.
//
//   J1. A run is *open* from `initialize` to its end (`returned`, `failed`, `stopped`); an isolate that ends meanwhile has crashed.
//   J2. It is *busy* while the author's code runs; what is busy with a run that nobody wants any more is not used again.

import type { Channel, ChannelEnd, OpenChannel } from '#handlers/channel';
import { type Body, type HostCommand, HostReport } from '#handlers/rpc';
import { explainIssues } from '#model/issues';

export interface IsolateEvents {
  readonly onReport: (report: HostReport, body: Body | undefined) => void;
  readonly onEnd: (end: ChannelEnd) => void;
}

export interface Isolate {
  /** What it said of the handlers once they were loaded. */
  readonly loaded: { readonly initialize: boolean } | undefined;
  /** The run that is open, or 0. */
  readonly run: number;
  readonly busy: boolean;
  readonly stopAsked: boolean;
  post(command: HostCommand, body?: Body): void;
  /** Ends it by force. */
  kill(): void;
}

export function startIsolate(open: OpenChannel, { onReport, onEnd }: IsolateEvents): Isolate {
  let loaded: Isolate['loaded'];
  let run = 0;
  let busy = false;
  let stopAsked = false;
  let broken: string | undefined;

  function noteCommand(command: HostCommand): void {
    if (command.type === 'initialize') {
      run = command.run;
      stopAsked = false;
      busy = true;
    } else if (command.type === 'start') busy = true;
    else if (command.type === 'stop') {
      busy = true;
      stopAsked = true;
    }
    if (command.type === 'stop' || command.type === 'abandon') channel.warn(run);
    if (command.type === 'abandon' && !busy) run = 0;
  }

  /** False for what an older run still says. */
  function noteReport(report: HostReport): boolean {
    if (report.type === 'loaded') loaded = { initialize: report.initialize };
    if (!('run' in report)) return true;
    if (report.run !== run) return false;
    if (report.type === 'initialized') busy = stopAsked;
    // A handler may end before the hook of a stop does; `stopped` comes when both have.
    else if (report.type === 'stopped' || (report.type !== 'called' && !stopAsked)) {
      busy = false;
      run = 0;
    }
    return true;
  }

  function giveUp(reason: string): void {
    broken ??= reason;
    channel.kill();
  }

  const channel: Channel = open({
    onNote: (note, body) => {
      if (broken !== undefined) return;
      const report = HostReport.safeParse(note);
      if (!report.success) giveUp(explainIssues(report.error.issues));
      else if (noteReport(report.data)) onReport(report.data, body);
    },
    onBroken: giveUp,
    onEnd: (end) =>
      onEnd(
        broken === undefined ? end : { ...end, how: `it said what cannot be understood (${broken}) and was ended` },
      ),
  });

  return {
    get loaded() {
      return loaded;
    },
    get run() {
      return run;
    },
    get busy() {
      return busy;
    },
    get stopAsked() {
      return stopAsked;
    },
    post: (command, body) => {
      noteCommand(command);
      channel.post(command, body);
    },
    kill: channel.kill,
  };
}
