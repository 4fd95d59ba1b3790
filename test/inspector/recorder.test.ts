// Frames on their way to the disk.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRecorder, type RecorderOptions } from '#inspector/recorder';
import { readRecording } from '#inspector/recording';
import { begun, framesOf, header, manyFrames, opened, processOpened } from '#test/support/recordings';
import { problemsOf } from '#test/support/problems';
import { temporaryFolder } from '#test/support/temporary';

const frames = framesOf([processOpened, opened(), ...begun([1])]);

function recorder(options: Partial<RecorderOptions> = {}) {
  const file = options.file ?? join(temporaryFolder(), 'run.jsonl');
  const problems: string[] = [];
  const made = createRecorder({ file, header, onProblem: (words) => problems.push(words), ...options });
  return { ...made, file, problems, made, read: () => readRecording(readFileSync(file, 'utf8')) };
}

describe('a recorder', () => {
  it('writes what can be read again, in a folder that it makes', async () => {
    const { write, close, read, problems } = recorder({ file: join(temporaryFolder(), 'a/b/run.jsonl') });
    write(frames.slice(0, 2));
    write(frames.slice(2));
    await close();
    expect(read()).toEqual({ header, frames, problems: [] });
    expect(problems).toEqual([]);
  });

  it('has a sound file from the beginning', async () => {
    const { write, close, read, file } = recorder();
    write(frames.slice(0, 1));
    await expect.poll(() => readFileSync(file, 'utf8')).toContain('"process.opened"');
    expect(read().frames).toEqual(frames.slice(0, 1));
    await close();
  });

  it('writes nothing after its end, and ends once', async () => {
    const { write, close, read } = recorder();
    await Promise.all([close(), close()]);
    write(frames);
    await close();
    expect(read().frames).toEqual([]);
  });
});

describe('R3: a disk that is slow', () => {
  it('is told of, and has it all in the end', async () => {
    const { write, close, read, made } = recorder();
    write(manyFrames(1_000));
    expect(made.waiting).toBeGreaterThan(100_000);
    await expect.poll(() => made.waiting).toBe(0);
    await close();
    expect(read().frames).toHaveLength(1_000);
  });
});

describe('R4: a full recording', () => {
  it('ends with a gap that says so, within its limit', async () => {
    const { write, close, read, made, problems, file } = recorder({ maxBytes: 20_000 });
    write(manyFrames(200));
    write(manyFrames(10));
    expect(made.isFull).toBe(true);
    await close();
    expect(statSync(file).size).toBeLessThanOrEqual(20_000);
    expect(statSync(file).size).toBeGreaterThan(19_000);
    const { frames: kept, problems: found } = read();
    expect(found).toEqual([]);
    expect(kept.at(-1)).toMatchObject({
      kind: 'gap',
      missing: null,
      reason: 'the recording is full: it has reached 0 MB',
    });
    expect(problems).toEqual([`${file}: full at 0 MB; what happens from now on is not recorded.`]);
  });
});

describe('R5: a file that is there', () => {
  it('is kept beside the new one if it is a recording', async () => {
    const first = recorder();
    first.write(frames);
    await first.close();
    expect(first.former).toBeNull();
    for (let again = 0; again < 2; again++) {
      const second = recorder({ file: first.file });
      expect(second.former).toBe(first.file.replace('.jsonl', '.former.jsonl'));
      await second.close();
      expect(readdirSync(join(first.file, '..')).toSorted()).toEqual(['run.former.jsonl', 'run.jsonl']);
    }
  });

  it('is refused if it is anything else, unless it is to be written over', async () => {
    const folder = temporaryFolder({ 'notes.txt': 'dear diary' });
    const file = join(folder, 'notes.txt');
    expect(problemsOf(() => recorder({ file }), 'INVALID_USAGE')).toMatch(
      /notes\.txt: is there already, and is no rec/,
    );
    expect(readFileSync(file, 'utf8')).toBe('dear diary');
    const { close, read } = recorder({ file, force: true });
    await close();
    expect(read().frames).toEqual([]);
  });

  it('cannot be a folder, nor lie in a file', () => {
    const folder = temporaryFolder({ 'notes.txt': '' });
    mkdirSync(join(folder, 'run.jsonl'));
    expect(problemsOf(() => recorder({ file: join(folder, 'run.jsonl') }), 'INVALID_USAGE')).toContain('run.jsonl: ');
    expect(problemsOf(() => recorder({ file: join(folder, 'notes.txt/run.jsonl') }), 'INVALID_USAGE')).toContain(
      'cannot be rec',
    );
  });
});

describe.skipIf(!existsSync('/dev/null'))('R6: what is no file', () => {
  // A link, so that a mistake here renames the link and not the device.
  it('is written to where it is a device of characters, and stays what it is', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'null.jsonl');
    symlinkSync('/dev/null', file);
    const { write, close, made, problems } = recorder({ file });
    write(frames);
    await close();
    expect(made.former).toBeNull();
    expect(problems).toEqual([]);
    expect(readdirSync(folder)).toEqual(['null.jsonl']);
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it.each([false, true])('is refused with words where it is a pipe, a socket or a folder; force: %j', async (force) => {
    const folder = temporaryFolder();
    const [pipe, socket] = [join(folder, 'pipe'), join(folder, 'socket')];
    execFileSync('mkfifo', [pipe]);
    const server = createServer().listen(socket);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const problem = (file: string): string => problemsOf(() => recorder({ file, force }), 'INVALID_USAGE');
    expect(problem(pipe)).toContain('pipe: cannot be recorded to: it is a pipe, and no file. Choose another file.');
    expect(problem(socket)).toContain('it is a socket, and no file');
    expect(problem(folder)).toContain('it is a folder, and no file');
    expect(readdirSync(folder).toSorted()).toEqual(['pipe', 'socket']);
  });

  it('behind a link that leads to a recording, the recording is put aside and the link stays', async () => {
    const folder = temporaryFolder({ 'kept/run.jsonl': '' });
    const file = join(folder, 'run.jsonl');
    symlinkSync(join(folder, 'kept/run.jsonl'), file);
    const { close, read } = recorder({ file });
    await close();
    expect(read().problems).toEqual([]);
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(readdirSync(join(folder, 'kept')).toSorted()).toEqual(['run.former.jsonl', 'run.jsonl']);
  });
});

it.skipIf(!existsSync('/dev/full'))('a disk that is full is told once, and ends nothing', async () => {
  const { write, close, made, problems } = recorder({ file: '/dev/full' });
  write(frames);
  await expect.poll(() => made.isFull).toBe(true);
  write(frames);
  await close();
  expect(problems).toEqual([expect.stringMatching(/^\/dev\/full: cannot be written: ENOSPC/)]);
});
