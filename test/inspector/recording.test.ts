// Reading recordings: whole ones, and what becomes of them in the world.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecordingReader, readRecording } from '#inspector/recording';
import {
  algorithm,
  begun,
  framesOf,
  header,
  manyFrames,
  opened,
  processOpened,
  textOf,
} from '#test/support/recordings';
import { problemsOf } from '#test/support/problems';

const frames = framesOf([processOpened, opened(), ...begun(['né', { $: '{"kind":"log"}\n' }]), algorithm('done', 3)]);
const text = textOf(frames);
const lines = text.trimEnd().split('\n');
const without = (...numbers: number[]): string => lines.filter((_, place) => !numbers.includes(place + 1)).join('\n');
const withLine = (number: number, line: string): string => lines.with(number - 1, line).join('\n');

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const shown = ({ n, value }: { readonly n: number; readonly value: string }): string =>
  `{"n":${n},"at":1,"process":"p1","kind":"shown","actor":null,"name":"a","value":${value}}`;

const refused = (bytes: string): string => problemsOf(() => readRecording(bytes), 'INVALID_RECORDING');

describe('a sound recording', () => {
  it('is read as it was written', () => {
    expect(readRecording(text)).toEqual({ header, frames, problems: [] });
  });

  it('may come in pieces, with the line ends and the mark of Windows, and with empty lines', () => {
    expect(readRecording(text.match(/[^]{1,7}/g) ?? [])).toEqual({ header, frames, problems: [] });
    expect(readRecording(`\uFEFF${text.replaceAll('\n', '\r\n\r\n')}`)).toEqual({ header, frames, problems: [] });
  });

  it('may have no frames yet', () => {
    expect(readRecording(textOf([]))).toEqual({ header, frames: [], problems: [] });
  });

  it('may tell anew how everything stands, with one number for all of it', () => {
    const anew = frames.slice(0, 2).map((frame) => ({ ...frame, n: 9 }));
    const after = frames.slice(2).map((frame) => ({ ...frame, n: frame.n + 8 }));
    expect(readRecording(textOf([...anew, ...after])).problems).toEqual([]);
    expect(readRecording(textOf([...anew, ...after])).frames).toHaveLength(7);
  });

  it('keeps what a newer version of the same kind of frame adds out of its way', () => {
    const more = lines.map((line) => line.replace(/\}$/, ',"color":"red"}'));
    expect(readRecording(more.join('\n'))).toEqual({ header, frames, problems: [] });
  });

  it('of 100,000 frames is read within moments', () => {
    const many = textOf(manyFrames(100_000));
    const begin = process.cpuUsage();
    const recording = readRecording(many);
    const { user, system } = process.cpuUsage(begin);
    expect(recording.frames).toHaveLength(100_000);
    expect(recording.problems).toEqual([]);
    // A multiple of the computing that it takes; how long that lasts is the matter of what else the machine does.
    expect((user + system) / 1_000).toBeLessThan(5_000);
  });
});

describe('a damaged recording', () => {
  it.each([
    ['cut in its last line', text.slice(0, -20), ['Line 8 is cut off.'], 6],
    ['with a line that is no JSON', withLine(4, '{"n": 2,'), ['Line 4 is no JSON.'], 6],
    [
      'with a frame that lacks a field',
      withLine(5, '{"n":3,"at":1,"process":"p1","kind":"actor.closed"}'),
      ['Line 5 is broken (actor: Invalid input).'],
      6,
    ],
    ['with lines of others', withLine(3, '{"level":30}\n"text"\n[1]'), ['Lines 3 to 5 are no frames.'], 6],
    ['with a hole', without(4, 5), ['Frames are missing: those with the numbers 2 to 3.'], 5],
    [
      'without its header',
      without(1),
      ['Its header is missing, and with it the charts: states are shown by their names alone.'],
      7,
    ],
    [
      'followed by another one',
      text + text,
      ['Lines 9 to 16 belong to another recording that begins there, and were left out.'],
      7,
    ],
  ])('%s', (_, damaged, problems, count) => {
    const recording = readRecording(damaged);
    expect(recording.problems).toEqual(problems);
    expect(recording.frames).toHaveLength(count);
  });

  it('out of order is sorted, and what is there twice is left out', () => {
    const mixed = [0, 1, 2, 5, 4, 3, 5, 6].flatMap((place) => frames[place] ?? []);
    const { frames: sorted, problems } = readRecording(textOf(mixed));
    expect(sorted).toEqual(frames);
    expect(problems).toEqual([
      '1 of its frames stand there twice, and were left out once.',
      'Lines 6 to 7 stood in the wrong place, and were sorted in.',
    ]);
  });

  it('of a newer version opens as far as it is known', () => {
    const newer = [
      { ...header, version: 2 },
      ...frames.slice(0, 3),
      ...[3, 4].map((n) => ({ n, at: 1, process: 'p1', kind: 'profile', samples: [] })),
      ...frames.slice(5),
    ];
    const { frames: known, problems } = readRecording(newer.map((line) => JSON.stringify(line)).join('\n'));
    expect(known).toHaveLength(5);
    expect(problems).toEqual([
      'It is of format 2, and format 1 is the newest that is known here: something may be missing. A newer algorithm-actor opens them: npx algorithm-actor@latest inspect.',
      'Kinds of frames that are not known here: "profile". A newer algorithm-actor opens them: npx algorithm-actor@latest inspect.',
      'Lines 5 to 6 hold what this version does not know.',
    ]);
  });

  it('with a header that is half broken uses the other half', () => {
    const recording = readRecording(textOf(frames, { ...header, charts: { run: { root: 1 } }, versions: [] }));
    expect(recording.header).toEqual({ ...header, charts: {}, versions: {} });
    expect(recording.problems).toEqual([expect.stringMatching(/^Its header is broken \(versions: .+\): what of it/)]);
  });

  it('has a short list of problems, however many there are', () => {
    const bad = Array.from({ length: 1_000 }, (_, n) => (n % 2 ? `{"n":${n},"kind":"new-${n}"}` : '{'));
    const { problems } = readRecording(text + bad.join('\n'));
    expect(problems).toEqual([
      expect.stringContaining('"new-1", "new-3", "new-5", "new-7", "new-9".'),
      'Lines 9, 11, 13, 15, 17 and others, 500 in all, are no JSON.',
      'Lines 10, 12, 14, 16, 18 and others, 500 in all, hold what this version does not know.',
    ]);
  });
});

