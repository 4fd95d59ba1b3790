// What `algorithm-actor new --env python` has written runs as it is, and so does its test.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { project } from '#test/support/projects';

it('new writes an algorithm in Python that runs, in a pipeline and in its own test, too', async () => {
  const { run, path } = project({});
  const written = await run('new', 'count-words', '--env', 'python');
  expect(written).toMatchObject({ code: 0, stderr: expect.stringContaining('  python3 -m unittest\n') });
  const [dev, exec, tested] = await Promise.all([
    run('dev', 'count-words', '--input', '["to be or not to be", 2]', '--once', '--workers-port', '0'),
    run('exec', 'raw', '-f', 'count-words/pipeline.yml', '--algorithms', '.'),
    promisify(execFile)('python3', ['-m', 'unittest'], { cwd: path('count-words') }),
  ]);
  expect(dev).toMatchObject({ code: 0, stdout: expect.stringMatching(/"to","times":2.*"be","times":2/) });
  expect(exec).toMatchObject({ code: 0, stdout: expect.stringMatching(/count +1 .*"to".*\ncount +2 .*"tomorrow"/) });
  expect(tested.stderr).toMatch(/Ran 4 tests[\s\S]*\nOK\n/);
});
