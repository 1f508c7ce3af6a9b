/** SHA-256 over the bytes of several arrays, in hexadecimal: says whether two trainings saw the same data. */
export async function hashOf(...arrays: readonly ArrayBufferView[]): Promise<string> {
  const digests = new Uint8Array(32 * arrays.length);
  for (const [index, { buffer, byteOffset, byteLength }] of arrays.entries()) {
    const bytes = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
    digests.set(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), 32 * index);
  }
  const whole = new Uint8Array(await crypto.subtle.digest('SHA-256', digests));
  return Array.from(whole, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
