// The bar at the top: what this is, whether it is live, what is missing, and what can be done with the whole of it.

import type { JSX } from 'preact';
import { countWords } from '#page/time-words.ts';
import type { Page } from '#page/page-state.ts';

export interface PageProps {
  readonly page: Page;
}

export function TopBar({ page }: PageProps): JSX.Element {
  const { hello, stream, complaint } = page.store;
  const { missing } = stream.value.ledger;
  const problems = [...(hello.value?.problems ?? []), ...(complaint.value === null ? [] : [complaint.value])];
  const title = hello.value?.header.title ?? 'Inspector';
  return (
    <header class="top spread">
      <h1>{title}</h1>
      <Mode page={page} />
      {missing > 0 && (
        <span class="chip tone-warn" title="The page or a process was too slow, or nobody looked">
          {countWords(missing, 'frame')} missing
        </span>
      )}
      <nav class="tools spread" aria-label="The whole">
        <Flow page={page} />
        <Exports page={page} />
        <Theme />
        <button class="quiet icon" aria-label="Help" onClick={() => (page.isHelpOpen.value = true)}>
          ?
        </button>
      </nav>
      {problems.length > 0 && (
        <ul class="problems box tone-warn" role="alert">
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
    </header>
  );
}

function Mode({ page: { store } }: PageProps): JSX.Element {
  const [kind, words] = modeOf(store);
  return (
    <span class={`chip tone-${kind}`} role="status">
      <span aria-hidden="true">● </span>
      {words}
    </span>
  );
}

function modeOf({ hello, link, at }: Page['store']): readonly [string, string] {
  if (hello.value?.mode === 'recording') return ['recording', 'Recording, read-only'];
  if (link.value === 'lost') return ['lost', 'Connection lost, trying again'];
  if (link.value === 'connecting' || !hello.value) return ['lost', 'Connecting'];
  return at.value === null ? ['live', 'Live'] : ['past', 'Paused'];
}

function Flow({ page: { store, walk } }: PageProps): JSX.Element | null {
  if (store.hello.value?.mode !== 'live') return null;
  const isLive = store.at.value === null;
  return (
    <>
      <button class="quiet" onClick={() => (isLive ? walk.toEnd() : walk.goTo(null))}>
        {isLive ? 'Pause' : 'Resume'}
      </button>
      <button class="quiet" onClick={() => walk.clear()}>
        Clear
      </button>
    </>
  );
}

function Exports({ page: { store } }: PageProps): JSX.Element | null {
  if (store.link.value === 'file') return null;
  const { search } = location;
  return (
    <span class="exports spread">
      <span class="faint">Export</span>
      <a href={`./recording.jsonl${search}`} download>
        JSONL
      </a>
      <a href={`./recording.html${search}`} download>
        HTML
      </a>
    </span>
  );
}

const themes = ['auto', 'light', 'dark'] as const;
type ThemeName = (typeof themes)[number];

function storedTheme(): ThemeName {
  try {
    return themes.find((name) => name === localStorage.getItem('theme')) ?? 'auto';
  } catch {
    // A page that was opened from disk may have no storage.
    return 'auto';
  }
}

export function applyTheme(theme: ThemeName = storedTheme()): void {
  document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem('theme', theme);
  } catch {
    // It lasts as long as the page, then.
  }
}

function Theme(): JSX.Element {
  return (
    <select
      aria-label="Theme"
      value={storedTheme()}
      onChange={({ currentTarget }) => applyTheme(themes.find((name) => name === currentTarget.value))}
    >
      {themes.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}
