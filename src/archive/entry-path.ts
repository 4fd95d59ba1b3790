// The name of an entry becomes a path below the folder, or is refused. Names are judged alike on every machine: what one takes,
// all do. Pure.

import { quoted, type Refuse } from '#archive/refusal';

/** What most file systems take. */
const SEGMENT_BYTES = 255;
/** With a folder before it, it stays below what systems take in one call. */
const PATH_BYTES = 1024;

/** The parts of a path: none for the folder itself. */
export function entryPath(name: string, refuse: Refuse): readonly string[] {
  checkCharacters(name, refuse);
  if (name.startsWith('/')) throw refuse('escape', `${quoted(name)} is an absolute path`);
  if (/^[A-Za-z]:/.test(name)) throw refuse('escape', `${quoted(name)} begins with a drive`);
  const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
  for (const segment of segments) checkSegment(segment, name, refuse);
  if (Buffer.byteLength(segments.join('/')) > PATH_BYTES)
    throw refuse('name', `the path ${quoted(name)} is longer than ${PATH_BYTES} bytes`);
  return segments;
}

function checkCharacters(name: string, refuse: Refuse): void {
  if (name === '') throw refuse('name', 'an entry has no name');
  if (/\p{Cc}/u.test(name)) throw refuse('name', `the name ${quoted(name)} has control characters`);
  if (name.includes('\ufffd')) throw refuse('name', `the name ${quoted(name)} is not UTF-8`);
  if (name.includes('\\'))
    throw refuse('escape', `the name ${quoted(name)} has a backslash, which parts folders on Windows`);
}

function checkSegment(segment: string, name: string, refuse: Refuse): void {
  if (segment === '..') throw refuse('escape', `the path ${quoted(name)} leads up, by ".."`);
  // Windows drops dots and spaces at the end, and so has more names for `..`.
  if (/^[. ]+$/.test(segment)) throw refuse('name', `the path ${quoted(name)} has a name of only dots and spaces`);
  if (Buffer.byteLength(segment) > SEGMENT_BYTES)
    throw refuse('name', `a name in ${quoted(name)} is longer than ${SEGMENT_BYTES} bytes`);
}
