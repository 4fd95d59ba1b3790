// Components that keep something from one drawing to the next.

import { Component, type ComponentChildren, type ComponentClass } from 'preact';

/**
 * `begin` is called once for each place where the component stands; what it gives draws it each time. `redraw` is for what only this
 * component depends on: a signal draws the whole page anew.
 */
export function kept<Props extends object>(
  begin: (props: Props, redraw: () => void) => (props: Props) => ComponentChildren,
): ComponentClass<Props> {
  return class extends Component<Props> {
    readonly draw = begin(this.props, () => this.setState({}));

    render(): ComponentChildren {
      return this.draw(this.props);
    }
  };
}
