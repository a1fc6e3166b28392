/** What went wrong at the bottom of an error: `fetch` says only that it failed, and has the reason as its cause. */
export function innermostReason(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  return inner instanceof Error ? inner.message : String(inner);
}
