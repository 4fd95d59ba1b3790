// What a schema found wrong, as one sentence. Pure.

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** `data.input: expected array; command: expected string`. */
export function explainIssues(issues: readonly Issue[]): string {
  return issues.map((issue) => `${issue.path.map(String).join('.') || 'message'}: ${issue.message}`).join('; ');
}
