// How HKube's debug sidecar tells of sub-pipelines: it is an algorithm itself, on the official wrapper, and passes on what that
// makes of the real worker's words.

import { errorInResponse } from '#worker/faults';
import type { Line } from '#worker/line';
import type { Teller } from '#worker/sub-pipelines';
import type { Message } from '#wire/encode';

export function sidecarTeller(line: Line): Teller {
  const told = (tell: (message: Message) => void) => (message: Message) => {
    // Nobody told it that one was started.
    if (message.command !== 'subPipelineStarted') tell(sidecarWords(message));
  };
  return { send: told(line.send), answer: told(line.answer) };
}

function sidecarWords(message: Message): Message {
  if (message.command === 'subPipelineError') return errorInResponse(message);
  const id: unknown = field(message.data, 'subPipelineId');
  const response: unknown = field(message.data, 'response');
  // The wrapper takes a stop for success without a result, and a link for no result.
  const isLink = field(response, 'storageInfo') !== undefined;
  return message.command === 'subPipelineStopped' || isLink
    ? { command: 'subPipelineDone', data: { subPipelineId: id, ...(isLink && { response: null }) } }
    : message;
}

function field(owner: unknown, key: string): unknown {
  return typeof owner === 'object' && owner !== null ? Reflect.get(owner, key) : undefined;
}
