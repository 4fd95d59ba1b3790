// The endpoints as an OpenAPI document, made from the schemas that their requests are read by.

import * as z from 'zod/mini';
import type { Endpoint } from '#rest/endpoint';

export interface OpenApiOptions {
  /** Where the endpoints are, such as `/api/v1`. */
  readonly base: string;
  readonly endpoints: readonly Endpoint[];
  /** Those of another place, which stand in the document with it. */
  readonly internal: { readonly base: string; readonly endpoints: readonly Endpoint[] };
}

const INFO = {
  title: 'HKube API, as local HKube serves it',
  version: '1',
  description:
    'The paths, bodies and errors of HKube’s api-server, on this machine. Errors are {error: {code, message, details?}}.',
};
const ErrorAnswer = z.object({
  error: z.object({ code: z.number(), message: z.string(), details: z.optional(z.unknown()) }),
});

/** OpenAPI 3.0, as JSON. */
export function openApiOf({ base, endpoints, internal }: OpenApiOptions): object {
  const paths: Record<string, object> = {};
  const add = (one: Endpoint, path: string, rest: object = {}): void => {
    const name = path.replace(/:(\w+)/g, '{$1}');
    paths[name] = { ...rest, ...paths[name], [one.method]: operationOf({ ...one, path }) };
  };
  for (const one of endpoints) add(one, one.path);
  for (const one of internal.endpoints) add(one, `${internal.base}${one.path}`, { servers: [{ url: '/' }] });
  const components = { schemas: { error: schemaOf(ErrorAnswer, 'output') } };
  return { openapi: '3.0.3', info: INFO, servers: [{ url: base }], paths, components };
}

function operationOf({ method, path, summary, query, body, form, answer, status = 200 }: Endpoint): object {
  const [tag = ''] = path.split('/').filter(Boolean);
  const content = {
    ...(body && { 'application/json': { schema: schemaOf(body.schema, 'input') } }),
    ...(form && { 'multipart/form-data': { schema: schemaOf(form, 'input') } }),
  };
  return {
    operationId: `${method}${path.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    ...{ tags: [tag], summary, parameters: [...pathParameters(path), ...queryParameters(query?.schema)] },
    ...(Object.keys(content).length > 0 && { requestBody: { required: true, content } }),
    responses: {
      [status]: { description: 'OK', content: { 'application/json': { schema: schemaOf(answer, 'output') } } },
      default: {
        description: 'what is wrong',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/error' } } },
      },
    },
  };
}

const pathParameters = (path: string): object[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));

const Shape = z.object({
  properties: z._default(z.record(z.string(), z.looseObject({})), {}),
  required: z._default(z.array(z.string()), []),
});

function queryParameters(query: z.ZodMiniType | undefined): object[] {
  if (!query) return [];
  const { properties, required } = Shape.parse(schemaOf(query, 'input'));
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: 'query', required: required.includes(name), schema },
  }));
}

/** What a schema checks by code alone is anything to a reader. */
const schemaOf = (schema: z.ZodMiniType, io: 'input' | 'output'): object =>
  z.toJSONSchema(schema, { io, target: 'openapi-3.0', unrepresentable: 'any' });
