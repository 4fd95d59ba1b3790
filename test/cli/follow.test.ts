// How a command follows a run of a server that is slow to say how the run stands.

import { createServer, type RequestListener } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { project } from '#test/support/projects';

async function server(answer: RequestListener): Promise<string> {
  const http = createServer(answer);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.close();
  });
  const address = http.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

it('the document is the last, also where the answer to an earlier question comes after it', async () => {
  let graphs = 0;
  let sendFirstGraph = (): void => undefined;
  const url = await server(({ url: path = '' }, response) => {
    const send = (body: object): void => {
      const common = { jobId: 'slow', pipeline: 'p', timestamp: 1, status: graphs === 0 ? 'active' : 'completed' };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ...common, ...body }));
    };
    const sendGraph = (): void => send({ nodes: [], edges: [] });
    if (path.includes('/results/')) {
      response.on('finish', () => sendFirstGraph());
      send({ startTime: 0, timeTook: 1, data: [] });
    } else if (!path.includes('/graph/')) send({ data: { progress: 0, details: '', states: {} } });
    else if ((graphs += 1) > 1) sendGraph();
    else sendFirstGraph = sendGraph;
  });
  const { code, stdout } = await project({}).run('exec', 'stored', 'p', '--endpoint', url, '--json', '--watch');
  expect(code).toBe(0);
  const lines: { data: unknown }[] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.findIndex(({ data }) => Array.isArray(data))).toBe(lines.length - 1);
});
