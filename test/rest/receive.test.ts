// Forms whose file cannot be kept, or which are too large without one: whoever sends them hears why, and is not kept waiting.

import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { RuntimeError } from '#errors';
import { withForm } from '#rest/receive';
import { temporaryFolder } from '#test/support/temporary';

/** A server that receives forms here, and answers with the code of what is wrong. */
async function receiving(path: string): Promise<(form: FormData) => Promise<string>> {
  const server = createServer((message, response) => {
    void withForm(message, { part: 'file', place: () => Promise.resolve(path) }, ({ text }) =>
      Promise.resolve(text('a')),
    )
      .catch((error: unknown) => (error instanceof RuntimeError ? `${error.code} ${error.message}` : 'another error'))
      .then((answer) => response.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return async (form) => (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: form })).text();
}

it('a file that cannot be written is refused, also while much of it is still to come', async () => {
  const send = await receiving(join(temporaryFolder(), 'gone', 'upload'));
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(5_000_000)]), 'code.zip');
  expect(await send(form)).toMatch(/^CANNOT_WRITE the file cannot be kept: ENOENT.*Make room/);
});

it('texts are no way around the limit of a text', async () => {
  const send = await receiving(join(temporaryFolder(), 'upload'));
  const form = new FormData();
  for (const name of ['a', 'b', 'c']) form.append(name, 'x'.repeat(6_000_000));
  expect(await send(form)).toMatch(/^INVALID_DESCRIPTOR request entity too large: all that is no file is larger/);
});

it('texts beyond the number that is read are refused, not dropped without a word', async () => {
  const send = await receiving(join(temporaryFolder(), 'upload'));
  const form = new FormData();
  for (let index = 0; index <= 100; index++) form.append(`part${index}`, 'x');
  expect(await send(form)).toMatch(/^INVALID_DESCRIPTOR the form has more than 100 parts/);
});
