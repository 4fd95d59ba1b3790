// Fills the code blocks of the docs from the examples, which are run: a block below `<!-- code: path -->` holds that file. And
// the table of refusals from the chart's, those of frames and of an algorithm's fields from their schemas, that of the REST API from
// its endpoints, a Dockerfile from who writes it.
// With --check it changes nothing and fails when a block is stale.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REFUSALS } from '#machines/session.refusals';
import { algorithmTable } from './algorithm-table.js';
import { dockerfileIn } from './dockerfile.js';
import { frameTable } from './frame-table.js';
import { restTable } from './rest-table.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const check = process.argv.includes('--check');
const block = /(<!-- code: (\S+) -->\n```\w+\n)[\s\S]*?(```)/g;
const dockerfiles = /(<!-- dockerfile: (\S+) -->\n```dockerfile\n)[\s\S]*?(```)/g;
const refusals = /(<!-- refusals -->\n)[\s\S]*?(<!-- \/refusals -->)/g;
const fields = /(<!-- algorithm fields -->\n)[\s\S]*?(<!-- \/algorithm fields -->)/g;
const rest = /(<!-- rest -->\n)[\s\S]*?(<!-- \/rest -->)/g;
const frames = /(<!-- frames -->\n)[\s\S]*?(<!-- \/frames -->)/g;

const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const stale = pages.filter((page) => {
  const before = readFileSync(join(root, page), 'utf8');
  const after = before
    .replace(block, (_, open: string, path: string, close: string) => {
      return open + readFileSync(join(root, path), 'utf8') + close;
    })
    .replace(dockerfiles, (_, open: string, path: string, close: string) => {
      return open + dockerfileIn(join(root, path)) + close;
    })
    .replace(refusals, (_, open: string, close: string) => `${open}${refusalTable()}${close}`)
    .replace(fields, (_, open: string, close: string) => `${open}${algorithmTable()}${close}`)
    .replace(rest, (_, open: string, close: string) => `${open}${restTable()}${close}`)
    .replace(frames, (_, open: string, close: string) => `${open}${frameTable()}${close}`);
  if (before !== after && !check) writeFileSync(join(root, page), after);
  return before !== after;
});

if (check && stale.length > 0) {
  process.stderr.write(`The code in ${stale.join(', ')} is not what the examples hold. Run: npm run docs\n`);
  process.exitCode = 1;
}

function refusalTable(): string {
  const rows = Object.values(REFUSALS).map(
    ({ sent, rule, consequence, remedy }) => `| ${sent} | ${rule} | ${consequence} | ${remedy} |\n`,
  );
  return `| sent | rule | consequence | remedy |\n| --- | --- | --- | --- |\n${rows.join('')}`;
}
