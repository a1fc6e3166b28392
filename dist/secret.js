import { createHmac, hkdfSync } from "node:crypto";
// src/onepassword/vault/secret.ts
/**
* A value that must not be written by accident. Printing, joining, serialising or inspecting it gives `[secret]`; only
* {@link Secret.reveal} gives the value, so that every use of one can be found by that name.
*/
var Secret = class {
	#value;
	constructor(value) {
		this.#value = value;
	}
	/** The value itself. Mask it (`log.mask`) before it goes anywhere. */
	reveal() {
		return this.#value;
	}
	/** True if there are no characters at all; blanks count as a value. */
	get isEmpty() {
		return this.#value === "";
	}
	equals(other) {
		return this.#value === other.#value;
	}
	/**
	* A keyed hash of a text, in hex: only someone who has the value can make it again. It reveals nothing of the value
	* (HKDF and HMAC with SHA-256, RFC 5869 and 2104), given a value that cannot be guessed.
	* @param purpose other texts for another purpose have other hashes
	*/
	hashOf(purpose, text) {
		const key = Buffer.from(hkdfSync("sha256", this.#value, "", purpose, 32));
		return createHmac("sha256", key).update(text).digest("hex");
	}
	toString() {
		return REDACTED;
	}
	toJSON() {
		return REDACTED;
	}
	[Symbol.toPrimitive]() {
		return REDACTED;
	}
	/** What `util.inspect`, `console.log` and `assert` show. */
	[Symbol.for("nodejs.util.inspect.custom")]() {
		return REDACTED;
	}
};
const REDACTED = "[secret]";
export { Secret as t };
