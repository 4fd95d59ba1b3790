// What can be done to the selected actor now: a button and a form for each thing, and what was sent before.

import type { JSX } from 'preact';
import type { Offer } from '#inspector/talk';
import type { Deed } from '#page/acting.ts';
import { type ActorProps, Card } from '#page/card.tsx';
import { type Answers, type Field, fieldsOf, fill } from '#page/form.ts';
import { brief } from '#page/json.ts';
import { kept } from '#page/kept.ts';

export function ActPanel({ page: { acting }, actor }: ActorProps): JSX.Element | null {
  if (!acting.isOpen.value) return null;
  const offers = acting.offersOf(actor.id);
  const deeds = acting.deeds.value.filter((deed) => deed.actor === actor.id);
  if (offers.length === 0 && deeds.length === 0) return null;
  return (
    <Card title="Do…">
      {offers.map((offer) => (
        <OfferView
          key={`${actor.id} ${offer.name}`}
          offer={offer}
          onSend={(value) => acting.act(actor.id, offer, value)}
        />
      ))}
      {deeds.length > 0 && <Deeds deeds={deeds} onAgain={(deed) => acting.act(actor.id, deed, deed.value)} />}
    </Card>
  );
}

interface OfferProps {
  readonly offer: Offer;
  readonly onSend: (value: Offer['value']) => void;
}

const OfferView = kept<OfferProps>((_, redraw) => {
  let isOpen = false;
  const toggle = (): void => {
    isOpen = !isOpen;
    redraw();
  };
  return ({ offer, onSend }) => {
    const fields = fieldsOf(offer.schema, offer.value);
    const needsForm = fields.length > 0;
    return (
      <div class="offer grid">
        <button
          class="action quiet"
          title={offer.hint}
          aria-expanded={needsForm ? isOpen : undefined}
          onClick={() => (needsForm ? toggle() : onSend(offer.value))}
        >
          {offer.title}
          {needsForm ? '…' : ''}
        </button>
        {isOpen && needsForm && (
          <>
            <p class="faint">{offer.hint}</p>
            <Form
              fields={fields}
              title={offer.title}
              onSend={(value) => {
                onSend(value);
                toggle();
              }}
            />
          </>
        )}
      </div>
    );
  };
});

interface FormProps {
  readonly fields: readonly Field[];
  readonly title: string;
  readonly onSend: OfferProps['onSend'];
}

const Form = kept<FormProps>((begun, redraw) => {
  let answers: Answers = Object.fromEntries(begun.fields.map(({ name, text }) => [name, text]));
  let problems: Readonly<Record<string, string>> = {};
  return ({ fields, title, onSend }) => (
    <form
      class="grid"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const filled = fill(fields, answers);
        if (filled.kind === 'filled') return onSend(filled.value);
        problems = filled.problems;
        redraw();
      }}
    >
      {fields.map((field) => (
        <FieldView
          key={field.name}
          field={field}
          text={answers[field.name] ?? ''}
          problem={problems[field.name] ?? null}
          onChange={(text) => {
            answers = { ...answers, [field.name]: text };
            redraw();
          }}
        />
      ))}
      <button class="primary">{title}</button>
    </form>
  );
});

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
  const shared = {
    value: text,
    'aria-invalid': problem !== null,
    onInput: (event: { currentTarget: { value: string } }): void => onChange(event.currentTarget.value),
  };
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
        <select {...shared}>
          {!field.isRequired && <option value="" />}
          {field.choices.map((choice) => (
            <option key={JSON.stringify(choice)} value={JSON.stringify(choice)}>
              {typeof choice === 'string' ? choice : JSON.stringify(choice)}
            </option>
          ))}
        </select>
      );
    case 'json':
      return <textarea rows={4} spellcheck={false} {...shared} />;
    case 'number':
    case 'text':
      return <input inputMode={field.kind === 'number' ? 'decimal' : 'text'} {...shared} />;
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
