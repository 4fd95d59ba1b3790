// What a file may be that is no recording, from its beginning: people open what they have at hand.

interface Stranger {
  readonly isIt: (start: string) => boolean;
  readonly words: string;
}

const strangers: readonly Stranger[] = [
  { isIt: (start) => /^\s*$/.test(start), words: 'It is empty.' },
  { isIt: (start) => start.startsWith('\u001F'), words: 'It is compressed: unpack it first, with gunzip.' },
  {
    isIt: (start) => start.startsWith('PK\u0003\u0004'),
    words: 'It is a zip archive: unpack it first, and open what is in it.',
  },
  { isIt: (start) => start.includes('\0'), words: 'It is no text.' },
  {
    isIt: (start) => /^\s*<(!doctype|html)/i.test(start),
    words: 'It is a web page. If the inspector wrote it, open it in a browser.',
  },
  {
    isIt: (start) => /"@xstate\.(actor|event|snapshot)"|"@statelyai\//.test(start),
    words: 'It looks like an export of the Stately inspector, whose events do not have what is needed here.',
  },
  {
    isIt: (start) => /"(actionsById|computedStates|nextActionId|stagedActionIds)"/.test(start),
    words: 'It looks like an export of Redux DevTools.',
  },
  {
    isIt: (start) => /"scenario":.*"direction":/.test(start),
    words: 'It looks like a conversation of the conformance tests.',
  },
  {
    isIt: (start) => /"format":\s*"algorithm-actor\/frames"/.test(start),
    words: 'It looks like a recording, but not a line of it is whole.',
  },
  {
    isIt: (start) => /^\s*[[{]/.test(start),
    words: 'It is JSON of another kind: no line of it is a header or a frame.',
  },
];

/** In a sentence. */
export function guessWhatItIs(start: string): string {
  return strangers.find(({ isIt }) => isIt(start))?.words ?? 'No line of it is a header or a frame.';
}
