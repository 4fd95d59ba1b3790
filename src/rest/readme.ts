// The readme of an algorithm: Markdown, which comes as a file in a form.

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

export function readmeEndpoints({ store }: LocalHKube): Endpoint[] {
  const { readmes } = store;
  const path = '/readme/algorithms/:name';
  const put = async (request: Incoming): Promise<object> =>
    readmes.put(request.param('name'), await markdownIn(request, store.placeForUpload));
  return [
    {
      ...{ method: 'get', path, summary: 'the readme of an algorithm', answer: Readme },
      handle: (request) => readmes.get(request.param('name')),
    },
    {
      ...{ method: 'post', path, summary: 'gives an algorithm a readme', form: Form, answer: Readme },
      ...{ status: 201, handle: put },
    },
    {
      ...{ method: 'put', path, summary: 'changes the readme of an algorithm', form: Form, answer: Readme },
      ...{ status: 201, handle: put },
    },
    {
      ...{ method: 'delete', path, summary: 'deletes the readme of an algorithm' },
      answer: z.object({ message: z.string() }),
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
