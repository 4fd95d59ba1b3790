// The exit codes of every command, and which error leads to which.

import type { ErrorCode } from '#errors';

export const ExitCode = { ok: 0, failed: 1, usage: 2, stopped: 3, unreachable: 4, timedOut: 5 } as const;

const badInput: ReadonlySet<ErrorCode> = new Set([
  'INVALID_HANDLERS',
  'INVALID_OPTIONS',
  'INVALID_USAGE',
  'INVALID_ENTRY',
  'INVALID_DESCRIPTOR',
  'INVALID_CALL',
  'INVALID_RECORDING',
  'INVALID_ARCHIVE',
  'NOT_FOUND',
  'UNSUPPORTED',
]);

export function exitCodeOf(code: ErrorCode): number {
  if (badInput.has(code)) return ExitCode.usage;
  return code === 'CANNOT_CONNECT' ? ExitCode.unreachable : ExitCode.failed;
}
