// Reads a stream of portions as a file of records is read: so many bytes, then so many.

export interface ByteReader {
  /** Exactly so many; fewer, or none, where the stream ends before. */
  take(count: number): Promise<Buffer>;
  /** What there is, but at most so many; none at the end. */
  some(most: number): Promise<Buffer>;
}

const NOTHING = Buffer.alloc(0);

export function createByteReader(next: () => Promise<Buffer | null>): ByteReader {
  let rest: Buffer = NOTHING;

  async function some(most: number): Promise<Buffer> {
    while (rest.length === 0) {
      const portion = await next();
      if (portion === null) return NOTHING;
      rest = portion;
    }
    const taken = rest.subarray(0, most);
    rest = rest.subarray(taken.length);
    return taken;
  }

  return {
    some,
    take: async (count) => {
      const portions: Buffer[] = [];
      let left = count;
      while (left > 0) {
        const portion = await some(left);
        if (portion.length === 0) break;
        portions.push(portion);
        left -= portion.length;
      }
      const [first] = portions;
      return portions.length === 1 && first ? first : Buffer.concat(portions);
    },
  };
}
