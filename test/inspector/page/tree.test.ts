import { describe, expect, it } from 'vitest';
import type { Frame, Happening } from '#inspector/frames';
import { createScene, type Scene } from '#inspector/scene';
import { rowsOf, type RowOptions } from '#page/tree-rows.ts';
import { treeOf } from '#page/tree.ts';
import { makeFrames } from '#test/support/frames';
import { opened } from '#test/support/frame-writer';

function sceneOf(frames: readonly Frame[]): Scene {
  const maker = createScene();
  for (const frame of frames) maker.apply(frame);
  return maker.scene();
}

const happen = (happenings: readonly Happening[]): Scene =>
  sceneOf(happenings.map((happening, n) => ({ n, at: n, process: 'hkube', ...happening })));

/** The rows as text, indented as they stand. */
function draw(scene: Scene, options: Partial<RowOptions> = {}): string[] {
  const rows = rowsOf(treeOf(scene), { folds: new Map(), shown: new Map(), filter: '', scene, ...options });
  return rows.map(({ node, level }) => `${'  '.repeat(level - 1)}${node.label} ${node.note}`.trimEnd());
}

describe('the tree of actors', () => {
  it('shows algorithms, their workers, and the algorithm that serves each', () => {
    expect(draw(sceneOf(makeFrames(10).slice(0, 10)))).toEqual([
      'Runs',
      'Algorithms 1',
      '  word-count 1',
      '    word-count-1',
      '      algorithm pid 4001',
      '        more 4',
    ]);
  });

  it('shows sub-runs below the run that has asked for them', () => {
    const run = (jobId: string, parentJobId?: string): Happening =>
      opened(`hkube/${jobId}`, {
        chart: 'run',
        about: { jobId, pipeline: 'p', ...(parentJobId ? { parentJobId } : {}) },
      });
    expect(draw(happen([run('a'), run('b', 'a'), run('c'), run('d', 'gone')])).slice(0, 5)).toEqual([
      'Runs 3',
      '  p d',
      '  p c',
      '  p a',
      '    p b',
    ]);
  });

  it('shows sub-pipelines with the algorithm, past the actor that holds them', () => {
    const scene = happen([
      opened('x', { chart: 'algorithm', name: 'algorithm' }),
      opened('y', { parent: 'x', name: 'children' }),
      opened('z', { parent: 'y', chart: 'child', name: 'sub-1', about: { pipeline: 'one' } }),
    ]);
    expect(draw(scene).slice(2)).toEqual(['Other actors 1', '  algorithm', '    sub-1 one', '    more 1']);
  });

  it('calls a sub-pipeline by its name; what it goes by on the wire stands beside', () => {
    const child = opened('z', { chart: 'child', name: '5', context: { id: '5', name: 'totals' } });
    expect(draw(happen([child])).at(-1)).toBe('  totals 5');
  });

  it('shows a process that serves no known worker by its title', () => {
    const process = {
      kind: 'process.opened',
      role: 'algorithm',
      title: 'sum',
      pid: 7,
      worker: null,
      versions: {},
    } as const;
    expect(draw(happen([process, opened('x', { chart: 'algorithm' })])).slice(1)).toEqual([
      'Algorithms 1',
      '  sum 1',
      '    x pid 7',
    ]);
  });

  it('keeps what is filtered for, and all that is above it', () => {
    expect(draw(sceneOf(makeFrames(60)), { filter: 'word-count-2' })).toEqual([
      'Algorithms 2',
      '  word-count 2',
      '    word-count-2',
      '      algorithm pid 4002',
      '        more 4',
      '          handlers',
      '          link',
      '          signals',
      '          children',
    ]);
  });

  it('leaves out what is folded, and shows only so many of very many', () => {
    const runs = Array.from({ length: 5000 }, (_, index) =>
      opened(`hkube/${index}`, { chart: 'run', about: { jobId: `j${index}`, pipeline: 'p' } }),
    );
    const scene = happen(runs);
    expect(draw(scene, { folds: new Map([['runs', false]]) })).toEqual(['Runs 5000', 'Algorithms']);
    const rows = draw(scene);
    expect(rows).toHaveLength(103);
    expect(rows[101]).toBe('  4,900 more');
    expect(draw(scene, { shown: new Map([['runs', 1100]]) })).toHaveLength(1103);
  });
});
