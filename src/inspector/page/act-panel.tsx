// What can be done to the selected actor now: a button and a form for each thing, and what was sent before.

import type { JSX } from 'preact';
import type { Offer } from '#inspector/talk';
import type { Deed } from '#page/acting.ts';
import { type ActorProps, Card } from '#page/card.tsx';
import { type Answers, type Field, fieldsOf, fill } from '#page/form.ts';
import { brief } from '#page/json.ts';
import { useSignal, useSignalEffect } from '#page/hooks.ts';

export function ActPanel({ page, actor }: ActorProps): JSX.Element | null {
  const { store, acting } = page;
  const open = useSignal<string | null>(null);
  useSignalEffect(() => {
    // What can be done changes with where it stands.
    const isThere = store.actor.value !== null && store.isLive.value && store.hello.value?.acts === true;
    if (isThere) askSoon(() => acting.ask(store.actor.peek()?.id ?? actor.id));
  });
  if (!store.isLive.value || store.hello.value?.acts !== true) return null;
  const offers = acting.offersOf(actor.id);
  const deeds = acting.deeds.value.filter((deed) => deed.actor === actor.id);
  if (offers.length === 0 && deeds.length === 0) return null;
  return (
    <Card title="Do…">
      {offers.map((offer) => (
        <OfferView
          key={`${actor.id} ${offer.name}`}
          offer={offer}
          isOpen={open.value === offer.name}
          onToggle={() => (open.value = open.value === offer.name ? null : offer.name)}
          onSend={(value) => {
            acting.act(actor.id, offer, value);
            open.value = null;
          }}
        />
      ))}
      {deeds.length > 0 && <Deeds deeds={deeds} onAgain={(deed) => acting.act(actor.id, deed, deed.value)} />}
    </Card>
  );
}

let isAsking = false;

/** An actor that moves often is asked a few times a second. */
function askSoon(ask: () => void): void {
  if (isAsking) return;
  isAsking = true;
  setTimeout(() => {
    isAsking = false;
    ask();
  }, 150);
}

interface OfferProps {
  readonly offer: Offer;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onSend: (value: Offer['value']) => void;
}

function OfferView({ offer, isOpen, onToggle, onSend }: OfferProps): JSX.Element {
  const fields = fieldsOf(offer.schema, offer.value);
  const needsForm = fields.length > 0;
  return (
    <div class="offer grid">
      <button
        class="action quiet"
        title={offer.hint}
        {...(needsForm ? { 'aria-expanded': isOpen } : {})}
        onClick={() => (needsForm ? onToggle() : onSend(offer.value))}
      >
        {offer.title}
        {needsForm ? '…' : ''}
      </button>
      {isOpen && needsForm && (
        <>
          <p class="faint">{offer.hint}</p>
          <Form fields={fields} title={offer.title} onSend={onSend} />
        </>
      )}
    </div>
  );
}

interface FormProps {
  readonly fields: readonly Field[];
  readonly title: string;
  readonly onSend: OfferProps['onSend'];
}

function Form({ fields, title, onSend }: FormProps): JSX.Element {
  const answers = useSignal<Answers>(Object.fromEntries(fields.map(({ name, text }) => [name, text])));
  const problems = useSignal<Readonly<Record<string, string>>>({});
  return (
    <form
      class="grid"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const filled = fill(fields, answers.value);
        problems.value = filled.kind === 'wrong' ? filled.problems : {};
        if (filled.kind === 'filled') onSend(filled.value);
      }}
    >
      {fields.map((field) => (
        <FieldView
          key={field.name}
          field={field}
          text={answers.value[field.name] ?? ''}
          problem={problems.value[field.name] ?? null}
          onChange={(text) => (answers.value = { ...answers.value, [field.name]: text })}
        />
      ))}
      <button class="primary">{title}</button>
    </form>
  );
}

interface FieldProps {
  readonly field: Field;
  readonly text: string;
  readonly problem: string | null;
  readonly onChange: (text: string) => void;
}

function FieldView(props: FieldProps): JSX.Element {
  const { field, problem } = props;
  return (
    <label class={`grid field-${field.kind}`}>
      <span>
        {field.title}
        {field.isRequired ? '' : <span class="faint"> optional</span>}
      </span>
      <FieldInput {...props} />
      {field.hint !== null && <span class="faint">{field.hint}</span>}
      {problem !== null && (
        <span class="tone tone-failed" role="alert">
          {problem}
        </span>
      )}
    </label>
  );
}

function FieldInput({ field, text, problem, onChange }: FieldProps): JSX.Element {
  const isWrong = problem !== null;
  const onInput = (event: { currentTarget: { value: string } }): void => onChange(event.currentTarget.value);
  switch (field.kind) {
    case 'boolean':
      return (
        <input
          type="checkbox"
          checked={text === 'true'}
          onChange={({ currentTarget }) => onChange(String(currentTarget.checked))}
        />
      );
    case 'choice':
      return (
        <select value={text} aria-invalid={isWrong} onChange={onInput}>
          {!field.isRequired && <option value="" />}
          {field.choices.map((choice) => (
            <option key={JSON.stringify(choice)} value={JSON.stringify(choice)}>
              {typeof choice === 'string' ? choice : JSON.stringify(choice)}
            </option>
          ))}
        </select>
      );
    case 'json':
      return <textarea rows={4} spellcheck={false} value={text} aria-invalid={isWrong} onInput={onInput} />;
    case 'number':
      return <input inputMode="decimal" value={text} aria-invalid={isWrong} onInput={onInput} />;
    case 'text':
      return <input type="text" value={text} aria-invalid={isWrong} onInput={onInput} />;
  }
}

interface DeedsProps {
  readonly deeds: readonly Deed[];
  readonly onAgain: (deed: Deed) => void;
}

function Deeds({ deeds, onAgain }: DeedsProps): JSX.Element {
  return (
    <ol class="deeds grid" aria-label="Sent before">
      {deeds.map((deed) => (
        <li key={deed.id}>
          <span class={`tone tone-${deed.state}`}>{deed.state}</span>
          <span>
            {deed.title} <code>{brief(deed.value, 60)}</code>
            {deed.reason !== null && <span class="tone tone-failed"> {deed.reason}</span>}
          </span>
          <button class="link" onClick={() => onAgain(deed)}>
            again
          </button>
        </li>
      ))}
    </ol>
  );
}
