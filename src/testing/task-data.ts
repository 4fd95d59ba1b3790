// The data of a task as HKube's queue would hand it out, where a test does not say otherwise.

import { RuntimeError } from '#errors';
import { explainIssues } from '#model/issues';
import { TaskData } from '#wire/task-data';

type Fields = { readonly [Field in keyof TaskData as Field extends 'input' ? never : Field]?: TaskData[Field] };

/** What a test says about a task: its input, and any field of HKube's task data that matters to it. */
export type TestTask<Input> = Fields &
  (readonly [] extends Input ? { readonly input?: Input } : { readonly input: Input });

/** A task without any inputs has them empty. */
export const defaults = {
  jobId: 'test-job',
  nodeName: 'node',
  algorithmName: 'algorithm',
  pipelineName: 'pipeline',
  input: [],
  flatInput: null,
  storage: {},
  useCache: false,
  batchIndex: 0,
  kind: 'batch',
  parents: [],
  childs: [],
  ttl: 0,
  retry: { policy: 'OnCrash', limit: 3 },
  metrics: { tensorboard: true },
  priority: 3,
  info: { extraData: {}, savePaths: [], lastRunResult: null },
  status: 'creating',
  attempts: 0,
  spanId: { 'uber-trace-id': '7e57:7e57:0:1' },
} as const;

/** The whole of it; `number` counts the tasks of a test. Throws `INVALID_CALL` for a field of the wrong type. */
export function taskDataOf(given: unknown, number: number): TaskData {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new RuntimeError('INVALID_CALL', 'test.run: expected a task, such as { input: [1, 2] }.');
  }
  const info: unknown = Reflect.get(given, 'info');
  const data = {
    ...defaults,
    taskId: `test-task-${number}`,
    entranceTime: Date.now(),
    ...given,
    info: typeof info === 'object' && info !== null ? { ...defaults.info, ...info } : defaults.info,
  };
  const checked = TaskData.safeParse(data);
  if (checked.success) return checked.data;
  throw new RuntimeError('INVALID_CALL', `test.run: ${explainIssues(checked.error.issues)}.`);
}
