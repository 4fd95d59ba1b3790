// What the OpenAPI document of a server says of an answer that it has given.

import { Ajv } from 'ajv';
import * as z from 'zod/mini';

const Schema = z.looseObject({});
const Response = z.object({ content: z.object({ 'application/json': z.object({ schema: Schema }) }) });
const Document = z.object({
  servers: z.array(z.object({ url: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), Schema) }),
});

const Operation = z.object({ responses: z.record(z.string(), Response) });

export interface Operations {
  /** Where the answer is not what the document says. What is not in the document has no problem, if it is refused. */
  problemsOf(ask: string, answer: { readonly status: number; readonly body: unknown }): string[];
}

export async function operationsOf(url: string): Promise<Operations> {
  const { paths, servers, components } = Document.parse(await (await fetch(`${url}/swagger-api`)).json());
  const base = servers[0]?.url ?? '';
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'document', components });

  function operationAt(method: string, path: string) {
    const asked = path.replace('/hkube/api-server', '').split('?')[0] ?? '';
    const below = asked.startsWith('/') ? asked.replace(new RegExp(`^${base}`), '') : `/${asked}`;
    const pattern = Object.keys(paths)
      .toSorted((one, other) => one.split('{').length - other.split('{').length)
      .find((one) => new RegExp(`^${one.replace(/\{\w+\}/g, '[^/]+')}/?$`).test(below));
    const found = pattern === undefined ? undefined : paths[pattern]?.[method.toLowerCase()];
    return found === undefined ? undefined : Operation.parse(found);
  }

  return {
    problemsOf: (ask, { status, body }) => {
      const [method = '', path = ''] = ask.split(' ');
      const operation = operationAt(method, path);
      if (!operation) return status < 400 ? [`${ask}: it is not in the OpenAPI document`] : [];
      const said = operation.responses[status] ?? operation.responses.default;
      const schema = said?.content['application/json'].schema;
      // HKube words one refusal in another shape.
      if (!schema || status === 401) return [];
      if (status < 400 && !operation.responses[status]) return [`${ask}: ${status} is not in the OpenAPI document`];
      const isLike = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')));
      return isLike(body) ? [] : [`${ask}: not as the OpenAPI document says: ${ajv.errorsText(isLike.errors)}`];
    },
  };
}
