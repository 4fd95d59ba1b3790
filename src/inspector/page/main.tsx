// Where the page begins: it is drawn anew after each change, once for all that change together.

import { render } from 'preact';
import { App } from '#page/app.tsx';
import { listenToKeys } from '#page/keys.ts';
import { createPage } from '#page/page-state.ts';
import { whenChanged } from '#page/signals.ts';
import { applyTheme } from '#page/top-bar.tsx';

const root = document.querySelector('#page');
if (root) {
  applyTheme();
  const page = createPage();
  listenToKeys(page);
  root.replaceChildren();
  let isDue = false;
  const draw = (): void => {
    isDue = false;
    render(<App page={page} />, root);
  };
  draw();
  whenChanged(() => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(draw);
  });
}
