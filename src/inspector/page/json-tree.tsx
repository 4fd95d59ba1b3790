// JSON as a tree that folds. What has changed is marked, and says so.

import type { JSX } from 'preact';
import type { Json } from '#model/json';
import { brief, isList } from '#page/json.ts';
import { countWords, numberWords } from '#page/time-words.ts';
import { kept } from '#page/kept.ts';

export interface JsonTreeProps {
  readonly name: string;
  readonly value: Json;
  /** Paths of what has changed, joined by dots. */
  readonly changed?: ReadonlySet<string>;
  readonly path?: string;
  readonly depth?: number;
}

/** So many entries are shown at first, and with each further click. */
const STEP = 100;
const LONG_TEXT = 300;

export const JsonTree = kept<JsonTreeProps>((_, redraw) => {
  let [open, shown]: [boolean | null, number] = [null, STEP];
  return (props) => {
    const { name, value, changed, path = '', depth = 0 } = props;
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    const isChanged = changed?.has(path) ?? false;
    if (entries.length === 0) return <Leaf name={name} value={value} isChanged={isChanged} />;
    const holdsChange = [...(changed ?? [])].some((one) => one.startsWith(`${path}.`));
    const isOpen = open ?? (depth < 1 && entries.length <= 40);
    const toggle = (): void => {
      open = !isOpen;
      redraw();
    };
    return (
      <div class="json">
        <button class="json-key" aria-expanded={isOpen} onClick={toggle}>
          <span class={`twisty ${isOpen ? 'open' : ''}`} aria-hidden="true" />
          <span class="key">{name}: </span>
          <span class="faint cut">{isOpen ? sizeOf(value, entries.length) : brief(value, 60)}</span>
          {isChanged || (holdsChange && !isOpen) ? <Changed /> : null}
        </button>
        {isOpen && entries.slice(0, shown).map(([key, inner]) => <JsonTree key={key} {...inside(props, key, inner)} />)}
        {isOpen && entries.length > shown && (
          <button
            class="link"
            onClick={() => {
              shown += STEP;
              redraw();
            }}
          >
            {numberWords(entries.length - shown)} more
          </button>
        )}
      </div>
    );
  };
});

const inside = (props: JsonTreeProps, key: string, value: Json): JsonTreeProps => {
  const { path = '', depth = 0 } = props;
  return { ...props, name: key, value, path: path === '' ? key : `${path}.${key}`, depth: depth + 1 };
};

interface LeafProps {
  readonly name: string;
  readonly value: Json;
  readonly isChanged: boolean;
}

const Leaf = kept<LeafProps>((_, redraw) => {
  let isWhole = false;
  return ({ name, value, isChanged }) => {
    const text = typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
    const isLong = text.length > LONG_TEXT;
    return (
      <div class="json leaf">
        <span class="key">{name}: </span>
        <span class={`tone is-${value === null ? 'null' : typeof value}`}>
          {isLong && !isWhole ? `${text.slice(0, LONG_TEXT)}…` : text}
        </span>
        {isLong && (
          <button
            class="link"
            onClick={() => {
              isWhole = !isWhole;
              redraw();
            }}
          >
            {isWhole ? 'less' : `all ${numberWords(text.length)} characters`}
          </button>
        )}
        {isChanged && <Changed />}
      </div>
    );
  };
});

function Changed(): JSX.Element {
  return <span class="badge box">changed</span>;
}

const sizeOf = (value: Json, count: number): string => countWords(count, isList(value) ? 'item' : 'field');
