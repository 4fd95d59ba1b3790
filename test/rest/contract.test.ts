// The contract: recorded conversations with HKube's API, each played over real HTTP against a local HKube of its own.

import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveRest } from '#rest/server';
import { zipBytes } from '#test/support/archive-bytes';
import { type Conversation, conversations, filled, mismatches, partAt, type Step } from '#test/support/contract';
import { add, gate, node, startHKube } from '#test/support/local-hkube';
import { operationsOf, type Operations } from '#test/support/openapi';
import { temporaryFolder } from '#test/support/temporary';

const BASE = '/api/v1/';

async function startWorld(): Promise<string> {
  const fail = {
    start: () => {
      throw new Error('boom');
    },
  };
  const sum = { name: 'sum', nodes: [node('a', 'add', '@flowInput.x', 1)], flowInput: { x: 2 } };
  const { hkube } = await startHKube(
    { add, fail, wait: gate().handlers },
    { pipelines: [sum], stateDir: temporaryFolder() },
  );
  const rest = await serveRest(hkube, { port: 0 });
  onTestFinished(() => rest.close());
  return rest.url;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

async function ask(url: string, { ask, json, text, form, headers = {} }: Step): Promise<Answer> {
  const [method = '', path = ''] = ask.split(' ');
  const body = form ? formOf(form) : (text ?? (json === undefined ? null : JSON.stringify(json)));
  const type = json === undefined ? {} : { 'content-type': 'application/json' };
  const init = { method, body, headers: { ...type, ...headers } };
  const response = await fetch(`${url}${path.startsWith('/') ? '' : BASE}${path}`, init);
  const said = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(said) : said };
}

function formOf(parts: Readonly<Record<string, unknown>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(parts)) {
    const entries = partAt(value, 'entries');
    if (typeof entries === 'object' && entries !== null) {
      const files = Object.entries(entries).map(([name, content]) => ({ name, content: String(content) }));
      form.append(name, new Blob([new Uint8Array(zipBytes(files))]), String(partAt(value, 'file')));
    } else form.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return form;
}

/** Plays one step, and gives what is wrong with the answer. */
async function play(url: string, step: Step, operations: Operations): Promise<{ answer: Answer; problems: string[] }> {
  let answer = await ask(url, step);
  if (step.until !== undefined)
    await expect
      .poll(async () => {
        answer = await ask(url, step);
        return mismatches(answer.body, step.until);
      })
      .toEqual([]);
  const problems = [
    ...(answer.status === step.status ? [] : [`status: expected ${step.status}, got ${answer.status}`]),
    ...(step.body === undefined ? [] : mismatches(answer.body, step.body)),
    ...Object.entries(step.heard ?? {}).flatMap(([name, pattern]) =>
      mismatches(answer.headers.get(name) ?? undefined, pattern, `header ${name}`),
    ),
    ...operations.problemsOf(step.ask, answer),
  ];
  return { answer, problems };
}

describe('HKube’s API', () => {
  it.each(conversations())('$file: $about', async ({ steps }: Conversation) => {
    const url = await startWorld();
    const operations = await operationsOf(url);
    const kept = new Map<string, string>();
    for (const given of steps) {
      const step = filled(given, kept);
      const { answer, problems } = await play(url, step, operations);
      expect(problems, `${step.say} (${step.ask}), answered ${JSON.stringify(answer.body)}`).toEqual([]);
      for (const [name, path] of Object.entries(step.keep ?? {})) kept.set(name, String(partAt(answer.body, path)));
    }
  });

  it('has an OpenAPI document that is one', async () => {
    const response = await fetch(`${await startWorld()}/swagger-api`);
    const document: Record<string, unknown> = JSON.parse(await response.text());
    expect(await new Validator().validate(document)).toMatchObject({ valid: true });
  });
});
