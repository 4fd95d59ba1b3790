// Counts the words of a text. HKube calls `start` for each task; what it returns is the task's result, what it throws fails the
// task with its words.

/**
 * The input is what the node of a pipeline gives: a text, and how many words are wanted.
 *
 * @param {import('algorithm-actor').Task<readonly [text?: string, top?: number]>} task
 * @param {import('algorithm-actor').AlgorithmApi} api
 */
export async function start({ input: [text, top = 3] }, api) {
  // HKube does not check what a pipeline hands over.
  if (typeof text !== 'string') throw new TypeError('the first input has to be a text');
  const counts = await api.span('count', { characters: text.length }, () => countWords(text, api));
  return counts.toSorted((a, b) => b.times - a.times).slice(0, top);
}

/**
 * @param {string} text
 * @param {import('algorithm-actor').AlgorithmApi} api
 */
function countWords(text, api) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    // Ends the work when HKube has stopped the task.
    api.signal.throwIfAborted();
    for (const [word] of line.toLowerCase().matchAll(/\p{L}+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
    const done = index + 1;
    api.progress({ progress: Math.round((100 * done) / lines.length), details: `line ${done} of ${lines.length}` });
  }
  return [...counts].map(([word, times]) => ({ word, times }));
}
