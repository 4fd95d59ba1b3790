// Where the page begins.

import { render } from 'preact';
import { App } from '#page/app.tsx';
import { listenToKeys } from '#page/keys.ts';
import { createPage } from '#page/page-state.ts';
import { applyTheme } from '#page/top-bar.tsx';

const root = document.querySelector('#page');
if (root) {
  applyTheme();
  const page = createPage();
  listenToKeys(page);
  root.replaceChildren();
  render(<App page={page} />, root);
}
