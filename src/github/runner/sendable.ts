/** Whether a text can be sent as a token: Node.js quotes a header that it refuses, and with it the token. */
export function isSendable(token: string): boolean {
  return /^[!-~]+$/.test(token);
}
