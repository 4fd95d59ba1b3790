/** A style sheet as text, for what is loaded later: the page's own sheet has it not. */
declare module '*.css?inline' {
  const css: string;
  export default css;
}
