// Sentences in which names stand between backticks, as they do in the words of refusals.

import type { JSX } from 'preact';

export function Prose({ text, className = '' }: { readonly text: string; readonly className?: string }): JSX.Element {
  return (
    <p class={className}>
      {text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}
    </p>
  );
}
