// The page as a whole: where everything stands.

import type { JSX } from 'preact';
import { ActorTree } from '#page/actor-tree.tsx';
import { Details } from '#page/details.tsx';
import { Divider, SIZES } from '#page/divider.tsx';
import { KEY_WORDS } from '#page/keys.ts';
import { Log } from '#page/log.tsx';
import { PANELS } from '#page/page-state.ts';
import { Picture } from '#page/picture.tsx';
import { TimeBar } from '#page/time-bar.tsx';
import { type PageProps, TopBar } from '#page/top-bar.tsx';

export function App({ page }: PageProps): JSX.Element {
  const { panel } = page;
  const { left, right, low } = SIZES;
  return (
    <div
      class="app"
      data-panel={panel.value}
      style={`--left:${left.value}vw;--right:${right.value}vw;--low:${low.value}vh`}
    >
      <TopBar page={page} />
      <TimeBar page={page} />
      <ActorTree page={page} />
      <Picture page={page} />
      <Details page={page} />
      <Log page={page} />
      <Divider of="left" />
      <Divider of="right" />
      <Divider of="low" />
      <nav class="panels" aria-label="Parts of the page">
        {PANELS.map((name) => (
          <button
            key={name}
            aria-current={panel.value === name ? 'page' : undefined}
            onClick={() => (panel.value = name)}
          >
            {name}
          </button>
        ))}
      </nav>
      <Help page={page} />
    </div>
  );
}

function Help({ page: { isHelpOpen } }: PageProps): JSX.Element {
  const isOpen = isHelpOpen.value;
  const show = (dialog: HTMLDialogElement | null): void => {
    if (isOpen && dialog?.open === false) dialog.showModal();
  };
  return (
    <dialog class="help" ref={show} aria-label="Help" onClose={() => (isHelpOpen.value = false)}>
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
        In the tree and in the log arrows move, and Enter picks. A line of the log leads to its point in time.
      </p>
      <form method="dialog">
        <button class="primary">Close</button>
      </form>
    </dialog>
  );
}
