// The layouts that the page draws: nothing lies on anything else, and nothing is left out.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Box, type ChartLayout, Charts, type ChartState } from '#inspector/chart';
import { root as house } from '#test/support/source-files';

const charts = Object.entries(
  Charts.parse(JSON.parse(readFileSync(join(house, '.test-build/inspector/charts.json'), 'utf8'))),
).map(([name, chart]) => ({ name, ...chart }));

const within = (state: ChartState): ChartState[] => state.states.flatMap((child) => [child, ...within(child)]);
const idsIn = ({ lines }: ChartLayout): string[] =>
  lines.flatMap(({ rows }) => [...new Set(rows.flatMap((row) => row.flatMap(({ arrows }) => arrows)))]);
const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const nowhere: Box = { x: -1, y: -1, width: 0, height: 0 };

describe('the charts of the page', () => {
  it('are all there', () => {
    expect(charts.map(({ name }) => name)).toEqual(['algorithm', 'session', 'sidecar', 'run', 'child']);
  });

  it.each(charts)('have a box for each state of $name, inside of its parent’s', ({ root, layout }) => {
    for (const parent of [root, ...within(root)]) {
      const around = layout.boxes[parent.id] ?? nowhere;
      for (const { id } of parent.states) {
        const box = layout.boxes[id] ?? nowhere;
        expect(box.x, id).toBeGreaterThanOrEqual(around.x);
        expect(box.y, id).toBeGreaterThanOrEqual(around.y);
        expect(box.x + box.width, id).toBeLessThanOrEqual(around.x + around.width);
        expect(box.y + box.height, id).toBeLessThanOrEqual(around.y + around.height);
      }
    }
  });

  it.each(charts)('keep the states of $name apart', ({ root, layout }) => {
    const found = [root, ...within(root)].flatMap(({ states }) =>
      states.flatMap((one, place) =>
        states
          .slice(place + 1)
          .filter((other) => overlap(layout.boxes[one.id] ?? nowhere, layout.boxes[other.id] ?? nowhere))
          .map((other) => `${one.id} and ${other.id}`),
      ),
    );
    expect(found).toEqual([]);
  });

  it.each(charts)('have each arrow of $name that leads somewhere at exactly one line', ({ root, layout }) => {
    const leading = [root, ...within(root)].flatMap(({ arrows }) => arrows.filter(({ to }) => to.length > 0));
    expect(idsIn(layout).toSorted()).toEqual(leading.map(({ id }) => id).toSorted());
  });

  it.each(charts)('draw each line of $name from somewhere to a state', ({ root, layout }) => {
    const states = new Set(within(root).map(({ id }) => id));
    for (const { from, to, points } of layout.lines) {
      expect(states).toContain(to);
      expect([root.id, ...states]).toContain(from);
      expect(points.length).toBeGreaterThan(1);
      const box = layout.boxes[to] ?? nowhere;
      const end = points.at(-1) ?? { x: -9, y: -9 };
      expect(overlap(box, { x: end.x - 2, y: end.y - 2, width: 4, height: 4 }), `${from} → ${to}`).toBe(true);
    }
  });

  it.each(charts)('put the words of $name on no state', ({ root, layout }) => {
    const leaves = within(root).filter(({ states }) => states.length === 0);
    const found = layout.lines.flatMap(({ from, to, label, rows }) =>
      leaves.flatMap(({ id }) =>
        rows.length > 0 && overlap(label, layout.boxes[id] ?? nowhere) ? [`${from} → ${to} on ${id}`] : [],
      ),
    );
    expect(found).toEqual([]);
  });
});
