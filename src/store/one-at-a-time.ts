// What is done to one name is done one after the other; to different ones, at once.

export interface OneAtATime {
  /** Does it when what came before is over, however that ended. */
  do<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
}

export function oneAtATime(): OneAtATime {
  const last = new Map<string, Promise<unknown>>();
  return {
    do: (name, work) => {
      const before = last.get(name) ?? Promise.resolve();
      const result = before.then(work);
      const over = result
        .catch(() => undefined)
        .then(() => {
          if (last.get(name) === over) last.delete(name);
        });
      last.set(name, over);
      return result;
    },
  };
}
