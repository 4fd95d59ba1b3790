// A cluster for the commands: a table of what it answers to which request, and what it says of a build as it goes.

import { type Answering, type Asked, fakeApiServer, type Reply } from '#test/support/fake-api-server';

type Answer = Answering | ((asked: Asked, count: number) => Answering);

/** By method and path, without its query. `count` is of the same request. */
export type Table = Readonly<Record<string, Answer>>;

/** What is not in the table is not there. */
export async function fakeHKube(table: Table) {
  const counts = new Map<string, number>();
  return fakeApiServer((asked) => {
    const key = `${asked.method} ${asked.path.split('?')[0] ?? ''}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    const answer = table[key] ?? refusal(404, `${key} Not Found`);
    return typeof answer === 'function' ? answer(asked, count) : answer;
  });
}

export const refusal = (code: number, message: string): Reply => ({ status: code, body: { error: { code, message } } });

export const BUILD = 'count-words-a1b2c3';
export const IMAGE = 'registry/count-words:v1234';

const common = { buildId: BUILD, algorithmName: 'count-words', algorithmImage: IMAGE, startTime: 1_000 };

/** A build as it goes, one status a question; the last one stays. */
export function buildGoing(...statuses: readonly Readonly<Record<string, unknown>>[]): Answer {
  return (_, count) => ({ body: { ...common, ...statuses[Math.min(count, statuses.length) - 1] } });
}

export const LOG = 'step 1\nstep 2\n';
export const pending = { status: 'pending', progress: 0, result: null };
export const active = { status: 'active', progress: 40, result: { data: 'step 1\nste' } };
export const completed = { status: 'completed', progress: 100, endTime: 3_500, result: { data: LOG } };
export const failed = {
  ...completed,
  status: 'failed',
  progress: 80,
  error: 'unable to find mandatory method start',
  result: { data: `${LOG}\u001b[31mno start\u001b[0m\n` },
};

/** An apply that is built, whose version is the current one. */
export const built: Table = {
  'POST store/algorithms/apply': {
    body: {
      buildId: BUILD,
      messages: ['algorithm count-words was pushed', 'first build'],
      messagesCode: [1023, 1021],
      algorithm: { name: 'count-words', env: 'nodejs' },
    },
  },
  [`GET builds/status/${BUILD}`]: buildGoing(pending, active, completed),
  'GET versions/algorithms/count-words': {
    body: [
      { version: 'old0000000', name: 'count-words', semver: '1.0.0', created: 1, algorithm: { name: 'count-words' } },
      {
        version: 'new0000000',
        name: 'count-words',
        semver: '1.0.1',
        created: 2,
        algorithm: { name: 'count-words', algorithmImage: IMAGE },
      },
    ],
  },
  'GET store/algorithms/count-words': { body: { name: 'count-words', env: 'nodejs', version: 'new0000000' } },
};

/** The same, whose version waits until somebody makes it the current one. */
export const builtBeside: Table = {
  ...built,
  'GET store/algorithms/count-words': { body: { name: 'count-words', env: 'nodejs', version: 'old0000000' } },
  'POST versions/algorithms/apply': { status: 201, body: {} },
};

export const DOCUMENT = `name: count-words
env: nodejs
code: { path: src, entryPoint: index.js }
resources: { cpu: 0.5, mem: 512Mi }
`;
export const CODE = { 'algorithm.yml': DOCUMENT, 'src/index.js': 'exports.start = () => 1;' };
