// Guesses the language of a text by its small words. Written so that HKube's own wrapper runs it as well as this package does: CommonJS
// for its Node 18, `init` beside `start`, and of the api only what both have, unless it asks first.

'use strict';

const { readFile } = require('node:fs/promises');
const { join } = require('node:path');

/** By language; read once, and kept for the tasks that follow. */
let smallWords;

/** Called before each `start`. */
exports.init = async () => {
  smallWords ??= JSON.parse(await readFile(join(__dirname, 'small-words.json'), 'utf8'));
};

exports.start = async ({ input: [text] }, api) => {
  if (typeof text !== 'string') throw new TypeError('the input has to be a text');
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const counts = Object.entries(smallWords).map(([language, known]) => {
    const found = words.filter((word) => known.includes(word)).length;
    // HKube's own wrapper has no progress.
    api.progress?.({ details: `${language}: ${found} of ${words.length} words` });
    return { language, found };
  });
  const [best] = counts.sort((a, b) => b.found - a.found);
  return best.found === 0 ? { language: 'unknown', found: 0 } : best;
};
