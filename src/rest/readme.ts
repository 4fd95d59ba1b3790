// Readmes: Markdown, which comes as a file in a form.

import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import type { Endpoint, Incoming } from '#rest/endpoint';
import { isForm, withForm } from '#rest/receive';

const PART = 'README.md';
const LARGEST = 16 * 2 ** 20;

const Form = z.object({ [PART]: z.string() });
const Readme = z.object({ name: z.string(), readme: z.string() });
const Done = z.object({ message: z.string() });

/** Each rejects with `NOT_FOUND`. */
export interface ReadmePort {
  get(name: string): Promise<object>;
  put(name: string, text: string): Promise<unknown>;
  delete(name: string): Promise<void>;
}

export const readmeEndpoints = ({ store }: LocalHKube): Endpoint[] =>
  readmeEndpointsOf('algorithm', store.readmes, store.placeForUpload);

/** `place`: where a file that comes is put for a moment. */
export function readmeEndpointsOf(
  what: 'algorithm' | 'pipeline',
  readmes: ReadmePort,
  place: () => Promise<string>,
): Endpoint[] {
  const path = `/readme/${what}s/:name`;
  const put = async (request: Incoming): Promise<object> => {
    await readmes.put(request.param('name'), await markdownIn(request, place));
    return { message: 'OK' };
  };
  return [
    {
      ...{ method: 'get', path, summary: `the readme of a stored ${what}`, answer: Readme },
      handle: (request) => readmes.get(request.param('name')),
    },
    {
      ...{ method: 'post', path, summary: `gives a stored ${what} a readme`, form: Form, answer: Done },
      ...{ status: 201, handle: put },
    },
    {
      ...{ method: 'put', path, summary: `changes the readme of a stored ${what}`, form: Form, answer: Done },
      handle: put,
    },
    {
      ...{ method: 'delete', path, summary: `deletes the readme of a stored ${what}`, answer: Done },
      handle: async (request) => {
        await readmes.delete(request.param('name'));
        return { message: 'OK' };
      },
    },
  ];
}

/** As a file or, where it is short, as a text of that name. */
async function markdownIn({ message }: Incoming, place: () => Promise<string>): Promise<string> {
  if (!isForm(message)) throw missing();
  return withForm(message, { part: PART, place, largest: LARGEST }, async ({ text, file }) => {
    const given = file ? await readFile(file.path, 'utf8') : text(PART);
    if (given === undefined) throw missing();
    return given;
  });
}

const missing = (): RuntimeError =>
  new RuntimeError('INVALID_DESCRIPTOR', `expected a form (multipart/form-data) with the file ${PART}`);
