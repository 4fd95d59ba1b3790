// Whether two messages say the same, and where they do not. What has to differ from run to run is not looked at.
//
//   P1. `alive` and `stopping` depend on time alone: they are not compared. Of progress, which is coalesced, the last report
//       before an outcome is; before `stopped` not even that, for it depends on when the stop came.
//   P2. Ids that an algorithm gives (of sub-pipelines, executions, requests for data) are its own: they are matched in the order
//       of the requests.
//   P3. Of an error its code and its words count; details hold stacks.

import type { Json } from '#model/json';

/** A message of an algorithm: of the recording, or of today. */
export interface Spoken {
  readonly command: string;
  readonly data?: unknown;
}

/** A place where two messages differ. Absent: there is nothing there. */
export interface Difference {
  /** As one would write it in code: `data.words[3]`. */
  readonly path: string;
  readonly expected?: unknown;
  readonly came?: unknown;
}

export const OUTCOMES: ReadonlySet<string> = new Set(['done', 'errorMessage', 'stopped']);
export const UNCOMPARED: ReadonlySet<string> = new Set(['alive', 'stopping', 'progress']);

const idFields = ['subPipelineId', 'execId', 'requestId'] as const;
const requests: ReadonlySet<string> = new Set([
  'startRawSubPipeline',
  'startStoredSubPipeline',
  'startAlgorithmExecution',
  'dataSourceRequest',
]);

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function idOf({ data }: Spoken): string | undefined {
  if (!isFields(data)) return undefined;
  return idFields.map((field) => data[field]).find((id) => typeof id === 'string');
}

/** P2: from the ids of a recording to those of today. */
export interface Ids {
  /** Both ask for the same. */
  learn(recorded: Spoken, came: Spoken): void;
  /** Data of the recording, with the ids of today. */
  today(data: Json | undefined): Json | undefined;
}

export function createIds(): Ids {
  const known = new Map<string, string>();
  return {
    learn: (recorded, came) => {
      const [before, now] = [idOf(recorded), idOf(came)];
      if (requests.has(recorded.command) && before !== undefined && now !== undefined) known.set(before, now);
    },
    today: (data) => {
      if (!isJsonFields(data)) return data;
      const renamed = idFields.flatMap((field): [string, Json][] => {
        const id = data[field];
        const now = typeof id === 'string' ? known.get(id) : undefined;
        return now === undefined ? [] : [[field, now]];
      });
      return renamed.length === 0 ? data : { ...data, ...Object.fromEntries(renamed) };
    },
  };
}

const isJsonFields = (value: Json | undefined): value is { readonly [key: string]: Json } => isFields(value);

/** Where two messages differ; an id that was asked with is no difference. Bounded. */
export function differencesOf(expected: Spoken, came: Spoken): Difference[] {
  if (expected.command !== came.command) return [{ path: 'command', expected: expected.command, came: came.command }];
  const isRequest = requests.has(expected.command);
  const [one, other] = [expected, came].map((message) => comparable(message, isRequest));
  const found: Difference[] = [];
  compare(one, other, { path: 'data', found });
  return found;
}

function comparable({ command, data }: Spoken, isRequest: boolean): unknown {
  const json = asJson(data);
  if (command === 'errorMessage') return isFields(json) ? pick(json, ['code', 'message']) : json;
  if (!isFields(json)) return json;
  if (isRequest) return Object.fromEntries(Object.entries(json).filter(([key]) => !isIdField(key)));
  if (command === 'finishSpan' && isFields(json.error)) return { ...json, error: pick(json.error, ['message']) };
  return json;
}

const isIdField = (key: string): boolean => idFields.some((field) => field === key);

const pick = (fields: Fields, keys: readonly string[]): Fields =>
  Object.fromEntries(keys.flatMap((key) => (fields[key] === undefined ? [] : [[key, fields[key]]])));

/** As it would come out of a recording. */
function asJson(value: unknown): unknown {
  if (value === undefined) return undefined;
  const json: unknown = JSON.parse(JSON.stringify(value) ?? 'null');
  return json;
}

const MOST_DIFFERENCES = 20;
const identifier = /^[A-Za-z_$][\w$]*$/;

interface Search {
  readonly path: string;
  readonly found: Difference[];
}

function compare(expected: unknown, came: unknown, { path, found }: Search): void {
  if (found.length >= MOST_DIFFERENCES || Object.is(expected, came)) return;
  if (Array.isArray(expected) && Array.isArray(came)) {
    for (let place = 0; place < Math.max(expected.length, came.length); place++)
      compare(expected[place], came[place], { path: `${path}[${place}]`, found });
  } else if (isFields(expected) && isFields(came)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(came)])) {
      const below = identifier.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
      compare(own(expected, key), own(came, key), { path: below, found });
    }
  } else {
    found.push({ path, ...(expected !== undefined && { expected }), ...(came !== undefined && { came }) });
  }
}

const own = (fields: Fields, key: string): unknown => (Object.hasOwn(fields, key) ? fields[key] : undefined);
