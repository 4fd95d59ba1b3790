// How HKube's debug sidecar tells of sub-pipelines and executions: it is an algorithm itself, on the official wrapper, and passes on
// what that makes of the real worker's words.

import type { Teller } from '#worker/children';
import { errorInResponse } from '#worker/faults';
import type { Line } from '#worker/line';
import type { Message } from '#wire/encode';

export function sidecarTeller(line: Line): Teller {
  const told = (tell: (message: Message) => void) => (message: Message) => {
    // Nobody told it that one was started.
    if (message.command !== 'subPipelineStarted') tell(sidecarWords(message));
  };
  return { send: told(line.send), answer: told(line.answer) };
}

function sidecarWords(message: Message): Message {
  const { command, data } = message;
  switch (command) {
    case 'subPipelineError':
    case 'algorithmExecutionError':
      return errorInResponse(message);
    case 'subPipelineStopped':
      // The wrapper takes a stop for success without a result.
      return { command: 'subPipelineDone', data: { subPipelineId: field(data, 'subPipelineId') } };
    default:
      // And a link for no result.
      if (typeof data !== 'object' || field(field(data, 'response'), 'storageInfo') === undefined) return message;
      return { command, data: { ...data, response: null } };
  }
}

function field(owner: unknown, key: string): unknown {
  return typeof owner === 'object' && owner !== null ? Reflect.get(owner, key) : undefined;
}
