// What is answered instead: HKube's shape of an error, its statuses, and its words where it has some. What we know besides stands in
// `details`.

import { type ErrorCode, RuntimeError } from '#errors';
import { describeFailure } from '#model/failure';

export type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 500;

export interface ErrorBody {
  readonly error: { readonly code: number; readonly message: string; readonly details?: string };
}

const STATUS_OF: Readonly<Partial<Record<ErrorCode, ErrorStatus>>> = {
  NOT_FOUND: 404,
  INVALID_DESCRIPTOR: 400,
  INVALID_CALL: 400,
  INVALID_OPTIONS: 400,
  INVALID_ARCHIVE: 400,
  UNSUPPORTED: 400,
};

export const errorBody = (code: ErrorStatus, message: string, details?: string): ErrorBody => ({
  error: { code, message, ...(details !== undefined && { details }) },
});

/** `facts.status` is the status where the code alone does not tell it, `facts.hkube` what HKube says. */
export function answerTo(error: unknown): { status: ErrorStatus; body: ErrorBody } {
  const { message } = describeFailure(error);
  if (!(error instanceof RuntimeError)) return { status: 500, body: errorBody(500, message) };
  const { hkube, status: asked } = error.facts;
  const status = statusIn(asked) ?? STATUS_OF[error.code] ?? 500;
  const body =
    typeof hkube === 'string' && hkube !== message ? errorBody(status, hkube, message) : errorBody(status, message);
  return { status, body };
}

const statuses: readonly ErrorStatus[] = [400, 401, 403, 404, 405, 409, 413, 500];

const statusIn = (asked: unknown): ErrorStatus | undefined => statuses.find((status) => status === asked);
