// Things that come, and tests that wait for some of them: each is handed out once, and every wait is bounded.

interface Take {
  readonly what: string;
  readonly waitMs: number;
}

export interface WaitingQueue<Item> {
  put(item: Item): void;
  take(wanted: (item: Item) => boolean, options: Take): Promise<Item>;
  /** Nothing more will come: who waits is told so. */
  end(why: string): void;
}

interface Waiter<Item> {
  readonly wanted: (item: Item) => boolean;
  readonly resolve: (item: Item) => void;
  readonly fail: (why: string) => void;
}

/** Things that come, and people who wait for some of them. `arrived` describes what came, for the error message. */
export function createWaitingQueue<Item>(name: string, arrived: () => string): WaitingQueue<Item> {
  const items: Item[] = [];
  const waiters: Waiter<Item>[] = [];
  let ended: string | undefined;

  return {
    put: (item) => {
      const index = waiters.findIndex((waiter) => waiter.wanted(item));
      const [waiter] = index < 0 ? [] : waiters.splice(index, 1);
      if (waiter) waiter.resolve(item);
      else items.push(item);
    },
    take: (wanted, { what, waitMs }) =>
      new Promise((resolve, reject) => {
        const index = items.findIndex(wanted);
        const [item] = index < 0 ? [] : items.splice(index, 1);
        if (item !== undefined) return resolve(item);
        const fail = (why: string): void => reject(new Error(`Waited for ${what}, but ${why}. Arrived: ${arrived()}.`));
        if (ended !== undefined) return fail(ended);
        const timer = setTimeout(() => {
          waiters.splice(waiters.indexOf(waiter), 1);
          fail(`no such ${name} came within ${waitMs} ms`);
        }, waitMs);
        const waiter: Waiter<Item> = {
          wanted,
          resolve: (found) => {
            clearTimeout(timer);
            resolve(found);
          },
          fail: (why) => {
            clearTimeout(timer);
            fail(why);
          },
        };
        waiters.push(waiter);
      }),
    end: (why) => {
      ended = why;
      for (const waiter of waiters.splice(0)) waiter.fail(why);
    },
  };
}
