// What is wrong with a recording, as sentences: lines with the same trouble are told of together.

/** What can be the matter with a line, as it is said of one, and of several. */
export interface Trouble {
  readonly one: string;
  readonly many: string;
}

export interface Problems {
  /** Something is the matter with a line: it is said with the other lines of which it is true. */
  add(trouble: Trouble, line: number): void;
  /** A sentence of its own. */
  say(sentence: string): void;
  sentences(): readonly string[];
}

interface Group {
  readonly trouble: Trouble;
  /** Blocks of lines, each from its first to its last one. */
  readonly blocks: [first: number, last: number][];
  /** More blocks than are kept. */
  further: number;
  lines: number;
}

/** A file with a million broken lines has a short list of them. */
const MOST_GROUPS = 20;
const MOST_BLOCKS = 5;
const OTHERS: Trouble = { one: 'is broken in yet another way', many: 'are broken in yet other ways' };

export function createProblems(): Problems {
  const said: string[] = [];
  const groups = new Map<string, Group>();

  function groupOf(wanted: Trouble): Group {
    const trouble = groups.has(wanted.one) || groups.size < MOST_GROUPS ? wanted : OTHERS;
    const group = groups.get(trouble.one) ?? { trouble, blocks: [], further: 0, lines: 0 };
    groups.set(trouble.one, group);
    return group;
  }

  return {
    add: (trouble, line) => {
      const group = groupOf(trouble);
      const last = group.blocks.at(-1);
      group.lines += 1;
      if (last?.[1] === line - 1) last[1] = line;
      else if (group.blocks.length < MOST_BLOCKS) group.blocks.push([line, line]);
      else group.further += 1;
    },
    say: (sentence) => void said.push(sentence),
    sentences: () => [...said, ...[...groups.values()].map(sentenceOf)],
  };
}

function sentenceOf({ trouble, blocks, further, lines }: Group): string {
  const where = blocks.map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`));
  if (lines === 1) return `Line ${where.join('')} ${trouble.one}.`;
  const all = further === 0 ? list(where) : `${where.join(', ')} and others, ${lines} in all,`;
  return `Lines ${all} ${trouble.many}.`;
}

function list(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
