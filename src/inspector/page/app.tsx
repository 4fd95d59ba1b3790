// The page as a whole: where everything stands.

import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { ActorTree } from '#page/actor-tree.tsx';
import { Details } from '#page/details.tsx';
import { KEY_WORDS } from '#page/keys.ts';
import { Log } from '#page/log.tsx';
import { type Panel, PANELS } from '#page/page-state.ts';
import { Picture } from '#page/picture.tsx';
import { TimeBar } from '#page/time-bar.tsx';
import { type PageProps, TopBar } from '#page/top-bar.tsx';
import { useSignalEffect } from '#page/hooks.ts';

const PANEL_WORDS: Readonly<Record<Panel, string>> = {
  actors: 'Actors',
  picture: 'Picture',
  details: 'Details',
  log: 'Log',
};

export function App({ page }: PageProps): JSX.Element {
  const { panel } = page;
  return (
    <div class="app" data-panel={panel.value}>
      <TopBar page={page} />
      <TimeBar page={page} />
      <ActorTree page={page} />
      <Picture page={page} />
      <Details page={page} />
      <Log page={page} />
      <nav class="panels" aria-label="Parts of the page">
        {PANELS.map((name) => (
          <button
            key={name}
            aria-current={panel.value === name ? 'page' : undefined}
            onClick={() => (panel.value = name)}
          >
            {PANEL_WORDS[name]}
          </button>
        ))}
      </nav>
      <Help page={page} />
    </div>
  );
}

function Help({ page: { isHelpOpen } }: PageProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useSignalEffect(() => {
    if (isHelpOpen.value) dialog.current?.showModal();
    else dialog.current?.close();
  });
  return (
    <dialog class="help" ref={dialog} aria-label="Help" onClose={() => (isHelpOpen.value = false)}>
      <h2>Keys</h2>
      <dl>
        {KEY_WORDS.map(([keys, words]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <p class="faint">
        In the tree of actors and in the log the arrow keys move the selection, Enter picks. To go to a point in time,
        pick its line in the log, or move the line at the top.
      </p>
      <form method="dialog">
        <button class="primary">Close</button>
      </form>
    </dialog>
  );
}
