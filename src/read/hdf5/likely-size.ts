/** What DEFLATE, the compression of these files, can bring a stack of equal values down to. */
const LARGEST_RATIO = 1032;
const HARMLESS_BYTES = 256 << 20;

/** False where a header speaks of more bytes than a file of this size can hold; asked before any room is made for them. */
export function isLikelySize(bytes: number, fileBytes: number): boolean {
  return bytes <= HARMLESS_BYTES || bytes <= LARGEST_RATIO * fileBytes;
}
