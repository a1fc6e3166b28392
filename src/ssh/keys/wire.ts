/** The SSH wire encoding (RFC 4251, section 5): lengths as 32 bits, big-endian, then the bytes. */

/** Reads one after another; every reader returns null once the bytes do not suffice. */
export interface WireReader {
  uint32(): number | null;
  /** A length-prefixed string of bytes. */
  string(): Buffer | null;
  /** What is left. */
  rest(): Buffer;
}

export function wireReader(bytes: Buffer): WireReader {
  let at = 0;
  const uint32 = (): number | null => {
    if (at + 4 > bytes.length) return null;
    at += 4;
    return bytes.readUInt32BE(at - 4);
  };
  return {
    uint32,
    string() {
      const length = uint32();
      if (length === null || at + length > bytes.length) return null;
      at += length;
      return bytes.subarray(at - length, at);
    },
    rest: () => bytes.subarray(at),
  };
}

export function wireUint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function wireString(value: Buffer | string): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([wireUint32(bytes.length), bytes]);
}

/** A positive integer, given as unsigned big-endian bytes: no leading zeros, but one where the top bit is set. */
export function wireInteger(unsigned: Buffer): Buffer {
  const digits = withoutLeadingZeros(unsigned);
  const first = digits[0];
  return wireString(first !== undefined && first >= 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits);
}

/** The bytes from the first that is not zero on; empty if there is none. */
export function withoutLeadingZeros(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  return start < 0 ? Buffer.alloc(0) : bytes.subarray(start);
}
