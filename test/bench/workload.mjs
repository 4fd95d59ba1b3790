// The one algorithm that every client runs, so that only the runtime around it differs.
// api: { sub(name, flowInput) → Promise, progress(value), startSpan(name, tags), finishSpan(end) }

export async function workload(input, api) {
  const { mode, count = 0 } = input[0] ?? {};
  switch (mode) {
    case 'subs': {
      const results = await Promise.all(Array.from({ length: count }, (_, i) => api.sub('child', { data: [i] })));
      return results.length;
    }
    case 'progress':
      for (let i = 0; i < count; i++) api.progress({ progress: i });
      return count;
    case 'spans':
      for (let i = 0; i < count / 2; i++) {
        api.startSpan('step', { i });
        api.finishSpan({ tags: { ok: true } });
      }
      return count;
    case 'spin':
      api.progress('spinning');
      for (;;);
    case 'exit':
      return process.exit(1);
    default:
      return input;
  }
}
