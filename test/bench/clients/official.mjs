// What users have today. WORKER_SOCKET_URL puts it in storage v1.
import { createRequire } from 'node:module';
import { workload } from '../workload.mjs';

const wrapper = createRequire(new URL('../peers/package.json', import.meta.url))('@hkube/nodejs-wrapper');

wrapper.run({
  start: ({ input }, api) => {
    // It has no public call for progress or spans.
    const send = (command) => (data) => api._wc.send({ command, data });
    return workload(input, {
      sub: (name, flowInput) => api.startStoredSubpipeline(name, flowInput),
      progress: send('progress'),
      startSpan: (name, tags) => send('startSpan')({ name, tags }),
      finishSpan: send('finishSpan'),
    });
  },
});
