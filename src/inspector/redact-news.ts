// What a process that dials in tells, without what nobody may see: it does not know the `redact` of the inspector that shows it.

import type { Fields, Happening, News } from '#inspector/frames';
import { createShorten, type Redact, WHOLE } from '#inspector/shorten';
import { createRedactScalars } from '#inspector/scalars';
import { fieldsOf } from '#inspector/read-actor';
import type { Json } from '#model/json';

export function createRedactNews(redact: Redact): (news: News) => News {
  const shorten = createShorten(redact);
  const scalars = createRedactScalars(redact);
  const json = (value: unknown): Json => shorten(value, WHOLE).value;
  const fields = (value: unknown): Fields => fieldsOf(json(value));
  const text = (value: string): string => {
    const copy = json(value);
    return typeof copy === 'string' ? copy : JSON.stringify(copy);
  };

  function redacted(news: Happening): Happening {
    switch (news.kind) {
      case 'actor.opened':
        return {
          ...news,
          about: fields(news.about),
          context: fields(news.context),
          error: news.error && text(news.error),
        };
      case 'event':
      case 'emitted':
        return { ...news, event: { ...fields(news.event), type: news.event.type } };
      case 'moved':
        return { ...news, ...(news.set && { set: fields(news.set) }), ...(news.error && { error: text(news.error) }) };
      case 'message': {
        if (news.data === undefined) return news;
        const { value, isWhole } = shorten(news.data, WHOLE);
        return { ...news, data: value, isWhole: news.isWhole && isWhole };
      }
      case 'shown':
        return { ...news, value: json(news.value) };
      case 'scalars':
        return scalars(news);
      case 'log':
        return { ...news, text: text(news.text) };
      case 'process.opened':
      case 'process.closed':
      case 'actor.closed':
      case 'gap':
        return news;
    }
  }

  return ({ at, process, ...news }) => ({ at, process, ...redacted(news) });
}
