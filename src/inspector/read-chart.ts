// stub until the drawings come
interface Taken {
  readonly source: {
    readonly id: string;
    readonly transitions: ReadonlyMap<string, readonly unknown[]>;
    readonly always?: readonly unknown[] | undefined;
  };
  readonly eventType: string;
}
export function arrowId(transition: Taken): string {
  const { source, eventType } = transition;
  return `${source.id} ${eventType} ${source.transitions.get(eventType)?.indexOf(transition) ?? 0}`;
}
