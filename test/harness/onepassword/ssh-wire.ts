/** The two encodings of RFC 4251 that SSH keys are written in. */

/** Every part with its length, four bytes, in front. */
export function strings(...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, part];
    }),
  );
}

/** A number as bytes: one whose first bit is set gets a zero byte in front, or it would be negative. */
export const mpint = (bytes: Buffer): Buffer =>
  (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
