// Applied over HTTP, built, and run: from the first apply to the third version.

import { describe, expect, it } from 'vitest';
import { at, saying, startApplying } from '#test/support/applied';

const payload = { name: 'greet', env: 'nodejs', entryPoint: 'index.mjs' };

describe('an algorithm that is applied', () => {
  it('is built, and runs; changed and applied again, the new one runs', async () => {
    const { applied, exec, ask } = await startApplying();
    const first = await applied({ payload, file: saying('hello') });
    expect(first).toMatchObject({
      status: 200,
      body: {
        buildId: expect.stringMatching(/^greet-[a-z0-9]{6}$/),
        messagesCode: [1021, 1023],
        algorithm: { name: 'greet', type: 'Code', cpu: 0.1, mem: '256Mi', options: { pending: true } },
      },
    });
    expect(await exec('greet', 'you')).toEqual(['hello', 'you']);
    const second = await applied({ payload, file: saying('good day') });
    expect(second.body).toMatchObject({ messagesCode: [1022] });
    expect(await exec('greet', 'you')).toEqual(['good day', 'you']);
    const versions = await ask('GET versions/algorithms/greet');
    expect(versions.body).toMatchObject([{ semver: '1.0.1' }, { semver: '1.0.0', versionAlias: 'v1.0.0' }]);
    const version = at(versions.body, 1, 'version');
    expect(await ask('POST versions/algorithms/apply', { name: 'greet', version })).toMatchObject({ status: 201 });
    expect(await exec('greet', 'you')).toEqual(['hello', 'you']);
    expect(await ask('GET store/algorithms/greet')).toMatchObject({
      body: { version, options: { pending: false }, buildStats: { total: 2, completed: 2 } },
    });
  });
});
