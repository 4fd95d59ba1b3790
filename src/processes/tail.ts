// The last lines of something that talks: what is quoted when it has died.

const LINES = 20;

export interface Tail {
  add(line: string): void;
  /** The last lines, oldest first. */
  readonly text: string;
}

export function createTail(): Tail {
  const lines: string[] = [];
  return {
    add: (line) => {
      lines.push(line);
      if (lines.length > LINES) lines.shift();
    },
    get text() {
      return lines.join('\n');
    },
  };
}
