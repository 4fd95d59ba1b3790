// JSON as a tree that folds. What has changed is marked, and says so.

import type { JSX } from 'preact';
import type { Json } from '#model/json';
import { brief, isList } from '#page/json.ts';
import { numberWords } from '#page/time-words.ts';
import { useSignal } from '#page/hooks.ts';

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

export function JsonTree(props: JsonTreeProps): JSX.Element {
  const { name, value, changed, path = '', depth = 0 } = props;
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : null;
  const isChanged = changed?.has(path) ?? false;
  const holdsChange = [...(changed ?? [])].some((one) => one.startsWith(`${path}.`));
  const open = useSignal<boolean | null>(null);
  if (entries === null || entries.length === 0) return <Leaf name={name} value={value} isChanged={isChanged} />;
  const isOpen = open.value ?? (depth < 1 && entries.length <= 40);
  return (
    <div class="json">
      <button class="json-key" aria-expanded={isOpen} onClick={() => (open.value = !isOpen)}>
        <span class={`twisty ${isOpen ? 'open' : ''}`} aria-hidden="true" />
        <span class="key">{name}: </span>
        <span class="faint cut">{isOpen ? sizeOf(value, entries.length) : brief(value, 60)}</span>
        {isChanged || (holdsChange && !isOpen) ? <Changed /> : null}
      </button>
      {isOpen && <Entries {...props} entries={entries} />}
    </div>
  );
}

function Entries(props: JsonTreeProps & { readonly entries: readonly (readonly [string, Json])[] }): JSX.Element {
  const { entries, changed, path = '', depth = 0 } = props;
  const shown = useSignal(STEP);
  return (
    <>
      {entries.slice(0, shown.value).map(([key, inner]) => (
        <JsonTree
          key={key}
          name={key}
          value={inner}
          {...(changed ? { changed } : {})}
          path={path === '' ? key : `${path}.${key}`}
          depth={depth + 1}
        />
      ))}
      {entries.length > shown.value && (
        <button class="link" onClick={() => (shown.value += STEP)}>
          {numberWords(entries.length - shown.value)} more
        </button>
      )}
    </>
  );
}

function Leaf({
  name,
  value,
  isChanged,
}: {
  readonly name: string;
  readonly value: Json;
  readonly isChanged: boolean;
}): JSX.Element {
  const isWhole = useSignal(false);
  const text = typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
  const isLong = text.length > LONG_TEXT;
  return (
    <div class="json leaf">
      <span class="key">{name}: </span>
      <span class={`tone is-${value === null ? 'null' : typeof value}`}>
        {isLong && !isWhole.value ? `${text.slice(0, LONG_TEXT)}…` : text}
      </span>
      {isLong && (
        <button class="link" onClick={() => (isWhole.value = !isWhole.value)}>
          {isWhole.value ? 'less' : `all ${numberWords(text.length)} characters`}
        </button>
      )}
      {isChanged && <Changed />}
    </div>
  );
}

function Changed(): JSX.Element {
  return <span class="badge box">changed</span>;
}

function sizeOf(value: Json, count: number): string {
  if (isList(value)) return `${count} ${count === 1 ? 'item' : 'items'}`;
  return `${count} ${count === 1 ? 'field' : 'fields'}`;
}