describe('a line that is too much', () => {
  it('may be long: each piece of it is looked at once', () => {
    const long = JSON.stringify({ ...frames[6], text: 'x'.repeat(40_000_000) });
    const reader = createRecordingReader();
    const begin = performance.now();
    for (let place = 0; place < long.length; place += 65_536) reader.add(long.slice(place, place + 65_536));
    expect(reader.end().frames).toHaveLength(1);
    // It took ten seconds when each piece was searched with all before it.
    expect(performance.now() - begin).toBeLessThan(3_000);
  });

  it('is left out with words where it is longer than any frame, and what follows is read', () => {
    const reader = createRecordingReader();
    const piece = ' '.repeat(2 ** 20);
    reader.add(lines.slice(0, 3).join('\n') + '\n');
    for (let megabytes = 0; megabytes < 65; megabytes++) reader.add(piece);
    reader.add('\n' + lines.slice(4).join('\n') + '\n' + piece.repeat(65));
    const { frames: read, problems } = reader.end();
    expect(problems).toEqual(['Lines 4 and 9 are longer than 64 MB.']);
    expect(read).toHaveLength(6);
  });

  it.each(['[', '{"a":'])('is left out with words where it is nested too deep: %s', (open) => {
    const close = open === '[' ? ']' : '}';
    const deep = `{"n":3,"at":1,"process":"p1","kind":"shown","actor":null,"name":"a","value":${open.repeat(20_000)}1${close.repeat(20_000)}}`;
    const recording = readRecording([...lines.slice(0, 6), deep, deep, ...lines.slice(4)].join('\n'));
    expect(recording.problems).toContain('Lines 7 to 8 are nested too deep.');
    expect(recording.frames).toEqual(frames);
    expect(readRecording(`${deep}\n${text}`).problems).toEqual(['Line 1 is nested too deep.']);
    expect(refused(deep)).toContain('It is JSON of another kind');
  });
});

describe('what is no recording is refused with a guess what it is', () => {
  it.each([
    ['nothing', '', 'It is empty.'],
    ['a text', 'Dear reader,\nhello.', 'No line of it is a header or a frame.'],
    ['bytes', '\u0000\u0001\n\u0002', 'It is no text.'],
    ['something packed', '\u001f\u008b\u0008', 'It is compressed: unpack it first'],
    ['a page', '<!doctype html>\n<html></html>', 'It is a web page.'],
    ['of Redux DevTools', '{"nextActionId":4,"actionsById":{}}', 'It looks like an export of Redux DevTools.'],
    ['of Stately', '{"type":"@xstate.actor","sessionId":"x:0"}', 'It looks like an export of the Stately inspector'],
    ['other JSON', '{"name":"a"}', 'It is JSON of another kind'],
    ['a header that was cut', text.slice(0, 80), 'It looks like a recording, but not a line of it is whole.'],
  ])('%s', (_, bytes, words) => {
    expect(refused(bytes)).toContain(words);
    expect(refused(bytes)).toContain('A recording is what `--record <file>`');
  });
});

describe('whatever happens to a file', () => {
  it('a cut anywhere leaves every frame before it, and a problem if a line was cut', () => {
    const bytes = Buffer.from(text);
    const ends = lines.map((_, place) => Buffer.byteLength(lines.slice(0, place + 1).join('\n')));
    fc.assert(
      fc.property(fc.integer({ min: ends[0] ?? 0, max: bytes.length }), (cut) => {
        const recording = readRecording(bytes.subarray(0, cut).toString());
        const whole = ends.filter((end) => end <= cut).length - 1;
        const isBetween = ends.some((end) => cut === end || cut === end + 1);
        expect(recording.frames).toEqual(frames.slice(0, whole));
        expect(recording.problems).toHaveLength(isBetween ? 0 : 1);
      }),
    );
  });

  it('any bytes in the middle leave the lines that they do not touch', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(lines.length - 1), (bytes, place) => {
        const before = lines.slice(0, place + 1).join('\n');
        const strange = Buffer.from(bytes).toString().replaceAll('{', '(');
        const recording = readRecording(`${before}\n${strange}\n${lines.slice(place + 1).join('\n')}`);
        expect(recording.frames).toEqual(frames);
      }),
    );
  });

  it('any bytes at all are read, or refused with words', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes).toString()),
      fc
        .array(fc.oneof(fc.json(), fc.constantFrom(...lines), fc.string()), { maxLength: 20 })
        .map((all) => all.join('\n')),
      // Frames in any order, many of them twice, with values of any shape: also those that no walk survives.
      fc
        .array(fc.record({ n: fc.nat(5), value: fc.oneof(fc.json(), fc.nat(30_000).map(nested)) }), { maxLength: 20 })
        .map((all) => all.map(shown).join('\n')),
    );
    fc.assert(
      fc.property(anything, (bytes) => {
        const reader = createRecordingReader();
        reader.add(bytes);
        try {
          const recording = reader.end();
          const numbers = recording.frames.map(({ n }) => n);
          expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_RECORDING' });
        }
      }),
    );
  });
});
