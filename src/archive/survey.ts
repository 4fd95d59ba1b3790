// What of a folder goes into its archive: sorted, checked against all rules and limits, before a byte of it is read or sent.
//
//   S1. Links are followed, as long as they stay in the folder: an archive has no links, so that it unpacks anywhere.
//   S2. What can be no part of an archive is refused by name, not left out in silence; `.hkubeignore` leaves it out.
//   S3. Folders are there by their files: an empty one is not packed, as in git.

import type { Dirent, Stats } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type Census, createCensus } from '#archive/census';
import { byCodeUnits } from '#archive/content-digest';
import { createIgnoreRules, IGNORE_FILE, type IgnoreRules } from '#archive/ignore-rules';
import type { Work } from '#archive/options';
import { quoted, type Refuse, refuser, wordsOf } from '#archive/refusal';

export interface SurveyedFile {
  /** Its path in the archive. */
  readonly path: string;
  /** Where it lies, all links followed. */
  readonly file: string;
  readonly bytes: number;
  readonly isExecutable: boolean;
}

interface Walk {
  readonly root: string;
  readonly refuse: Refuse;
  readonly census: Census;
  readonly work: Work;
  /** A file that is none of the content: the archive that is about to be written. */
  readonly except: string | undefined;
  readonly files: SurveyedFile[];
}

interface Place {
  /** In the archive; '' is the folder itself. */
  readonly path: string;
  /** On the disk, all links followed. */
  readonly real: string;
  readonly rules: IgnoreRules;
  /** The real folders that it is in, itself included. */
  readonly above: ReadonlySet<string>;
}

export async function surveyFolder(folder: string, work: Work, except?: string): Promise<readonly SurveyedFile[]> {
  const refuse = refuser(folder);
  const root = await realpath(folder).catch((error: unknown) => {
    throw refuse('missing', 'there is no such folder', error);
  });
  if (!(await stat(root)).isDirectory()) throw refuse('missing', 'it is a file; the folder of an algorithm is packed');
  const walk: Walk = { root, refuse, census: createCensus(work.limits, refuse), work, except, files: [] };
  await visitFolder(walk, { path: '', real: root, rules: await createIgnoreRules(), above: new Set([root]) });
  if (walk.files.length === 0) throw refuse('empty', `there is nothing in it to pack, ${IGNORE_FILE} observed`);
  return walk.files.toSorted((a, b) => byCodeUnits(a.path, b.path));
}

async function visitFolder(walk: Walk, place: Place): Promise<void> {
  walk.work.goOn();
  const entries = await listed(walk, place);
  const isRuled = entries.some(({ name }) => name === IGNORE_FILE);
  const rules = isRuled ? await ruled(walk, place) : place.rules;
  for (const entry of entries.toSorted((a, b) => byCodeUnits(a.name, b.name)))
    await visit(walk, { ...place, rules }, entry);
}

function listed({ refuse }: Walk, { path, real }: Place): Promise<Dirent[]> {
  return readdir(real, { withFileTypes: true }).catch((error: unknown) => {
    throw refuse('missing', `the folder ${quoted(path)} cannot be read: ${wordsOf(error)}`, error);
  });
}

async function ruled({ refuse }: Walk, { path, real, rules }: Place): Promise<IgnoreRules> {
  const file = join(real, IGNORE_FILE);
  if (!(await stat(file).catch(() => null))?.isFile()) return rules;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw refuse('missing', `${quoted(join(path, IGNORE_FILE))} cannot be read: ${wordsOf(error)}`, error);
  });
  return rules.within(path, text);
}

async function visit(walk: Walk, place: Place, entry: Dirent): Promise<void> {
  const path = place.path === '' ? entry.name : `${place.path}/${entry.name}`;
  const lies = join(place.real, entry.name);
  if (entry.isSymbolicLink()) {
    // A pattern that ends in a slash fits a link to a folder, too.
    if (place.rules.ignores(path, false) || place.rules.ignores(path, true)) return;
    await take(walk, { ...place, path, real: await followed(walk, path, lies) });
    return;
  }
  if (place.rules.ignores(path, entry.isDirectory())) return;
  await take(walk, { ...place, path, real: lies });
}

/** S1. */
async function followed({ root, refuse }: Walk, path: string, lies: string): Promise<string> {
  const real = await realpath(lies).catch((error: unknown) => {
    throw refuse('link', `the link ${quoted(path)} leads nowhere: ${wordsOf(error)}`, error);
  });
  if (real !== root && !real.startsWith(root.endsWith(sep) ? root : root + sep))
    throw refuse(
      'link',
      `the link ${quoted(path)} leads out of the folder, to ${quoted(real)}. Copy what it leads to, or name it in ${IGNORE_FILE}`,
    );
  return real;
}

/** A file or a folder that is wanted; S2. */
async function take(walk: Walk, place: Place): Promise<void> {
  const { path, real, above } = place;
  const { refuse } = walk;
  if (real === walk.except) return;
  const found = await stat(real).catch((error: unknown) => {
    throw refuse('changed', `${quoted(path)} is gone: ${wordsOf(error)}`, error);
  });
  if (found.isFile()) {
    takeFile(walk, place, found);
    return;
  }
  if (!found.isDirectory())
    throw refuse(
      'special',
      `${quoted(path)} is a device, a pipe or a socket, no file. Remove it, or name it in ${IGNORE_FILE}`,
    );
  // Counted, because links between folders can make many paths of few.
  walk.census.addFolder(path);
  if (above.has(real)) throw refuse('link', `the link ${quoted(path)} leads to a folder that it is in`);
  await visitFolder(walk, { ...place, above: new Set([...above, real]) });
}

function takeFile({ files, census }: Walk, { path, real }: Place, { size, mode }: Stats): void {
  files.push({ path: census.addFile(path, size), file: real, bytes: size, isExecutable: (mode & 0o100) !== 0 });
}
