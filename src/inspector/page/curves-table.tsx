// Curves as numbers: what stands out of each, and how far each is from the first; and all points of one tag, or many of them.

import type { JSX } from 'preact';
import type { ScalarPoint } from '#inspector/frames';
import { Swatch } from '#page/curve-looks.tsx';
import { differenceWords, type Line, sample, type Summary, summaryOf, type TagLines } from '#page/curve-lines.ts';
import { exactNumber, shortNumber } from '#page/curve-scale.ts';
import { numberWords } from '#page/time-words.ts';

interface CurvesTableProps {
  readonly tags: readonly TagLines[];
  readonly isCompared: boolean;
}

export function CurvesTable({ tags, isCompared }: CurvesTableProps): JSX.Element | null {
  if (tags.length === 0) return null;
  const compared = isCompared ? ['against the first'] : [];
  const heads = ['tag', 'task', 'last', ...compared, 'lowest', 'highest', 'points'];
  return (
    <table class="curves-table" aria-label="What stands out of each curve">
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      {tags.map((one) => (
        <TagRows key={one.tag} {...one} isCompared={isCompared} />
      ))}
    </table>
  );
}

const summaries = new WeakMap<readonly ScalarPoint[], Summary>();

/** Points are never changed: what was read off them stays. */
function summarized(line: Line): Summary {
  const known = summaries.get(line.points) ?? summaryOf(line);
  summaries.set(line.points, known);
  return known;
}

function TagRows({ tag, lines, isCompared }: TagLines & Pick<CurvesTableProps, 'isCompared'>): JSX.Element {
  const all = lines.map((line) => ({ line, ...summarized(line) }));
  const [first] = all;
  const lowest = Math.min(...all.map((one) => one.lowest?.[1] ?? Infinity));
  const highest = Math.max(...all.map((one) => one.highest?.[1] ?? -Infinity));
  return (
    <tbody>
      {all.map((one, place) => (
        <tr key={one.line.key}>
          {place === 0 && (
            <th scope="rowgroup" rowSpan={all.length}>
              {tag}
            </th>
          )}
          <th scope="row" class={`line-${one.line.slot % 8}`}>
            <Swatch slot={one.line.slot} /> {one.line.name}
          </th>
          <Value point={one.last} isBest={false} />
          {isCompared && (
            <td class="mono">
              {place > 0 && differenceWords(one.last?.[1] ?? null, first?.last?.[1] ?? null, signed)}
            </td>
          )}
          <Value point={one.lowest} isBest={all.length > 1 && one.lowest?.[1] === lowest} />
          <Value point={one.highest} isBest={all.length > 1 && one.highest?.[1] === highest} />
          <td class="mono">{numberWords(one.count)}</td>
        </tr>
      ))}
    </tbody>
  );
}

const signed = (value: number): string => shortNumber(value).replace('-', '−');

interface ValueProps {
  readonly point: ScalarPoint | null;
  readonly isBest: boolean;
}

function Value({ point, isBest }: ValueProps): JSX.Element {
  if (!point) return <td class="faint">none</td>;
  const words = exactNumber(point[1]);
  return (
    <td class="mono">
      {isBest ? <strong title="of those that are compared">{words}</strong> : words}{' '}
      <span class="faint">at {point[0]}</span>
    </td>
  );
}

/** So many rows are read at most. */
const ROWS = 200;

export function ValueRows({ tag, lines }: TagLines): JSX.Element {
  const bySteps = new Map<number, (number | null)[]>();
  for (const [column, { points }] of lines.entries())
    for (const [step, value] of points) {
      const row = bySteps.get(step) ?? [];
      row[column] = value;
      bySteps.set(step, row);
    }
  const steps = [...bySteps].sort(([one], [other]) => one - other);
  return (
    <div class="curve-rows" tabIndex={0} role="group" aria-label={`Values of ${tag}`}>
      <table class="curves-table">
        <thead>
          <tr>
            <th scope="col">step</th>
            {lines.map(({ key, name, slot }) => (
              <th key={key} scope="col" class={`line-${slot % 8}`}>
                <Swatch slot={slot} /> {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sample(steps, ROWS).map(([step, row]) => (
            <tr key={step}>
              <th scope="row">{step}</th>
              {lines.map(({ key }, column) => {
                const value = row[column];
                return (
                  <td key={key} class="mono">
                    {value === undefined ? '' : exactNumber(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {steps.length > ROWS && <p class="faint">{`${ROWS} of ${numberWords(steps.length)} steps.`}</p>}
    </div>
  );
}
