// What is sent as an archive, over real HTTP: refused with words where it is none, and nothing of it is left.

import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Applying, at, saying, startApplying } from '#test/support/applied';
import { tarGz, zipBytes } from '#test/support/archive-bytes';

const payload = { name: 'words', env: 'nodejs', entryPoint: 'index.mjs' };

const blob = (bytes: Buffer): Blob => new Blob([new Uint8Array(bytes)]);

const filesBelow = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();

/** With an algorithm that runs, so that one can see that it still does. */
async function withWords(): Promise<Applying> {
  const applying = await startApplying();
  await applying.applied({ payload, file: saying('former') });
  expect(await applying.exec('words')).toEqual(['former']);
  return applying;
}

const start = { name: 'index.mjs', content: 'export const start = () => 1;' };
const hostile: readonly (readonly [what: string, bytes: () => Buffer, words: RegExp])[] = [
  ['a path that leads out of it', () => zipBytes([start, { name: '../../escaped.txt', content: 'x' }]), /escaped/],
  ['an absolute path', () => tarGz([start, { name: '/tmp/escaped.txt', content: 'x' }]), /escaped/],
  ['a link out of it', () => tarGz([start, { name: 'link', type: '2', link: '../../../etc' }]), /link/],
  ['a link within a zip', () => zipBytes([start, { name: 'link', content: '/etc', mode: 0o120777 }]), /link/],
  ['a device', () => tarGz([start, { name: 'null', type: '3' }]), /null/],
  [
    'a million tiny files',
    () => tarGz(Array.from({ length: 100_001 }, (_, index) => ({ name: `f${index}` }))),
    /100000|100,000/,
  ],
  ['far more than its size', () => zipBytes([start, { name: 'zeros', content: Buffer.alloc(150_000_000) }]), /times/],
  ['an end that is not there', () => zipBytes([start]).subarray(0, -10), /./],
  ['no file', () => zipBytes([]), /no file/],
];

describe('an archive with', () => {
  it.each(hostile)('%s is refused, leaves nothing, and the former version works', async (_, bytes, words) => {
    // Made first: connections would be given up meanwhile.
    const file = blob(bytes());
    const { send, stateDir, exec, hkube } = await withWords();
    const before = filesBelow(stateDir);
    const answer = await send({ payload, file, fileName: 'evil.zip' });
    expect(answer).toEqual({
      status: 400,
      body: { error: { code: 400, message: expect.stringMatching(words) } },
    });
    expect(String(at(answer.body, 'error', 'message'))).toMatch(/^evil\.zip: /);
    expect(filesBelow(stateDir)).toEqual(before);
    expect(await hkube.store.versions.list('words')).toHaveLength(1);
    expect(await exec('words')).toEqual(['former']);
  });
});

describe('a file', () => {
  it.each<[what: string, bytes: Buffer, fileName: string, words: RegExp]>([
    [
      'a tar',
      Buffer.alloc(2_048, 'x'),
      'code.tar',
      /^data\.fileExt should be equal to one of the allowed values \(zip,gz\)$/,
    ],
    [
      'a text that is called zip',
      Buffer.from('words'),
      'code.zip',
      /data\.fileExt should be equal to one of the allowed/,
    ],
    [
      'a rar',
      Buffer.from('Rar!\x1a\x07\x00'),
      'code.rar',
      /^data\.fileExt should be equal to one of the allowed values/,
    ],
  ])('that is %s is refused in HKube’s words', async (_, bytes, fileName, words) => {
    const { send, stateDir } = await startApplying();
    expect(await send({ payload, file: blob(bytes), fileName })).toMatchObject({
      status: 400,
      body: { error: { code: 400, message: expect.stringMatching(words) } },
    });
    expect(readdirSync(`${stateDir}/uploads`)).toEqual([]);
  });

  it('without a byte is none', async () => {
    const { send } = await startApplying();
    expect(await send({ payload, file: new Blob([]), fileName: 'code.zip' })).toMatchObject({
      status: 400,
      body: { error: { message: 'cannot apply algorithm due to missing image url or build data' } },
    });
  });

  it('is one, and comes in its part', async () => {
    const { url, stateDir } = await startApplying();
    const apply = async (...parts: readonly string[]): Promise<unknown> => {
      const form = new FormData();
      form.append('payload', JSON.stringify(payload));
      for (const part of parts) form.append(part, saying('x'), 'code.zip');
      const response = await fetch(`${url}/api/v1/store/algorithms/apply`, { method: 'POST', body: form });
      return response.json();
    };
    const words = (part: string): object => ({
      error: {
        code: 400,
        message: `unexpected file in the part "${part}": one file is expected, in the part "file".`,
      },
    });
    expect(await apply('file', 'file')).toEqual(words('file'));
    expect(await apply('archive')).toEqual(words('archive'));
    expect(readdirSync(stateDir)).not.toContain('store');
    expect(await apply('file')).toMatchObject({ buildId: expect.any(String) });
  });
});

/** Sends the beginning of a request, as it is, and gives what is answered until the connection closes. */
function sendRaw(url: string, text: string): { answered: Promise<string>; end: () => void } {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const answered = new Promise<string>((resolve) => {
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
      if (answer.includes('\r\n\r\n')) resolve(answer);
    });
    socket.on('error', () => resolve(answer)).on('close', () => resolve(answer));
  });
  socket.write(text);
  return { answered, end: () => socket.destroy() };
}

const head = (length: number, boundary = 'boundary="x"'): string =>
  [
    'POST /api/v1/store/algorithms/apply HTTP/1.1',
    'Host: localhost',
    `Content-Type: multipart/form-data; ${boundary}`,
    `Content-Length: ${length}`,
    '',
    '',
  ].join('\r\n');

describe('an upload', () => {
  it('that breaks off leaves nothing', async () => {
    const { url, stateDir, ask } = await startApplying();
    const file = '--x\r\nContent-Disposition: form-data; name="file"; filename="code.zip"\r\n\r\nPK\x03\x04 and more';
    const { end } = sendRaw(url, `${head(1_000_000)}${file}`);
    await expect.poll(() => readdirSync(stateDir)).toContain('uploads');
    await expect.poll(() => readdirSync(`${stateDir}/uploads`)).toHaveLength(1);
    end();
    await expect.poll(() => readdirSync(`${stateDir}/uploads`)).toEqual([]);
    expect(await ask('GET store/algorithms')).toEqual({ status: 200, body: [] });
  });

  it('that is larger than HKube takes is refused before it has come', async () => {
    const { url } = await startApplying();
    const { answered, end } = sendRaw(url, head(3e9));
    expect(await answered).toMatch(/^HTTP\/1\.1 413 [^]*"message":"request entity too large"/);
    end();
  });

  it('that is no form is refused with words', async () => {
    const { url } = await startApplying();
    const { answered, end } = sendRaw(url, `${head(2, 'charset=utf-8')}xx`);
    expect(await answered).toMatch(/^HTTP\/1\.1 400 [^]*the form cannot be read: .*[Bb]oundary/);
    end();
  });
});
