// Frames on their way to the disk.

import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Frame } from '#inspector/frames';
import { createRecorder, type RecorderOptions } from '#inspector/recorder';
import { readRecording } from '#inspector/recording';
import { createScene } from '#inspector/scene';
import { ALGORITHM, begun, framesOf, header, manyFrames, opened, processOpened } from '#test/support/recordings';
import { problemsOf } from '#test/support/problems';
import { temporaryFolder } from '#test/support/temporary';

const frames = framesOf([processOpened, opened(), ...begun([1])]);

function recorder(options: Partial<RecorderOptions> = {}) {
  const file = options.file ?? join(temporaryFolder(), 'run.jsonl');
  const problems: string[] = [];
  const made = createRecorder({ file, header, onProblem: (words) => problems.push(words), ...options });
  return { ...made, file, problems, made, read: () => readRecording(readFileSync(file, 'utf8')) };
}

/** Until the disk has all that it was given. */
async function untilWritten(file: string): Promise<void> {
  let size = -1;
  await expect
    .poll(
      () => {
        const before = size;
        size = statSync(file).size;
        return size - before;
      },
      { interval: 100, timeout: 10_000 },
    )
    .toBe(0);
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
  it('costs frames; then a gap says how many, and it is told how everything stands', async () => {
    const many = [...frames, ...manyFrames(1_000).slice(frames.length)];
    const { write, close, read, problems, file } = recorder({ pendingBytes: 20_000 });
    for (let place = 0; place < 900; place += 20) write(many.slice(place, place + 20));
    await untilWritten(file);
    write(many.slice(900));
    await close();
    const { frames: kept, problems: found } = read();
    expect(found).toEqual([]);
    expect(problems).toEqual([`${file}: the disk cannot follow, and frames are left out of the recording.`]);
    const at = kept.findIndex(({ kind }) => kind === 'gap');
    const gap = kept[at];
    expect(gap).toMatchObject({ n: 897, missing: 900 - at, reason: 'the disk could not follow' });
    expect(kept.slice(at + 1, at + 3)).toMatchObject([
      { n: 898, kind: 'process.opened' },
      { n: 899, kind: 'actor.opened', actor: ALGORITHM, isNew: false, value: { working: 'busy' } },
    ]);
    expect(kept.slice(at + 3).map(({ n }) => n)).toEqual(many.slice(900).map(({ n }) => n));
    const scene = (all: readonly Frame[]) => {
      const maker = createScene();
      for (const frame of all) maker.apply(frame);
      return maker.scene().actors.get(ALGORITHM)?.context;
    };
    expect(scene(kept)).toEqual(scene(many));
  });

  it('and a recording that ends meanwhile says what is missing', async () => {
    const many = manyFrames(2_000);
    const { write, close, read } = recorder({ pendingBytes: 10_000 });
    for (let place = 0; place < 2_000; place += 100) write(many.slice(place, place + 100));
    await close();
    const gap = read().frames.find(({ kind }) => kind === 'gap');
    expect(gap).toMatchObject({ n: 1_999, missing: 1_900 });
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

it.skipIf(!existsSync('/dev/full'))('a disk that is full is told once, and ends nothing', async () => {
  const { write, close, made, problems } = recorder({ file: '/dev/full', force: true });
  write(frames);
  await expect.poll(() => made.isFull).toBe(true);
  write(frames);
  await close();
  expect(problems).toEqual([expect.stringMatching(/^\/dev\/full: cannot be written: ENOSPC/)]);
});
